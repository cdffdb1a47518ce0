package record

import (
	"fmt"
	"time"
)

// Title names the exchange as a person would: whose it is, its request line, when.
func (e *Exchange) Title() string {
	who := "probe"
	switch {
	case e.Job != 0 && e.Probe != "":
		who = fmt.Sprintf("probe on job %d", e.Job)
	case e.Job != 0:
		who = fmt.Sprintf("job %d", e.Job)
	}
	return fmt.Sprintf("%s, %s %s at %s", who, e.Request.Method, e.Request.URL, Clock(e.Sent))
}

// Clock writes an instant of a run: seconds and milliseconds since it began.
func Clock(at time.Duration) string { return fmt.Sprintf("%.3f s", at.Seconds()) }

// StatusText is the status and its name, or why there is no answer.
func (e *Exchange) StatusText() string {
	if !e.Answered() {
		return "no answer (" + e.Failure.Text + ")"
	}
	text := fmt.Sprint(e.Status)
	if name := statusNames[e.Status]; name != "" {
		text = fmt.Sprintf("%d %s", e.Status, name)
	}
	if e.Signs != "" {
		text += " with " + e.Signs
	}
	return text
}

// statusNames are the statuses that a reader of a failure is likely to meet (RFC 9110 15; RFC 6585).
var statusNames = map[int]string{
	200: "OK", 201: "Created", 202: "Accepted", 203: "Non-Authoritative Information", 204: "No Content", 206: "Partial Content",
	301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect",
	400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
	406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required", 412: "Precondition Failed",
	413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type", 416: "Range Not Satisfiable", 422: "Unprocessable Content",
	423: "Locked", 425: "Too Early", 428: "Precondition Required", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
	451: "Unavailable For Legal Reasons",
	500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
	504: "Gateway Timeout", 505: "HTTP Version Not Supported", 507: "Insufficient Storage", 511: "Network Authentication Required",
}

// GomegaString is how Gomega shows an exchange: in one line.
func (e *Exchange) GomegaString() string { return e.Title() + ": " + e.StatusText() }
