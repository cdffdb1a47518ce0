package reference

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func serverFor(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ask answers a request written as "METHOD path", with header fields as "Name: value".
func ask(s *Server, request string, fields ...string) *http.Response {
	method, target, _ := strings.Cut(request, " ")
	r := httptest.NewRequest(method, target, nil)
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func bodyOf(t *testing.T, r *http.Response) string {
	t.Helper()
	b := make([]byte, 4096)
	n, _ := r.Body.Read(b)
	return string(b[:n])
}

func begin(t *testing.T, s *Server, fields ...string) (monitor, id string) {
	t.Helper()
	r := ask(s, "GET "+s.options.BasePath+"/deferredjob", fields...)
	if r.StatusCode != 202 {
		t.Fatalf("start: %d", r.StatusCode)
	}
	monitor = r.Header.Get("Location")
	return monitor, monitor[strings.LastIndex(monitor, "/")+1:]
}

func TestLifeOfAJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serverFor(t, Options{})
		monitor, id := begin(t, s)
		result := "/result/" + id
		type answer struct {
			after             time.Duration
			request           string
			status            int
			location, retry   string
			body, contentType string
		}
		const object, trouble = "application/json", "application/problem+json"
		for _, want := range []answer{
			{0, "GET " + monitor, 200, "", "2", `{"job_id":"still working..."}`, object},
			{0, "HEAD " + monitor, 200, "", "2", "", object},
			{0, "GET " + result, 422, "", "", `{"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"Job ` + id + ` failed to complete or was not found."}`, trouble},
			{time.Nanosecond, "GET " + monitor, 200, "", "1", `{"job_id":"still working..."}`, object},
			{time.Second, "GET " + monitor, 200, "", "", `{"job_id":"still working..."}`, object},
			{time.Second - 2, "GET " + monitor, 200, "", "", `{"job_id":"still working..."}`, object},
			{1, "GET " + monitor, 201, result, "", `{"job_id":"` + id + `"}`, object},
			{0, "HEAD " + monitor, 201, result, "", "", object},
			{0, "GET " + result, 200, "", "", `{"result":"Result of long-running process ` + id + `."}`, object},
			{0, "HEAD " + result, 200, "", "", "", object},
			{time.Hour, "GET " + monitor, 201, result, "", `{"job_id":"` + id + `"}`, object},
			{0, "GET " + result, 200, "", "", `{"result":"Result of long-running process ` + id + `."}`, object},
			{1, "GET " + monitor, 404, "", "", `{"type":"about:blank","title":"Not Found","status":404,"detail":"Job ` + id + ` was not found."}`, trouble},
			{0, "HEAD " + monitor, 404, "", "", "", trouble},
		} {
			time.Sleep(want.after)
			r := ask(s, want.request)
			got := answer{want.after, want.request, r.StatusCode, r.Header.Get("Location"), r.Header.Get("Retry-After"), bodyOf(t, r), r.Header.Get("Content-Type")}
			if got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
			if strings.HasPrefix(want.request, "GET /monitor") && r.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: Cache-Control: %q", want.request, r.Header.Get("Cache-Control"))
			}
		}
	})
}

func TestStart(t *testing.T) {
	s := serverFor(t, Options{JobDuration: 10*time.Second + time.Nanosecond, BasePath: "/api/v1/"})
	r := ask(s, "GET /api/v1/deferredjob?any=query")
	shape := regexp.MustCompile(`^/api/v1/monitor/[a-z2-7]{26}$`)
	if r.StatusCode != 202 || !shape.MatchString(r.Header.Get("Location")) || len(r.Header["Location"]) != 1 {
		t.Errorf("%d, Location %q", r.StatusCode, r.Header["Location"])
	}
	if got := r.Header.Get("Retry-After"); got != "10" {
		t.Errorf("Retry-After: %q", got)
	}
	if got := r.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control: %q", got)
	}
	var body jobBody
	if err := json.Unmarshal([]byte(bodyOf(t, r)), &body); err != nil || !strings.HasSuffix(r.Header.Get("Location"), "/"+body.JobID) {
		t.Errorf("body %+v, %v", body, err)
	}
}

func TestLocationForms(t *testing.T) {
	for form, want := range map[LocationForm][2]string{
		PathLocations:     {"/api/monitor/", "/api/result/"},
		AbsoluteLocations: {"http://example.com/api/monitor/", "http://example.com/api/result/"},
		RelativeLocations: {"monitor/", "../result/"},
	} {
		s := serverFor(t, Options{BasePath: "/api", JobDuration: -1, Locations: form})
		location, id := begin(t, s)
		done := ask(s, "GET /api/monitor/"+id)
		if got := [2]string{location, done.Header.Get("Location")}; got != [2]string{want[0] + id, want[1] + id} {
			t.Errorf("%q: %q", form, got)
		}
	}
}

