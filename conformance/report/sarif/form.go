package sarif

import (
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// The parts of a SARIF log that are written, named as its schema names them.
type (
	log struct {
		Schema  string `json:"$schema"`
		Version string `json:"version"`
		Runs    []run  `json:"runs"`
	}
	run struct {
		Tool        tool         `json:"tool"`
		Language    string       `json:"language"`
		Automation  automation   `json:"automationDetails"`
		Invocations []invocation `json:"invocations"`
		Results     []result     `json:"results"`
		Properties  facts        `json:"properties"`
	}
	tool struct {
		Driver driver `json:"driver"`
	}
	driver struct {
		Name     string `json:"name"`
		Language string `json:"language"`
		Version  string `json:"version,omitempty"`
		Rules    []rule `json:"rules"`
	}
	rule struct {
		ID         string        `json:"id"`
		Short      message       `json:"shortDescription"`
		Full       message       `json:"fullDescription"`
		Help       message       `json:"help"`
		Default    configuration `json:"defaultConfiguration"`
		Properties tags          `json:"properties"`
	}
	configuration struct {
		Level string `json:"level"`
	}
	message struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	tags struct {
		Tags []string `json:"tags"`
	}
	facts struct { // our own: a bag of properties may hold anything
		Target   string              `json:"target,omitempty"`
		Verdict  report.Verdict      `json:"verdict"`
		Why      string              `json:"why,omitempty"`
		Strict   bool                `json:"strict"`
		Contract report.ContractInfo `json:"contract"`
	}
	automation struct {
		ID string `json:"id"`
	}
	invocation struct {
		Successful    bool           `json:"executionSuccessful"`
		Start         string         `json:"startTimeUtc"`
		End           string         `json:"endTimeUtc"`
		Notifications []notification `json:"toolExecutionNotifications,omitempty"`
	}
	notification struct {
		Level   string  `json:"level"`
		Message message `json:"message"`
	}
)

// The parts of a result.
type (
	result struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Kind         string            `json:"kind"`
		Level        string            `json:"level"`
		Message      message           `json:"message"`
		Locations    []location        `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Suppressions []suppression     `json:"suppressions,omitempty"`
		Request      *request          `json:"webRequest,omitempty"`
		Response     *response         `json:"webResponse,omitempty"`
		Properties   tags              `json:"properties"`
	}
	location struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region struct {
				StartLine int `json:"startLine"`
			} `json:"region"`
		} `json:"physicalLocation"`
		Logical []logical `json:"logicalLocations"`
	}
	logical struct {
		Name string `json:"name"`
		Full string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	suppression struct {
		Kind          string `json:"kind"`
		Status        string `json:"status"`
		Justification string `json:"justification"`
	}
	request struct {
		Protocol string            `json:"protocol,omitempty"`
		Version  string            `json:"version,omitempty"`
		Method   string            `json:"method"`
		Target   string            `json:"target"`
		Headers  map[string]string `json:"headers,omitempty"`
	}
	response struct {
		Protocol string            `json:"protocol,omitempty"`
		Version  string            `json:"version,omitempty"`
		Status   int               `json:"statusCode,omitempty"`
		Reason   string            `json:"reasonPhrase,omitempty"`
		Headers  map[string]string `json:"headers,omitempty"`
		Body     *content          `json:"body,omitempty"`
		Silent   bool              `json:"noResponseReceived,omitempty"`
	}
	content struct {
		Text string `json:"text"`
	}
)

func newRequest(e report.Exchange) *request {
	protocol, version, _ := strings.Cut(e.Protocol, "/")
	return &request{Protocol: protocol, Version: version, Method: e.Request.Method, Target: e.Request.URL, Headers: headersOf(e.Request.Fields)}
}

func newResponse(e report.Exchange) *response {
	if e.Status == 0 {
		return &response{Silent: true}
	}
	protocol, version, _ := strings.Cut(e.Protocol, "/")
	r := &response{Protocol: protocol, Version: version, Status: e.Status, Headers: headersOf(e.Fields)}
	_, r.Reason, _ = strings.Cut(e.StatusText, " ")
	if e.Body != nil {
		r.Body = &content{e.Body.Beginning}
	}
	return r
}

// headersOf are the fields of a message by name. Several of one name are one value here, as RFC 9110 5.3 joins them.
func headersOf(fields []report.Field) map[string]string {
	headers := map[string]string{}
	for _, f := range fields {
		if before, there := headers[f.Name]; there {
			headers[f.Name] = before + ", " + f.Value
		} else {
			headers[f.Name] = f.Value
		}
	}
	return headers
}
