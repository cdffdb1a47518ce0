package dialects

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

// An odd server is what servers that others wrote were reduced to: jobs begin at /jobs, and are read below it. The texts are Printf formats
// of a job's path.
type odd struct {
	start   string // the status of a start, its field, and its body, a line each
	instead string // the answer to every second start, where it is another
	pending string // the status of a monitor and its body, a line each
	done    string
	refused string        // the status and the body of a read whose query is not that of the start
	keeps   time.Duration // how long a job is known after its end; 0 for ever
	lost    string        // the status and the body of one that is not known
}

// serve is the odd server.
func (s odd) serve() http.Handler {
	var lock sync.Mutex
	begun := map[string]time.Time{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lock.Lock()
		defer lock.Unlock()
		path := r.URL.Path
		at, known := begun[path]
		switch age := time.Since(at); {
		case r.Method != "GET" && r.Method != "POST":
			w.WriteHeader(http.StatusNotImplemented)
		case path == "/jobs":
			path = "/jobs/" + rand.Text()
			begun[path] = time.Now()
			if s.instead != "" && len(begun)%2 == 0 {
				say(w, s.instead, path)
				return
			}
			say(w, s.start, path)
		case !known || s.keeps > 0 && age > jobs+s.keeps:
			say(w, s.lost, path)
		case s.refused != "" && r.URL.RawQuery == "":
			say(w, s.refused, path)
		case age < jobs:
			say(w, s.pending, path)
		default:
			say(w, s.done, path)
		}
	})
}

// say writes an answer: its status, lines that are fields, and its body.
func say(w http.ResponseWriter, text, path string) {
	status := 0
	lines := strings.Split(strings.NewReplacer("{path}", path, "{name}", path[1:]).Replace(text), "\n")
	fmt.Sscan(lines[0], &status)
	body := ""
	for _, line := range lines[1:] {
		if name, value, isField := strings.Cut(line, ": "); isField && !strings.HasPrefix(line, "{") {
			w.Header().Set(name, value)
		} else {
			body = line
		}
	}
	if body != "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	w.Write([]byte(body))
}

var lxd = odd{
	start:   "202\nLocation: {path}\n" + `{"type":"async","operation":"{path}","status_code":100,"metadata":{"id":"1"}}`,
	pending: "200\n" + `{"type":"sync","status_code":200,"metadata":{"id":"1","status_code":103}}`,
	done:    "200\n" + `{"type":"sync","status_code":200,"metadata":{"id":"1","status_code":200}}`,
	keeps:   5 * time.Second,
	lost:    "404\n" + `{"type":"error","error_code":404}`,
}

func ending(s odd, done string) odd {
	s.done = done
	return s
}

var operations = odd{
	start:   "200\n" + `{"name":"{name}"}`,
	pending: "200\n" + `{"name":"{name}"}`,
	lost:    "404",
}

var resources = odd{
	start:   "202\nContent-Location: {path}\nContent-Type: application/vnd.api+json",
	pending: "200\nContent-Type: application/vnd.api+json",
	done:    "303\nLocation: {path}",
	lost:    "404",
}

var tasks = odd{start: "202\nLocation: {path}", pending: "202", done: "200", lost: "404"}

var ogcInOtherWords = odd{
	start:   "201\nLocation: {path}\n" + `{"jobID":"1","type":"process","status":"accepted"}`,
	pending: "200\n" + `{"jobID":"1","type":"process","status":"running"}`,
	done:    "200\n" + `{"jobID":"1","type":"process","status":"DONE"}`,
	lost:    "404",
}

const asyncStart = "202\nAzure-AsyncOperation: http://server.test{path}"