func TestMethods(t *testing.T) {
	byGET, byPOST := serverFor(t, Options{}), serverFor(t, Options{StartMethods: []string{"POST", "PUT"}})
	const reads = "GET, HEAD, OPTIONS"
	for _, row := range []struct {
		server  *Server
		request string
		status  int
		allow   string
	}{
		{byGET, "HEAD /deferredjob", 405, "GET, OPTIONS"},
		{byGET, "POST /deferredjob", 405, "GET, OPTIONS"},
		{byGET, "BREW /deferredjob", 405, "GET, OPTIONS"},
		{byGET, "OPTIONS /deferredjob", 204, "GET, OPTIONS"},
		{byPOST, "GET /deferredjob", 405, "POST, PUT, OPTIONS"},
		{byPOST, "POST /deferredjob", 202, ""},
		{byGET, "DELETE /monitor/x", 405, reads},
		{byGET, "OPTIONS /monitor/x", 204, reads},
		{byGET, "PUT /result/x", 405, reads},
		{byGET, "GET /", 404, ""},
		{byGET, "HEAD /", 404, ""},
		{byGET, "GET /deferredjob/", 404, ""},
		{byGET, "GET //deferredjob", 404, ""},
		{byGET, "GET /monitor", 404, ""},
	} {
		r := ask(row.server, row.request)
		if r.StatusCode != row.status || r.Header.Get("Allow") != row.allow {
			t.Errorf("%s: %d, Allow: %q", row.request, r.StatusCode, r.Header.Get("Allow"))
		}
	}
	if n := remembered(byGET); n != 0 {
		t.Errorf("%d jobs begun", n)
	}
}

func TestIDsNobodyIssued(t *testing.T) {
	s := serverFor(t, Options{})
	for _, id := range []string{
		"", "constructor", "__proto__", "toString", "..%2f", "..%2F..%2Fetc", "%00", "%ff%fe", "..", ".", "../deferredjob", "a/b", "a//b",
		strings.Repeat("x", 1000), "%C3%A9", "é", "%E2%80%AE", "%22%3Cscript%3E", "0.10357762217820365", "*", "a;b", "a%20b",
	} {
		for path, status := range map[string]int{"/monitor/": 404, "/result/": 422} {
			r := ask(s, "GET "+path+id)
			body := bodyOf(t, r)
			if r.StatusCode != status || !json.Valid([]byte(body)) || strings.Contains(body, "<") || r.Header.Get("Location") != "" {
				t.Errorf("%s%.40s: %d %s", path, id, r.StatusCode, body)
			}
		}
	}
}

func TestAccess(t *testing.T) {
	s := serverFor(t, Options{JobDuration: -1, Authorize: func(r *http.Request) (string, bool) {
		name := r.Header.Get("Authorization")
		return name, name != ""
	}})
	_, id := begin(t, s, "Authorization: a")
	for _, row := range []struct {
		request, who string
		status       int
	}{
		{"GET /monitor/", "a", 201}, {"GET /monitor/", "b", 404}, {"GET /monitor/", "", 401},
		{"GET /result/", "a", 200}, {"GET /result/", "b", 422}, {"GET /result/", "", 401}, {"OPTIONS /result/", "", 204},
	} {
		var fields []string
		if row.who != "" {
			fields = append(fields, "Authorization: "+row.who)
		}
		r := ask(s, row.request+id, fields...)
		if r.StatusCode != row.status || (row.status == 401) != (r.Header.Get("WWW-Authenticate") != "") {
			t.Errorf("%s as %q: %d", row.request, row.who, r.StatusCode)
		}
	}
	if r := ask(s, "GET /deferredjob"); r.StatusCode != 401 {
		t.Errorf("start: %d", r.StatusCode)
	}
}

func TestOrigins(t *testing.T) {
	s := serverFor(t, Options{AllowOrigins: []string{"https://page.example"}})
	for _, row := range []struct{ request, origin, allow, methods, headers string }{
		{"GET /deferredjob", "https://page.example", "https://page.example", "", ""},
		{"GET /monitor/x", "https://page.example", "https://page.example", "", ""},
		{"GET /monitor/x", "https://other.example", "", "", ""},
		{"OPTIONS /deferredjob", "https://page.example", "https://page.example", "GET, OPTIONS", "authorization"},
		{"OPTIONS /deferredjob", "https://other.example", "", "", ""},
	} {
		h := ask(s, row.request, "Origin: "+row.origin, "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: authorization").Header
		if h.Get("Access-Control-Allow-Origin") != row.allow || h.Get("Access-Control-Allow-Methods") != row.methods ||
			h.Get("Access-Control-Allow-Headers") != row.headers || h.Get("Vary") != "Origin" {
			t.Errorf("%v: %v", row, h)
		}
	}
	if h := ask(serverFor(t, Options{}), "GET /", "Origin: https://page.example").Header; h.Get("Vary") != "" {
		t.Errorf("without origins: %v", h)
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	for want, o := range map[string]Options{
		`base path: "api"`:                {BasePath: "api"},
		`base path: "//host"`:             {BasePath: "//host"},
		`base path: "/a?b"`:               {BasePath: "/a?b"},
		`base path: "/a b"`:               {BasePath: "/a b"},
		`start methods: "HEAD"`:           {StartMethods: []string{"HEAD"}},
		`locations: "full"`:               {Locations: "full"},
		`can't be negative`:               {MaxJobs: -1},
		`retry after: "soon"`:             {RetryAfter: "soon"},
		`retry after: "-1"`:               {RetryAfter: "-1"},
		`there is no fault "monitor-lat"`: {Faults: []string{"monitor-lat"}},
	} {
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
