package reference

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// What those who develop clients set: failures, Retry-After, latency.

func TestFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turn := 0
		s := serverFor(t, Options{Fails: func() bool { turn++; return turn%2 == 0 }})
		good, id := begin(t, s)
		bad, failed := begin(t, s)
		for _, row := range []struct {
			after   time.Duration
			request string
			status  int
			says    string
		}{
			{0, "GET " + bad, 200, "still working"},
			{0, "GET /result/" + failed, 422, "failed to complete or was not found"},
			{2 * time.Second, "GET " + bad, 201, failed},
			{0, "GET /result/" + failed, 422, "Job " + failed + " failed. It has no result"},
			{0, "HEAD /result/" + failed, 422, ""},
			{0, "GET " + good, 201, id},
			{0, "GET /result/" + id, 200, "Result of"},
			{time.Hour + 1, "GET /result/" + failed, 422, "was not found"},
		} {
			time.Sleep(row.after)
			r := ask(s, row.request)
			if body := bodyOf(t, r); r.StatusCode != row.status || !strings.Contains(body, row.says) {
				t.Errorf("%s: %d %s", row.request, r.StatusCode, body)
			}
			if row.status == 422 && r.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s: %s", row.request, r.Header.Get("Content-Type"))
			}
		}
	})
}

func TestRetryAfterForms(t *testing.T) {
	began := time.Date(2026, 3, 1, 23, 59, 58, 0, time.FixedZone("", 3600))
	const date = "Sun, 01 Mar 2026 23:00:00 GMT"     // the end is half a second later
	for form, want := range map[RetryForm][3]string{ // with 2.5 s left, with 1 s, with less
		RetryInSeconds: {"2", "1", ""}, RetryAtDate: {date, date, ""}, NoRetryAfter: {"", "", ""}, "7": {"7", "7", "7"}, "0": {"0", "0", "0"},
	} {
		s := serverFor(t, Options{RetryAfter: form})
		x := &exchange{server: s, ends: began.Add(2500 * time.Millisecond)}
		for i, left := range []time.Duration{2500 * time.Millisecond, time.Second, time.Second - 1} {
			x.now = x.ends.Add(-left)
			if got := empty(200).retryAfter(x).header.Get("Retry-After"); got != want[i] {
				t.Errorf("%q with %s left: %q, want %q", form, left, got, want[i])
			}
		}
	}
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serverFor(t, Options{Latency: func() time.Duration { return 300 * time.Millisecond }})
		sent := time.Now()
		monitor, _ := begin(t, s)
		if took := time.Since(sent); took != 300*time.Millisecond {
			t.Errorf("a start took %s", took)
		}
		// The job began when the request was looked at: 2 s before its end, which the next answer does not miss.
		time.Sleep(2*time.Second - 300*time.Millisecond)
		if r := ask(s, "GET "+monitor); r.StatusCode != 201 {
			t.Errorf("a read that is looked at at the job's end: %d", r.StatusCode)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		gone := httptest.NewRequestWithContext(ctx, http.MethodGet, "/monitor/x", nil)
		sent = time.Now()
		s.ServeHTTP(httptest.NewRecorder(), gone)
		if took := time.Since(sent); took != 100*time.Millisecond {
			t.Errorf("a request whose client has gone took %s", took)
		}
	})
}

func TestResource(t *testing.T) {
	s := serverFor(t, Options{BasePath: "/api"})
	for path, want := range map[string][2]string{
		"/api/deferredjob": {"start", ""}, "/api/monitor/a%2Fb": {"monitor", "a/b"}, "/api/result/42?x=1": {"result", "42"}, "/monitor/42": {}, "/": {},
	} {
		u, err := url.Parse(path)
		if err != nil {
			t.Fatal(err)
		}
		if name, id := s.Resource(u); name != want[0] || id != want[1] {
			t.Errorf("%s: %q, %q", path, name, id)
		}
	}
}
