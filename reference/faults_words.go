package reference

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Conditions and changes: the tables of faults are made of them.

type (
	condition func(*exchange) bool
	change    func(*exchange, *answer)
)

// on changes the answers for which the condition holds.
func on(when condition, changes ...change) change {
	return func(x *exchange, a *answer) {
		if when(x) {
			for _, change := range changes {
				change(x, a)
			}
		}
	}
}

// all holds where each of the conditions does.
func all(conditions ...condition) condition {
	return func(x *exchange) bool {
		return !slices.ContainsFunc(conditions, func(holds condition) bool { return !holds(x) })
	}
}

func not(c condition) condition { return func(x *exchange) bool { return !c(x) } }

func read(x *exchange) bool { return x.method == http.MethodGet || x.method == http.MethodHead }
func get(x *exchange) bool  { return x.method == http.MethodGet }
func head(x *exchange) bool { return x.method == http.MethodHead }

// What the correct answer says.
func started(x *exchange) bool { return x.role == start && x.job != nil }
func pending(x *exchange) bool { return x.role == monitor && read(x) && x.job != nil && !x.done }
func created(x *exchange) bool { return x.role == monitor && read(x) && x.job != nil && x.done }
func early(x *exchange) bool   { return x.role == result && read(x) && x.job != nil && !x.done }
func served(x *exchange) bool {
	holds := x.role == result || x.role == monitor && x.server.speech.HoldsResult()
	return holds && read(x) && x.job != nil && x.done && !x.job.fails
}

// The id belongs to no job: it looks like one of ours, or it does not.
func unknownMonitor(x *exchange) bool { return x.role == monitor && unknown(x) && shaped(x) }
func unknownResult(x *exchange) bool  { return x.role == result && unknown(x) && shaped(x) }
func hostile(x *exchange) bool        { return x.role == monitor && unknown(x) && !shaped(x) }
func unknown(x *exchange) bool        { return read(x) && x.authorized && x.job == nil && !x.hidden }

var ours = regexp.MustCompile(`^([a-z0-9]{26}|[0-9a-f-]{36})$`) // or a UUID, where clients choose

func shaped(x *exchange) bool { return ours.MatchString(x.id) }

func named(ids ...string) condition {
	return func(x *exchange) bool { return slices.Contains(ids, x.id) }
}

// What happened before.
func fresh(x *exchange) bool           { return x.fresh }
func reportedPending(x *exchange) bool { return x.seen.pending > 0 } // its monitor was answered "pending" before
func reportedDone(x *exchange) bool    { return x.seen.created > 0 } // its monitor was answered "done" before
func resultRead(x *exchange) bool      { return x.seen.results > 0 }
func concurrent(x *exchange) bool      { return x.job != nil && x.job.past.concurrent }

func nthRead(n int) condition {
	return func(x *exchange) bool { return get(x) && x.seen.reads == n-1 }
}
func nthDoneRead(n int) condition {
	return func(x *exchange) bool { return get(x) && x.seen.created == n-1 }
}
func nthResultRead(n int) condition {
	return func(x *exchange) bool { return get(x) && x.seen.results == n-1 }
}
func every(n int) condition {
	return func(x *exchange) bool { return x.job != nil && x.job.past.nth%n == 0 }
}

// At which age of the job.
func younger(than time.Duration) condition {
	return func(x *exchange) bool { return x.now.Sub(x.job.began) < than }
}
func doneFor(less time.Duration) condition {
	return func(x *exchange) bool { return x.now.Sub(x.ends) < less }
}

// after holds from a part of the job's length on: 0.5 is half-way.
func after(part float64) condition {
	return func(x *exchange) bool {
		return float64(x.now.Sub(x.job.began)) >= part*float64(x.ends.Sub(x.job.began))
	}
}

func setStatus(status int) change { return func(_ *exchange, a *answer) { a.status = status } }

func set(name string, values ...string) change {
	return func(_ *exchange, a *answer) { a.header[name] = slices.Clone(values) }
}

func drop(names ...string) change {
	return func(_ *exchange, a *answer) {
		for _, name := range names {
			a.header.Del(name)
		}
	}
}

// fail turns the answer into an error.
func fail(status int) change {
	return func(x *exchange, a *answer) {
		drop(x.server.speech.fields...)(x, a)
		broken := problem(status, "This server is broken on purpose.")
		a.status, a.body = status, broken.body
		a.set("Content-Type", "application/problem+json")
	}
}

// respond answers with 200 and a value as JSON.
func respond(value any) change {
	return func(_ *exchange, a *answer) {
		a.status = http.StatusOK
		a.write(value)
		a.set("Content-Type", "application/json")
	}
}

func outcome(x *exchange) any { return resultBody{"Result of long-running process " + x.id + "."} }

// locate replaces the URL of the next resource. The correct one is "{base}{path}" as a path, or
// "{origin}{base}{path}" as a URL; {job} is the id, {host} the Host field, {alias}
// another name of the same host, {forged} the host of X-Forwarded-Host or Forwarded.
func locate(pattern string) change {
	return func(x *exchange, a *answer) { point(x, a, expand(x, pattern)) }
}

// locateTwice has two fields name the next resource.
func locateTwice(one, other string) change {
	return func(x *exchange, a *answer) { point(x, a, expand(x, one), expand(x, other)) }
}

func expand(x *exchange, pattern string) string {
	s, to, id := x.server, monitor, x.idOfJob()
	if x.role == monitor {
		to = result
	}
	if (strings.HasPrefix(pattern, "{base}") || strings.HasPrefix(pattern, "{path}")) && x.wantsWhole() {
		pattern = "{origin}" + pattern
	}
	return strings.NewReplacer(
		"{origin}", origin(x.request), "{host}", x.request.Host, "{alias}", alias(x.request.Host),
		"{scheme}", strings.TrimSuffix(origin(x.request), "://"+x.request.Host), "{forged}", forged(x.request),
		"{base}", s.options.BasePath, "{path}", s.path(to, id), "{result}", s.path(result, ""), "{job}", id,
	).Replace(pattern)
}

// alias is another name of the host. On a loopback address the same server answers under both.
func alias(host string) string {
	for name, other := range map[string]string{"127.0.0.1": "localhost", "localhost": "127.0.0.1", "[::1]": "localhost"} {
		if port, ok := strings.CutPrefix(host, name); ok && (port == "" || port[0] == ':') {
			return other + port
		}
	}
	return "www." + host
}

var forwardedHost = regexp.MustCompile(`(?i)\bhost="?([^;,"\s]+)`)

func forged(r *http.Request) string {
	if host := r.Header.Get("X-Forwarded-Host"); host != "" {
		return host
	}
	if host := forwardedHost.FindStringSubmatch(r.Header.Get("Forwarded")); host != nil {
		return host[1]
	}
	return ""
}
