package observe

import (
	"net/http"
	"strings"
	"testing"
)

// A body is shown where nothing in it can be a secret, and as a whole or not at all.
func TestShownBody(t *testing.T) {
	target := Target{BaseURL: "http://h", Header: http.Header{"Authorization": {"Bearer hunter2hunter2"}, "X-Mine": {"swordfish"}}, Secrets: []string{"X-Mine"}}
	for body, shown := range map[string]bool{
		`{"work": {n}}`: true, "a=1&b=2": true, "line\nline": true, "é": true, "": false,
		"password=x": false, `{"accessToken": "x"}`: false, `{"api_key": "x"}`: false, `{"x": "swordfish"}`: false, "hunter2hunter2": false,
		"\xff": false, "a\x00b": false, strings.Repeat("x", maxShownBody): true, strings.Repeat("x", maxShownBody+1): false,
	} {
		target.Body = []byte(body)
		got := target.shownBody(newRedactor(target))
		if want := map[bool]string{true: body}[shown]; got != want {
			t.Errorf("%q is shown as %q", body, got)
		}
	}
}