// TestOdd holds what is said of servers as they are found outside.
func TestOdd(t *testing.T) {
	for _, row := range []struct {
		name, dialect string
		server        odd
		id            string
		outcome       contract.Outcome
		says, not     string // of the ruling's sentences
	}{
		{"LXD forgets 5 s after the end, and is named", "two-oh-two", lxd, "monitor.status", contract.Fail, "these are the answers of LXD", "forgotten"},
		{"no field names a result, and none is spoken of", "lxd", lxd, "monitor.head", contract.Fail, "HEAD is answered 501", "field"},
		{"a job that fails where none has a result", "lxd", ending(lxd, "200\n"+`{"type":"sync","status_code":200,"metadata":{"id":"1","status_code":400,"err":"no space"}}`),
			"result.ok", contract.Fail, "this job failed: 200 with /metadata/status_code 400 says so, and", "result"},
		{"a job that is cancelled", "lxd", ending(lxd, "200\n"+`{"type":"sync","status_code":200,"metadata":{"id":"1","status_code":401}}`),
			"result.ok", contract.Fail, "this job was cancelled: 200 with /metadata/status_code 401 says so, and", "job failed"},
		{"done, with neither a response nor an error", "google-aip-151", ending(operations, "200\n"+`{"name":"{name}","done":true}`), "monitor.form", contract.Fail, "has no /response (", "job failed"},
		{"done, with an error that has no code", "google-aip-151", ending(operations, "200\n"+`{"name":"{name}","done":true,"error":{}}`),
			"monitor.created", contract.Fail, "as the answer for a done job it has /error: {}, and not none", ""},
		{"done, as a text", "google-aip-151", ending(operations, "200\n"+`{"name":"{name}","done":"true","response":{}}`),
			"monitor.created", contract.Fail, `as the answer for a done job it has /done: "true", and not true` + "\nanswer 200 with /done true", ""},
		{"a name that leads elsewhere", "google-aip-151", odd{start: "200\n" + `{"name":"v1/{name}"}`, lost: "404"}, "monitor.ready", contract.Fail, "Its URL is made as the dialect says: {base}/{/name}", ""},
		{"another dialect's field for the monitor", "json-api", odd{start: "202\nLocation: {path}", lost: "404"}, "start.location", contract.Fail,
			"but there is no Content-Location field, where a client looks for the URL\nsend that URL as the Content-Location field", ""},
		{"another dialect's field for the result", "json-api", ending(resources, "303\nContent-Location: /results{path}"), "monitor.created", contract.Fail, "but there is no Location field", ""},
		{"what is lacking comes before another dialect", "odata-4.01", odd{start: tasks.start, pending: "202\nLocation: {path}", done: "200", lost: "404"}, "monitor.created", contract.Fail,
			"no AsyncResult, which is to be 2xx; or these are the answers of Redfish\nanswer 200 with AsyncResult 2xx once the job is done; or --dialect redfish", ""},
		{"a failed job is told by a status that HEAD tells too", "fhir-bulk",
			odd{start: "202\nContent-Location: http://server.test{path}", pending: "202", done: "500", lost: "404"}, "monitor.head", contract.Fail, "501", "now and then"},
		{"no job is begun where its answer is there at once", "redfish", odd{start: tasks.start, instead: "200", pending: "202", done: "200", lost: "404"}, "start.accepted", contract.Pass, "", "200"},
		{"created at once", "fhir-bulk", odd{start: "201\nLocation: {path}", pending: "202", done: "200", lost: "404"}, "start.accepted", contract.Fail, "201 says that the result exists already", ""},
		{"a redirect that no framework made", "json-api", odd{start: "302\nLocation: /elsewhere/", lost: "404"}, "start.accepted", contract.Fail, "302", "framework"},
		{"another redirect at the end", "json-api", ending(resources, "302\nLocation: {path}"), "monitor.created", contract.Fail, "302", "other dialects"},
		{"202 that lacks a sign", "durable-functions", odd{start: "202\nLocation: http://server.test{path}\nRetry-After: 1\n" +
			`{"id":"1","statusQueryGetUri":"http://server.test{path}","terminatePostUri":"http://server.test{path}"}`, pending: "202\n{}", done: "202\n{}", lost: "404"},
			"monitor.pending", contract.Fail, "as the answer for a pending job it has no /runtimeStatus", "other dialects"},
		{"no cancellation was asked for", "lxd", lxd, "cancel.then", contract.NotApplicable, "not asked for", ""},
		{"another word for done", "ogc-processes-1.0", ogcInOtherWords, "monitor.created", contract.Fail, "/status: DONE, and not successful", "{monitor}"},
		{"the answer of a failed job without its error", "arm-location", odd{start: "202\nLocation: http://server.test{path}",
			pending: "400\n" + `{"message":"bad"}`, done: "400\n" + `{"message":"bad"}`, lost: "404"},
			"monitor.ready", contract.Fail, "as the answer for a failed job it has no /error/code", "a value"},
		{"an empty answer", "arm-async", odd{start: asyncStart, pending: "200", done: "200", lost: "404"},
			"monitor.pending", contract.Fail, "it has no /status, which is to be other than Succeeded, Failed or Canceled: its body is empty", ""},
		{"an answer that breaks off", "arm-async", odd{start: asyncStart, pending: "200\n" + `{"stat`, done: "200\n" + `{"stat`, lost: "404"},
			"monitor.pending", contract.Fail, "its body is not JSON", ""},
		{"a page of a gateway is no failed job's", "arm-async", odd{start: asyncStart, pending: "502\nbad", done: "502\nbad", lost: "404"},
			"monitor.ready", contract.Fail, "502", "as the answer"},
		{"the monitor needs the start's query", "azure-operation-location",
			odd{start: "202\nOperation-Location: http://server.test{path}\n" + `{"id":"1"}`, refused: "400\n" + `{"message":"no api-version"}`, lost: "404",
				pending: "200\nRetry-After: 0\n" + `{"id":"1","status":"Running"}`, done: "200\n" + `{"id":"1","status":"Succeeded"}`},
			"monitor.ready", contract.Fail, "with the query of the request that led to it (?api-version=1) it answers: the Operation-Location left that out", "the 202, 201"},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				target := harness.Serve(t, row.server.serve())
				target.StartPath, target.StartMethod = "/jobs", "POST"
				if row.server.refused != "" {
					target.StartPath += "?api-version=1"
				}
				target.Dialects, target.JobTimeout = settings.Dialects(), 20*time.Second
				for _, d := range target.Dialects {
					if d.Name == row.dialect {
						target.Dialect = d
					}
				}
				q, _ := harness.Check(t, target).Targets[0].Find(row.id)
				said := strings.Join([]string{q.Got, q.Want, q.Likely, q.Mend, q.Reason}, "\n")
				if q.Outcome != row.outcome || !strings.Contains(said, row.says) || row.not != "" && strings.Contains(said, row.not) {
					t.Errorf("%s: %s", q.Outcome, said)
				}
			})
		})
	}
}
