package report

import "strings"

// The parts of a SARIF log that are written, named as its schema names them.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Language    string            `json:"language"`
		Automation  sarifAutomation   `json:"automationDetails"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
		Properties  sarifFacts        `json:"properties"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name     string      `json:"name"`
		Language string      `json:"language"`
		Version  string      `json:"version,omitempty"`
		Rules    []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID         string             `json:"id"`
		Short      sarifText          `json:"shortDescription"`
		Full       sarifText          `json:"fullDescription"`
		Help       sarifText          `json:"help"`
		Default    sarifConfiguration `json:"defaultConfiguration"`
		Properties sarifTags          `json:"properties"`
	}
	sarifConfiguration struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifTags struct {
		Tags []string `json:"tags"`
	}
	sarifFacts struct { // our own: a bag of properties may hold anything
		Target   string       `json:"target,omitempty"`
		Verdict  Verdict      `json:"verdict"`
		Why      string       `json:"why,omitempty"`
		Strict   bool         `json:"strict"`
		Contract ContractInfo `json:"contract"`
	}
	sarifAutomation struct {
		ID string `json:"id"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Start         string              `json:"startTimeUtc"`
		End           string              `json:"endTimeUtc"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
)

// The parts of a result.
type (
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Kind         string             `json:"kind"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
		Request      *sarifRequest      `json:"webRequest,omitempty"`
		Response     *sarifResponse     `json:"webResponse,omitempty"`
		Properties   sarifTags          `json:"properties"`
	}
	sarifLocation struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region struct {
				StartLine int `json:"startLine"`
			} `json:"region"`
		} `json:"physicalLocation"`
		Logical []sarifLogical `json:"logicalLocations"`
	}
	sarifLogical struct {
		Name string `json:"name"`
		Full string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Status        string `json:"status"`
		Justification string `json:"justification"`
	}
	sarifRequest struct {
		Protocol string            `json:"protocol,omitempty"`
		Version  string            `json:"version,omitempty"`
		Method   string            `json:"method"`
		Target   string            `json:"target"`
		Headers  map[string]string `json:"headers,omitempty"`
	}
	sarifResponse struct {
		Protocol string            `json:"protocol,omitempty"`
		Version  string            `json:"version,omitempty"`
		Status   int               `json:"statusCode,omitempty"`
		Reason   string            `json:"reasonPhrase,omitempty"`
		Headers  map[string]string `json:"headers,omitempty"`
		Body     *sarifContent     `json:"body,omitempty"`
		Silent   bool              `json:"noResponseReceived,omitempty"`
	}
	sarifContent struct {
		Text string `json:"text"`
	}
)

func newSARIFRequest(e Exchange) *sarifRequest {
	protocol, version, _ := strings.Cut(e.Protocol, "/")
	return &sarifRequest{Protocol: protocol, Version: version, Method: e.Request.Method, Target: e.Request.URL, Headers: sarifHeaders(e.Request.Fields)}
}

func newSARIFResponse(e Exchange) *sarifResponse {
	if e.Status == 0 {
		return &sarifResponse{Silent: true}
	}
	protocol, version, _ := strings.Cut(e.Protocol, "/")
	r := &sarifResponse{Protocol: protocol, Version: version, Status: e.Status, Headers: sarifHeaders(e.Fields)}
	_, r.Reason, _ = strings.Cut(e.StatusText, " ")
	if e.Body != nil {
		r.Body = &sarifContent{e.Body.Beginning}
	}
	return r
}

// sarifHeaders are the fields of a message by name. Several of one name are one value here, as RFC 9110 5.3 joins them.
func sarifHeaders(fields []Field) map[string]string {
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
