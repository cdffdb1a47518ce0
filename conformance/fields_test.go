package conformance

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/observe"
)

// Messages name fields in place of flags, and nothing else changes: curl has flags of its own.
func TestMessagesNameFields(t *testing.T) {
	for text, want := range map[string]string{
		"raise --timeout":                        "raise Target.Timeout",
		"set --start-path, or --other-header":    "set Target.StartPath, or Target.OtherHeader",
		"see --allow-origin; --no-probes":        "see Target.AllowOrigins; Target.NoProbes",
		"curl -i --path-as-is --data-binary @a":  "curl -i --path-as-is --data-binary @a",
		"201 within (--job-timeout: longer) -- ": "201 within (Target.JobTimeout: longer) -- ",
	} {
		if got := InFields(text); got != want {
			t.Errorf("%q became %q, and not %q", text, got, want)
		}
	}
	same := http.Header{"Authorization": {"Bearer a"}}
	for _, wrong := range []Target{
		{Header: same, OtherHeader: same}, {Replicas: []string{"h:81"}, Reach: observe.Reach{UnixSocket: "socket"}},
		{Replicas: []string{"h:81"}, Reach: observe.Reach{Proxy: http.ProxyURL(&url.URL{Host: "proxy"})}}, {Probes: []string{"cancel"}},
	} {
		wrong.BaseURL = "http://h"
		if _, err := Check(t.Context(), wrong); err == nil || strings.Contains(InFields(err.Error()), "--") {
			t.Errorf("%v", err)
		}
	}
	for flag, field := range fieldsOf {
		if _, found := reflect.TypeFor[Target]().FieldByName(field); !found {
			t.Errorf("--%s is said to be Target.%s, which is not there", flag, field)
		}
	}
}
