package honest

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// A trait is something odd about an honest server, or about how it is reached.
type trait func(*oddServer)

// An oddServer is an honest server, what stands in front of it, and who asks.
type oddServer struct {
	*honest
	front  []func(http.Handler) http.Handler
	target []func(*conformance.Target)
	server []func(*http.Server)
	tls    string // "", "http/1.1" or "h2"
	listen func(t *testing.T, server *http.Server, protocol string) conformance.Target
	may    []string
	unseen []string
	unless []string
}

// mayFail names SHOULDs that the contract allows such a server to fail.
func mayFail(ids ...string) trait { return func(s *oddServer) { s.may = append(s.may, ids...) } }

// unseen names what can't be judged on such a server, though it can on others.
func unseen(ids ...string) trait { return func(s *oddServer) { s.unseen = append(s.unseen, ids...) } }

// unless names what chance may keep from being judged.
func unless(ids ...string) trait { return func(s *oddServer) { s.unless = append(s.unless, ids...) } }

func behind(front func(http.Handler) http.Handler) trait {
	return func(s *oddServer) { s.front = append(s.front, front) }
}

// through has each request pass a function, which answers it or hands it on.
func through(pass func(w http.ResponseWriter, r *http.Request, next http.Handler)) trait {
	return behind(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { pass(w, r, next) })
	})
}

// instead answers in the server's place what a condition holds for.
func instead(when func(*http.Request) bool, answer http.HandlerFunc) trait {
	return through(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if when(r) {
			answer(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func asked(prepare func(*conformance.Target)) trait {
	return func(s *oddServer) { s.target = append(s.target, prepare) }
}

func set(f func(*honest)) trait { return func(s *oddServer) { f(s.honest) } }

// on dresses the answers of one phase.
func on(p phase, f func(w http.ResponseWriter, r *http.Request, j *work)) trait {
	return set(func(s *honest) {
		s.dress = append(s.dress, func(w http.ResponseWriter, r *http.Request, j *work, now phase) {
			if now == p {
				f(w, r, j)
			}
		})
	})
}

func header(p phase, name, value string) trait {
	return on(p, func(w http.ResponseWriter, _ *http.Request, _ *work) { w.Header().Set(name, value) })
}

// Where things are.

func locations(write func(*http.Request, string) string) trait {
	return set(func(s *honest) { s.write = write })
}

// layout has "{id}" where the id goes.
func layout(start, monitor, result string) trait {
	return set(func(s *honest) {
		s.start = start
		s.monitor = func(id string) string { return strings.ReplaceAll(monitor, "{id}", id) }
		s.result = func(id string) string { return strings.ReplaceAll(result, "{id}", id) }
	})
}

func below(base string) trait {
	return asked(func(t *conformance.Target) { t.BaseURL += base })
}

func at(base string) trait {
	return asked(func(t *conformance.Target) { t.BaseURL = base })
}

// capital writes what is the same in capitals in capitals, and the port that goes without saying.
func capital(r *http.Request, target string) string {
	host, _, _ := strings.Cut(r.Host, ":")
	if r.TLS != nil {
		return "HTTPS://" + strings.ToUpper(host) + ":443" + target
	}
	return "HTTP://" + strings.ToUpper(host) + ":80" + target
}

// ids has "{n}" for the job's number, and "{r}" for something that looks random and is another for each.
func ids(form string) trait {
	return set(func(s *honest) {
		salt := rand.Uint32()
		s.id = func(n int) string {
			mixed := (salt + uint32(n)) * 2654435761
			return strings.NewReplacer("{n}", fmt.Sprint(n), "{r}", fmt.Sprintf("%06x", mixed>>8)).Replace(form)
		}
	})
}

func resultIDs(other func(id string) string) trait {
	return set(func(s *honest) {
		result := s.result
		s.result = func(id string) string { return result(other(id)) }
	})
}

func hashed(id string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(id)))[:20] }

// Jobs.

func lasting(d time.Duration) trait { return lengths(func(int) time.Duration { return d }) }

func lengths(of func(n int) time.Duration) trait { return set(func(s *honest) { s.lasts = of }) }

func instant() trait {
	return func(s *oddServer) {
		s.lasts = func(int) time.Duration { return 0 }
		s.unseen = append(s.unseen, "monitor.pending")
	}
}

func workers(n int) trait { return set(func(s *honest) { s.workers = n }) }

func picking(pick func(waiting int) int) trait { return set(func(s *honest) { s.pick = pick }) }

func last(waiting int) int { return waiting - 1 }

// Bodies.

func body(contentType string, text []byte) trait {
	return set(func(s *honest) { s.product = func(*work) (string, []byte) { return contentType, text } })
}

func bodyOf(contentType string, f func(j *work) string) trait {
	return set(func(s *honest) {
		s.product = func(j *work) (string, []byte) { return contentType, []byte(f(j)) }
	})
}

func noise(n int) []byte {
	source, b := rand.NewChaCha8([32]byte{}), make([]byte, n)
	source.Read(b)
	return b
}

func gzipped(text []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(text)
	w.Close()
	return b.Bytes()
}

// The way there.

// latency delays every answer by a time between two.
func latency(least, most time.Duration) trait {
	return through(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		time.Sleep(least + rand.N(most-least+1))
		next.ServeHTTP(w, r)
	})
}

// everywhere sets a field on every answer.
func everywhere(name string, values func() []string) trait {
	return through(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		w.Header()[name] = values()
		next.ServeHTTP(w, r)
	})
}

// refusing answers some requests with a status, and Retry-After where it is not empty.
func refusing(status int, retryAfter string, when func() (now func() bool)) trait {
	return behind(func(next http.Handler) http.Handler {
		now := when()
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !now() {
				next.ServeHTTP(w, r)
				return
			}
			if retryAfter != "" {
				w.Header().Set("Retry-After", retryAfter)
			}
			http.Error(w, "later, please", status)
		})
	})
}

// overRate makes rate limits, one for each server.
func overRate(perSecond, burst float64) func() func() bool {
	return func() func() bool { return harness.OverRate(perSecond, burst) }
}

// every is true once in n times.
func every(n int64) func() func() bool {
	return func() func() bool {
		var count atomic.Int64
		return func() bool { return count.Add(1)%n == 0 }
	}
}
