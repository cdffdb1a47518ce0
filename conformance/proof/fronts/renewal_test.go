package fronts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// An issuer gives tokens that are good for a while, and guards a server with them. It echoes what it was sent, as careless servers do.
type issuer struct {
	lasts time.Duration
	most  int // tokens that are ever good; 0 for all
	fails int // the number of the token that is not to be had; 0 for none

	mu     sync.Mutex
	issued []time.Time
}

// tokenText matches each token: what a report must not have.
var tokenText = regexp.MustCompile(`s3cret-\d+-token`)

func (i *issuer) token(n int) string { return fmt.Sprintf("Bearer s3cret-%d-token", n) }

func (i *issuer) give(context.Context) (http.Header, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.fails > 0 && len(i.issued)+1 == i.fails {
		return nil, errors.New("the issuer is closed")
	}
	i.issued = append(i.issued, time.Now())
	return http.Header{"Authorization": {i.token(len(i.issued))}}, nil
}

func (i *issuer) count() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.issued)
}

func (i *issuer) good(given string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	for n, at := range i.issued {
		if given == i.token(n+1) && (i.most == 0 || n < i.most) {
			return time.Since(at) < i.lasts
		}
	}
	return false
}

func (i *issuer) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Echo", r.Header.Get("Authorization"))
		if !i.good(r.Header.Get("Authorization")) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="all"`)
			http.Error(w, "not with "+r.Header.Get("Authorization"), http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// TestRenewal shows that a run outlasts its credentials where they are renewed, and that otherwise it can't tell, with the reason.
func TestRenewal(t *testing.T) {
	const s = time.Second
	for _, row := range []struct {
		name        string
		issuer      *issuer
		jobs        time.Duration
		renewed     bool          // else the first credentials are all
		interval    time.Duration // after which they are renewed
		verdict     report.Verdict
		why         string
		least, most int // how many credentials are given
		refusals    bool
	}{
		{"each lasts a second", &issuer{lasts: s}, 7 * s, true, 0, report.VerdictPass, "", 4, 12, true},
		{"each lasts less than a second", &issuer{lasts: s / 3}, 4 * s, true, 0, report.VerdictPass, "", 4, 12, true},
		{"they last long enough", &issuer{lasts: time.Hour}, 7 * s, true, 0, report.VerdictPass, "", 1, 1, false},
		{"renewed in time", &issuer{lasts: 2 * s}, 7 * s, true, 1500 * time.Millisecond, report.VerdictPass, "", 5, 8, false},
		{"never renewed", &issuer{lasts: 2 * s}, 7 * s, false, 0, report.VerdictInconclusive, "they ran out during the run. To do: give credentials that last for the run, or have them renewed with --header-command", 1, 1, true},
		{"what is renewed is refused", &issuer{lasts: 2 * s, most: 1}, 20 * s, true, 0, report.VerdictInconclusive, "the credentials could not be renewed: what --header-command gave was refused with 401", 4, 4, true},
		{"a renewal late", &issuer{lasts: 2 * s, fails: 2}, 7 * s, true, 0, report.VerdictInconclusive, "the credentials could not be renewed: the issuer is closed", 1, 1, true},
		{"a renewal in time fails", &issuer{lasts: 2 * s, fails: 2}, 7 * s, true, s, report.VerdictInconclusive, "the credentials could not be renewed: the issuer is closed", 1, 1, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				i := row.issuer
				target := harness.Serve(t, i.guard(harness.FaultyFor(t, "", row.jobs)))
				if target.CredentialsInterval = row.interval; row.renewed {
					target.Credentials = i.give
				} else {
					target.Header, _ = i.give(t.Context())
				}
				var observed *record.Observation
				r, err := conformance.Check(t.Context(), target, conformance.Keep(func(o *record.Observation) { observed = o }))
				if err != nil {
					t.Fatal(err)
				}
				if found := r.Targets[0]; r.Verdict != row.verdict || !strings.Contains(found.Why, row.why) {
					t.Errorf("%s: %s%s", r.Verdict, found.Why, harness.Unexpected(r, nil))
				}
				if n := i.count(); n < row.least || n > row.most {
					t.Errorf("%d credentials were given, want %d to %d", n, row.least, row.most)
				}
				i.examine(t, observed, r, row.refusals)
			})
		})
	}
}

// examine looks for secrets in all that is kept of a run, and for what was refused.
func (i *issuer) examine(t *testing.T, o *record.Observation, r report.Report, refusals bool) {
	t.Helper()
	kept, err := json.Marshal([]any{o, r})
	if err != nil {
		t.Fatal(err)
	}
	if secret := tokenText.Find(kept); secret != nil {
		t.Errorf("%s is kept", secret)
	}
	if !strings.Contains(string(kept), "$AUTHORIZATION") {
		t.Error("no echo is kept: nothing is shown of what is hidden")
	}
	refused := false
	for _, e := range o.Exchanges {
		refused = refused || e.Status == http.StatusUnauthorized && e.Request.Credentials == record.IdentityFirst
	}
	if refused != refusals {
		t.Errorf("refused with 401: %v", refused)
	}
}

// TestRefusedByTheServer shows that a server which refuses one resource whatever it is sent is failed for that, with credentials that are renewed too.
func TestRefusedByTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{lasts: time.Hour}
		server := harness.FaultyFor(t, "", 2*time.Second)
		target := harness.Serve(t, i.guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/result/") {
				w.Header().Set("WWW-Authenticate", `Bearer realm="all"`)
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			server.ServeHTTP(w, r)
		})))
		target.Credentials = i.give
		r := harness.Check(t, target)
		if q, _ := r.Targets[0].Find("result.ok"); r.Verdict != report.VerdictFail || q.Outcome != contract.Fail {
			t.Errorf("%s: %s; result.ok %s", r.Verdict, r.Targets[0].Why, q.Outcome)
		}
		if n := i.count(); n > 1+int(r.Duration.Duration()/time.Second)+1 {
			t.Errorf("%d credentials were given in %v", n, r.Duration.Duration())
		}
	})
}

// TestFirstCredentials shows that nothing is sent where the first credentials are not to be had.
func TestFirstCredentials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i, asks := &issuer{lasts: time.Hour, fails: 1}, &harness.Asks{}
		target := harness.Serve(t, asks.Around(harness.Faulty(t, "")))
		target.Credentials = i.give
		_, err := conformance.Check(t.Context(), target)
		if err == nil || err.Error() != "the issuer is closed" || len(asks.Requests) > 0 {
			t.Errorf("%v, after %d requests", err, len(asks.Requests))
		}
		target.Credentials = func(context.Context) (http.Header, error) { return nil, nil }
		if _, err := conformance.Check(t.Context(), target); err == nil || len(asks.Requests) > 0 {
			t.Errorf("%v, after %d requests", err, len(asks.Requests))
		}
	})
}
