package observe

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestForms shows that what the caller gave is hidden in every form in which a server commonly writes it.
func TestForms(t *testing.T) {
	const secret, cookie = `t0p"Secret&/+ü=value`, "c00kie+Value"
	r := newRedactor(Target{Header: http.Header{"Authorization": {"Bearer " + secret}, "Cookie": {"theme=dark; session=" + cookie}}})
	for _, value := range []string{secret, cookie} {
		quoted, _ := json.Marshal(value)
		percent := ""
		for _, b := range []byte(value) {
			percent += fmt.Sprintf("%%%02x", b)
		}
		for name, form := range map[string]string{
			"as it is": value, "JSON": strings.Trim(string(quoted), `"`), "HTML": html.EscapeString(value),
			"query": url.QueryEscape(value), "path": url.PathEscape(value), "percent": percent, "PERCENT": strings.ToUpper(percent),
			"hex": hex.EncodeToString([]byte(value)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(value))),
			"upper": strings.ToUpper(value), "lower": strings.ToLower(value),
		} {
			if got := r.text("<" + form + ">"); strings.Contains(got, form) || !strings.HasPrefix(got, "<$") {
				t.Errorf("%s of %s: %s", name, value, got)
			}
		}
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
			for _, before := range []string{"", "a", "ab", "user:"} {
				text := encoding.EncodeToString([]byte(before + value + "z"))
				if got := r.text(text); !strings.Contains(got, "$") || len(got) > len(text)/2+20 {
					t.Errorf("base64 of %s%s: %s", before, value, got)
				}
			}
		}
	}
}

// TestHideAcrossTheEdge shows that what is cut shows no part of a secret that lies across the edge.
func TestHideAcrossTheEdge(t *testing.T) {
	const secret = "a-long-secret-value"
	r := newRedactor(Target{Header: http.Header{"Authorization": {secret}}})
	for before := range len(secret) + 5 {
		text := strings.Repeat(".", before) + secret + " and more"
		got := r.beginning(text, 20)
		if rest := strings.TrimLeft(got, "."); rest != "" && !strings.HasPrefix(rest, "$AUTHORIZATION") {
			t.Errorf("%d before: %q", before, got)
		}
	}
}

// TestHideIsLinear shows that a server can't make looking for secrets slow: neither by values that it has learnt, nor by a text like them.
func TestHideIsLinear(t *testing.T) {
	r := newRedactor(Target{})
	for length := leastSecret; length < 2000; length++ {
		r.signature(strings.Repeat("a", length))
	}
	if n := len(r.values.lengths["aaaaaa"]); n > lengthsLearnt {
		t.Errorf("%d lengths are looked for", n)
	}
	s := newSecrets()
	for length := 1000; length < 3000; length++ {
		s.add(strings.Repeat("a", length)+"b", "$X")
	}
	got := s.hide(strings.Repeat("a", 100_000))
	if !strings.HasSuffix(got, tooAlike) {
		t.Errorf("ends in %q", got[max(0, len(got)-40):])
	}
}

// TestLearntBeyondTheBounds shows that a value that is too long to be looked for is hidden where it stands all the same.
func TestLearntBeyondTheBounds(t *testing.T) {
	r := newRedactor(Target{})
	long := strings.Repeat("s", longestLearnt+1)
	got := r.link("/result/1?sig=" + long)
	if strings.Contains(got, "sss") {
		t.Error("it is shown")
	}
	if again := r.link("/result/1?sig=" + long); again != got {
		t.Errorf("one URL is kept as %s and as %s: judgements would take them for two", got, again)
	}
	if other := r.link("/result/1?sig=" + long + "t"); other == got {
		t.Errorf("two URLs are kept as %s: judgements would take them for one", got)
	}
}

// TestRegisterFull shows that a part which two jobs have is nobody's id, also once no more parts are learnt.
func TestRegisterFull(t *testing.T) {
	r := newRegister()
	r.learn(1, "http://host/monitor/shared-part")
	r.bytes = mostIDs
	r.learn(2, "http://host/monitor/shared-part")
	if owner := r.owners["shared-part"]; owner != 0 {
		t.Errorf("it is taken for the id of job %d", owner)
	}
}

// TestRegisterIsBounded shows that a URL of very many parts, or a very long one, is not learnt whole.
func TestRegisterIsBounded(t *testing.T) {
	r := newRegister()
	var parts []string
	for i := range 1000 {
		parts = append(parts, fmt.Sprintf("part-%08d", i))
	}
	r.learn(1, "http://host/"+strings.Join(parts, "/")+"/"+strings.Repeat("x", 5000))
	if len(r.owners) > partsOfURL {
		t.Errorf("%d parts are known", len(r.owners))
	}
}

// TestLearntFromTheTarget shows that a cookie that is sent back to find a cause is hidden, and that URLs which hold it too come out as they did before:
// what was read before and what is read after that are compared.
func TestLearntFromTheTarget(t *testing.T) {
	const session, url = "5e551on-of-a-job", "http://server.test/monitor/5e551on-of-a-job"
	r := newRedactor(Target{})
	before := r.link(url)
	for value, placeholder := range map[string]string{session: "$SET_COOKIE", "SESSION=" + session: "SESSION=$SET_COOKIE"} {
		if !r.learnFromTarget(value, placeholder) {
			t.Errorf("%s is not learnt", value)
		}
	}
	if after := r.link(url); after != before {
		t.Errorf("%s was %s before", after, before)
	}
	if got := r.text("your session is " + session); got != "your session is $SET_COOKIE" {
		t.Error(got)
	}
	if got := r.field("Cookie", "SESSION="+session); got != "SESSION=$SET_COOKIE" {
		t.Error(got)
	}
}
