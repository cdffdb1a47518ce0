package contract

import (
	"fmt"
	"strings"
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
	return fmt.Sprintf("%s, %s %s at %s", who, e.Request.Method, e.Request.URL, clock(e.Sent))
}

// clock writes an instant of a run: seconds and milliseconds since it began.
func clock(at time.Duration) string { return fmt.Sprintf("%.3f s", at.Seconds()) }

func statusText(e *Exchange) string {
	if !e.Answered() {
		return "no answer (" + e.Failure.Text + ")"
	}
	if name := statusNames[e.Status]; name != "" {
		return fmt.Sprintf("%d %s", e.Status, name)
	}
	return fmt.Sprint(e.Status)
}

// statusNames are the statuses that a reader of a failure is likely to meet (RFC 9110 15; 429: RFC 6585 4).
var statusNames = map[int]string{
	200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently", 302: "Found",
	303: "See Other", 304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect",
	400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
	409: "Conflict", 410: "Gone", 415: "Unsupported Media Type", 422: "Unprocessable Content", 429: "Too Many Requests",
	500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
	504: "Gateway Timeout",
}

// StatusText is the status and its name, or why there is no answer.
func (e *Exchange) StatusText() string { return statusText(e) }

func fieldText(e *Exchange, name string) string {
	switch values := e.Values(name); len(values) {
	case 0:
		return "no " + name + " field"
	case 1:
		if values[0] == "" {
			return "an empty " + name + " field"
		}
		return name + ": " + values[0]
	default:
		quoted := make([]string, len(values))
		for i, value := range values {
			quoted[i] = fmt.Sprintf("%q", value)
		}
		return fmt.Sprintf("%d %s fields: %s", len(values), name, strings.Join(quoted, ", "))
	}
}

func span(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	case d < 10*time.Second:
		return d.Round(time.Millisecond).String()
	default:
		return d.Round(100 * time.Millisecond).String()
	}
}
