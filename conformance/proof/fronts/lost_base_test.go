package fronts

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestLostBaseAskedAtOnce shows that a monitor outside the path of the base URL is asked for below it as soon as it was answered, and
// that nothing is asked where it lies below.
func TestLostBaseAskedAtOnce(t *testing.T) {
	for _, lost := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			server := harness.New(t, reference.Options{JobDuration: time.Second, RetryAfter: reference.NoRetryAfter})
			target := harness.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch path, below := strings.CutPrefix(r.URL.Path, "/api"); {
				case below && lost:
					r.URL.Path = path
					server.ServeHTTP(w, r)
				case below:
					r.URL.Path = path
					server.ServeHTTP(&prefixed{w}, r)
				}
			}))
			target.BaseURL += "/api"
			target.JobTimeout = 6 * time.Second
			diagnoses := 0
			_, err := conformance.Check(t.Context(), target, conformance.Keep(func(o *record.Observation) {
				for _, e := range o.Exchanges {
					if e.Probe == record.ProbeDiagnosis && e.Sent < 100*time.Millisecond && strings.Contains(e.Request.URL, "/api/monitor/") {
						diagnoses++
					}
				}
			}))
			if err != nil || (diagnoses > 0) != lost {
				t.Errorf("lost %v: %d requests below the base; %v", lost, diagnoses, err)
			}
		})
	}
}

// prefixed puts the base path before Locations.
type prefixed struct{ http.ResponseWriter }

func (p *prefixed) WriteHeader(status int) {
	if location := p.Header().Get("Location"); location != "" {
		p.Header().Set("Location", "/api"+location)
	}
	p.ResponseWriter.WriteHeader(status)
}
