package observe

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

func TestWithDefaults(t *testing.T) {
	for _, c := range []struct{ url, wrong string }{
		{"", "no base URL"},
		{"localhost:8080", "not an http or https URL"},
		{"ftp://host", "not an http or https URL"},
		{"http://", "no host"},
		{"http://host/?a=b", "a query or a fragment"},
		{"http://ho st", "can't be read"},
		{"http://u:s3cret@host/?key=s3cret", "a query or a fragment"},
		{"http://s3cret@host:x", "can't be read"},
		{"http://host", ""},
		{"https://user:pass@host/base/", ""},
	} {
		target, err := Target{BaseURL: c.url}.withDefaults()
		switch {
		case c.wrong == "" && err != nil, c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)):
			t.Errorf("%q: error %v, want %q", c.url, err, c.wrong)
		case err != nil && strings.Contains(err.Error(), "s3cret"):
			t.Errorf("%q: the error tells a secret: %v", c.url, err)
		case strings.Contains(target.BaseURL, "pass") && c.wrong == "":
			t.Errorf("%q: the password stays in %s", c.url, target.BaseURL)
		}
	}
}

func TestStartURL(t *testing.T) {
	for _, c := range []struct{ base, path, want string }{
		{"http://host", "/deferredjob", "http://host/deferredjob"},
		{"http://host/", "/deferredjob", "http://host/deferredjob"},
		{"http://host/api/v1", "/jobs?x={n}", "http://host/api/v1/jobs?x={n}"},
		{"http://host/api/v1/", "jobs", "http://host/api/v1/jobs"},
	} {
		if got := (Target{BaseURL: c.base, StartPath: c.path}).startURL(); got != c.want {
			t.Errorf("%s and %s: %s, want %s", c.base, c.path, got, c.want)
		}
	}
}

func TestRedact(t *testing.T) {
	r := newRedactor(Target{
		Header:  http.Header{"Authorization": {"Basic dXNlcjpwYXNzd29yZA=="}, "X-Trace": {"trace-value"}, "X-Team": {"team-secret"}},
		Secrets: []string{"x-team"},
	})
	for _, c := range []struct{ name, value, want string }{
		{"Authorization", "Basic dXNlcjpwYXNzd29yZA==", "$AUTHORIZATION"},
		{"X-Team", "team-secret", "$X_TEAM"},
		{"X-Trace", "trace-value", "trace-value"},
		{"X-Echo", "you said dXNlcjpwYXNzd29yZA==", "you said $AUTHORIZATION"},
		{"X-Echo", "user:password", "$AUTHORIZATION"},
		{"Set-Cookie", "session=1; Path=/", "session=$SET_COOKIE"},
		{"Set-Cookie", "odd", "$SET_COOKIE"},
		{"Location", "/r/1?sig=abcdefgh&x=1", "/r/1?sig=secret-1&x=1"},
		{"Location", "/r/1?x=1&sig=abcdefgh#f", "/r/1?x=1&sig=secret-1#f"},
		{"Location", "/r/2?X-Amz-Signature=ijklmnop", "/r/2?X-Amz-Signature=secret-2"},
		{"Location", "/monitor?job=42", "/monitor?job=42"},
		{"Location", "http://ann:qrstuv@h/r/3?at=a@b", "http://secret-3@h/r/3?at=a@b"},
		{"Location", "/r/4//c@d", "/r/4//c@d"},
	} {
		if got := r.field(c.name, c.value); got != c.want {
			t.Errorf("%s: %s becomes %q, want %q", c.name, c.value, got, c.want)
		}
	}
}

func TestReadBody(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		name    string
		body    io.Reader
		bound   int64
		length  int64
		bounded bool
		err     error
	}{
		{"whole", strings.NewReader("12345"), 10, 5, false, nil},
		{"just whole", strings.NewReader("12345"), 5, 5, false, nil},
		{"beyond the bound", strings.NewReader("123456"), 5, 5, true, nil},
		{"empty", strings.NewReader(""), 5, 0, false, nil},
		{"cut", io.MultiReader(strings.NewReader("123"), failing{broken}), 10, 3, false, broken},
	} {
		got := new(reader).read(c.body, c.bound, parsed)
		if got.Length != c.length || got.Bounded != c.bounded || !errors.Is(got.err, c.err) {
			t.Errorf("%s: %d bytes, bounded %v, error %v", c.name, got.Length, got.Bounded, got.err)
		}
	}
}

// What is held of a body has no gap: where the buffers were full for a while, nothing that comes later is taken for its beginning.
func TestHeldWithoutGap(t *testing.T) {
	r := new(reader)
	r.held.Store(buffers)
	got := r.read(io.MultiReader(strings.NewReader("first"), freeing{r}, strings.NewReader("second")), 100, parsed)
	if len(got.text) > 0 || got.Length != int64(len("firstsecond")) {
		t.Errorf("%q of %d bytes", got.text, got.Length)
	}
}

// freeing is where other bodies have ended.
type freeing struct{ r *reader }

