package honest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// seedFails are the SHOULDs that the seed's own server fails, and rightly (contract.md, "The seed's own server").
var seedFails = []string{"monitor.no-store", "monitor.unknown", "monitor.hostile-id", "monitor.head", "result.head"}

// seedServer is the seed's own server, restify on Node, as it is seen on the wire.
type seedServer struct {
	mu    sync.Mutex
	begun map[string]time.Time
}

func (s *seedServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", "restify")
	w.Header().Set("Connection", "Keep-Alive")
	id := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	switch resource, _ := strings.CutSuffix(r.URL.Path, "/"+id); {
	case r.Method == "INVENTED":
		parserRefuses(w)
	case resource != "/monitor" && resource != "/result" && r.URL.Path != "/deferredjob":
		say(w, 404, fmt.Sprintf(`{"code":"ResourceNotFound","message":"%s does not exist"}`, r.URL.Path))
	case r.Method != "GET":
		w.Header().Set("Allow", "GET")
		say(w, 405, fmt.Sprintf(`{"code":"MethodNotAllowed","message":"%s is not allowed"}`, r.Method))
	case resource == "/monitor":
		s.monitor(w, id)
	case resource == "/result":
		s.result(w, id)
	default:
		s.start(w)
	}
}

func (s *seedServer) start(w http.ResponseWriter) {
	number := rand.Float64()
	id := strconv.FormatFloat(number, 'f', -1, 64)
	s.mu.Lock()
	s.begun[id] = time.Now()
	s.mu.Unlock()
	w.Header().Set("Location", "/monitor/"+id)
	say(w, 202, fmt.Sprintf(`{"job_id":%s}`, id))
}

func (s *seedServer) monitor(w http.ResponseWriter, id string) {
	// The ids are looked up in an object that has members of its own.
	inherited := slices.Contains([]string{"toString", "constructor", "__proto__"}, id)
	if !s.done(id) && !inherited {
		say(w, 200, `{"job_id":"still working..."}`)
		return
	}
	w.Header().Set("Location", "/result/"+id)
	say(w, 201, fmt.Sprintf(`{"job_id":%q}`, id))
}

func (s *seedServer) result(w http.ResponseWriter, id string) {
	if !s.done(id) {
		say(w, 422, fmt.Sprintf(`{"message":"Job %s failed to complete or was not found."}`, id))
		return
	}
	say(w, 200, fmt.Sprintf(`{"result":"Result of long-running process %s."}`, id))
}

func (s *seedServer) done(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	begun, known := s.begun[id]
	return known && time.Since(begun) >= 2*time.Second
}

func say(w http.ResponseWriter, status int, json string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(json)))
	w.WriteHeader(status)
	fmt.Fprint(w, json)
}

// parserRefuses is how Node's parser answers a method that it doesn't know: before any code of the server's own.
func parserRefuses(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	fmt.Fprint(conn, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
	conn.Close()
}

// TestSeed shows that the seed's own server passes every MUST, and fails the SHOULDs it is known for and no other.
func TestSeed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		target := harness.Serve(t, &seedServer{begun: map[string]time.Time{}})
		r := harness.Check(t, target)
		var want []string
		for _, q := range contract.Catalogue() {
			if slices.Contains(seedFails, q.ID) {
				want = append(want, q.ID)
			}
		}
		if got := harness.Failing(r); !slices.Equal(got, want) || r.Verdict != report.VerdictPass {
			t.Errorf("verdict %s, fails %v, want %v%s", r.Verdict, got, want, harness.Unexpected(r, want))
		}
		for _, q := range r.Targets[0].Requirements {
			if q.Level == contract.Must && q.Outcome == contract.Blocked || slices.Contains(harness.Watched(), q.ID) && q.Outcome != contract.Pass {
				t.Errorf("%s is %s: %s", q.ID, q.Outcome, q.Reason)
			}
		}
	})
}