func (f freeing) Read([]byte) (int, error) { f.r.held.Store(0); return 0, io.EOF }

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestNotJSON(t *testing.T) {
	for _, c := range []struct {
		media, coding, body string
		wrong               bool
	}{
		{"application/json", "", `{"a":1}`, false},
		{"application/json", "", "\xef\xbb\xbf" + `{"a":1}`, false},
		{"application/json", "", `{"a":`, true},
		{"application/problem+json; charset=utf-8", "", `{"a":`, true},
		{"text/plain", "", `{"a":`, false},
		{"application/json", "gzip", "\x1f\x8b", false},
		{"application/json", "", "", false},
		{"application/x-ndjson", "", "{}\n{}", false},
	} {
		header := http.Header{"Content-Type": {c.media}, "Content-Encoding": {c.coding}}
		content := new(reader).read(strings.NewReader(c.body), 1<<20, parsed)
		if got := notJSON(content, header); (got != "") != c.wrong {
			t.Errorf("%s %q: %q", c.media, c.body, got)
		}
	}
}

func TestMentions(t *testing.T) {
	r := newRegister()
	r.learn(1, "http://host/monitor/aaaaaaaa-1")
	if got := r.mentions([]byte("deferred monitor aaaaaaaa-1")); got != nil {
		t.Errorf("with one job known, nothing tells an id from other words: %v", got)
	}
	r.learn(2, "http://host/monitor/bbbbbbbb-2")
	r.learn(2, "http://host/result/bbbbbbbb-2?batch=samesame-0")
	r.learn(1, "http://host/result/aaaaaaaa-1?batch=samesame-0")
	got := r.mentions([]byte(`{"result":"of bbbbbbbb-2","batch":"samesame-0","not":"xaaaaaaaa-1"}`))
	want := record.Mention{Job: 2, Before: `{"result":"of `}
	if len(got) != 1 || got[0] != want {
		t.Errorf("%v, want %v alone", got, want)
	}
}

func TestMadeUp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, known := range [][]string{
		{"http://h/monitor/41", "http://h/monitor/42", "http://h/monitor/43"},
		{"http://h/m/550e8400-e29b-41d4-a716-446655440000", "http://h/m/67e55044-10b1-426f-9247-bb680e5fe0c8"},
		{"http://h/jobs/a1b2c3/status?v=1", "http://h/jobs/d4e5f6/status?v=1"},
		{"http://h/monitor?job=17-report", "http://h/monitor?job=18-report"},
	} {
		shape, ok := uri.NewShape(known)
		if !ok {
			t.Fatalf("%v have no shape", known)
		}
		url, ok := madeUp(shape, random)
		if _, fits := shape.Fit(url); !ok || !fits || slices.Contains(known, url) {
			t.Errorf("%v: made up %s", known, url)
		}
	}
	signed, _ := uri.NewShape([]string{"http://h/m/1?sig=aaaa", "http://h/m/2?sig=bbbb"})
	if url, ok := madeUp(signed, random); ok {
		t.Errorf("a signature was made up: %s", url)
	}
}

func TestFailureOf(t *testing.T) {
	for _, c := range []struct {
		err  error
		kind record.FailureKind
	}{
		{context.DeadlineExceeded, record.FailureTimeout},
		{context.Canceled, record.FailureStopped},
		{&net.DNSError{Name: "nowhere.invalid"}, record.FailureConnect},
		{io.ErrUnexpectedEOF, record.FailureBroken},
		{errors.New(`malformed HTTP response "SSH-2.0"`), record.FailureProtocol},
		{&withheldAddress{classPrivate, classPublic}, record.FailureWithheld},
	} {
		if got := failureOf(c.err, time.Second); got.Kind != c.kind || got.Text == "" {
			t.Errorf("%v: %+v, want %s", c.err, got, c.kind)
		}
	}
}

func FuzzMentions(f *testing.F) {
	f.Add([]byte("abcdefgh-1"), []byte("see abcdefgh-1 here"))
	f.Fuzz(func(t *testing.T, id, text []byte) {
		r := newRegister()
		r.learn(1, "http://h/m/"+string(id))
		r.learn(2, "http://h/m/other-id-of-two")
		for _, m := range r.mentions(text) {
			if !bytes.Contains(text, []byte(m.Before)) {
				t.Errorf("%q is not in %q", m.Before, text)
			}
		}
	})
}

// The case of a field's name means nothing: however it is written, the second identity's stands in place of the first's.
func TestIdentitiesInAnyCase(t *testing.T) {
	target, err := Target{BaseURL: "http://host", Header: http.Header{"authorization": {"Bearer a"}}, OtherHeader: http.Header{"AUTHORIZATION": {"Bearer b"}}}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	credentials, err := newCredentials(t.Context(), &target)
	if err != nil {
		t.Fatal(err)
	}
	r := newRun(t.Context(), target, credentials)
	defer r.close()
	for identity, want := range map[record.Identity]string{"": "Bearer a", record.IdentityOther: "Bearer b"} {
		header, _ := r.headers(ask{as: identity, url: "http://host/start"})
		var sent []string
		for name, values := range header {
			if strings.EqualFold(name, "Authorization") {
				sent = append(sent, values...)
			}
		}
		if !slices.Equal(sent, []string{want}) {
			t.Errorf("the identity %q sends %v", identity, header)
		}
	}
}

// Both identities have to differ: what the one is refused for would be refused to the other.
func TestSameIdentities(t *testing.T) {
	same := http.Header{"Authorization": {"Bearer a"}}
	_, err := Observe(t.Context(), Target{BaseURL: "http://server.test", Header: same, OtherHeader: same.Clone()})
	if err == nil || !strings.Contains(err.Error(), "both identities are the same") {
		t.Error(err)
	}
}
