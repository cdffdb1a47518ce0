package hostile

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/har"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
)

// The bounds, whatever a server does.
const (
	timeout     = 10 * second
	beyond      = 5 * second  // that a run may take longer than its timeout
	afterEnd    = 2 * second  // that it may take once it is interrupted
	mostReport  = 20_000_000  // bytes of a report
	mostHAR     = 100_000_000 // and of the record
	interruptAt = 700 * time.Millisecond
)

func itoa(n int) string        { return strconv.Itoa(n) }
func hexOf(text string) string { return hex.EncodeToString([]byte(text)) }

// TestRows shows that the laws hold for every row: when the run comes to its end, and when it is interrupted.
func TestRows(t *testing.T) {
	oneIn := harness.Rows(t)
	for i, r := range slices.Concat(rows, rows2) {
		if i%oneIn > 0 {
			continue
		}
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { lawful(t, r, 0) })
			synctest.Test(t, func(t *testing.T) { lawful(t, r, interruptAt) })
		})
	}
}

// lawful runs a row, until it is interrupted where that is after some time, and judges it by the laws. What is left behind the bubble
// of fake time finds: it does not end before all its goroutines have.
func lawful(t *testing.T, r row, interrupt time.Duration, prepare ...func(*conformance.Target)) {
	t.Helper()
	s, target := inMemory(t, r)
	target.StartPath, target.Header = "/deferredjob?n={n}&api_key="+keyInQuery, http.Header{"Authorization": {"Bearer " + token}}
	target.Timeout, target.JobTimeout, target.RequestTimeout, target.MaxBody = timeout, 6*second, 3*second, 4<<20
	if r.h2 != nil {
		target.Reach.HTTP = observe.HTTP2WithoutAsking
	}
	for _, f := range prepare {
		f(&target)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if interrupt > 0 {
		time.AfterFunc(interrupt, cancel)
	}
	began := time.Now()
	var seen *record.Observation
	found, err := conformance.Check(ctx, target, conformance.Keep(func(o *record.Observation) { seen = o }))
	took := time.Since(began)
	if err != nil || seen == nil {
		t.Fatalf("%v, record %v", err, seen != nil)
	}
	if most := timeout + beyond; took > most {
		t.Errorf("it ended after %v, want %v at most", took, most)
	}
	if interrupt > 0 && took > interrupt+afterEnd {
		t.Errorf("it ended %v after it was interrupted, want %v at most", took-interrupt, afterEnd)
	}
	if interrupt == 0 && s.odd.Load() == 0 {
		t.Error("nothing was asked that is answered oddly: the row shows nothing")
	}
	if !harness.Raced { // what is written has no goroutines
		outputs(t, found, seen)
	}
}

// outputs judges what is written of a run.
func outputs(t *testing.T, found report.Report, seen *record.Observation) {
	t.Helper()
	for _, f := range formats.All() {
		var b bytes.Buffer
		if err := f.Write(&b, found); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		judgeOutput(t, f.Name, b.Bytes())
		var log strings.Builder
		quiet := formats.QuietLog(&log)
		_, _ = quiet.Write(b.Bytes())
		if _ = quiet.Flush(); f.Name != "github" {
			noCommand(t, f.Name, log.String())
		}
	}
	var b bytes.Buffer
	if err := har.Write(&b, seen); err != nil {
		t.Errorf("HAR: %v", err)
	}
	judgeOutput(t, "HAR", b.Bytes())
}

// judgeOutput judges one output by all the laws that it can break by itself.
func judgeOutput(t *testing.T, name string, text []byte) {
	t.Helper()
	most := mostReport
	if name == "HAR" {
		most = mostHAR
	}
	if len(text) > most {
		t.Errorf("%s: %d bytes, want %d at most", name, len(text), most)
	}
	if i := bytes.IndexFunc(text, isControl); i >= 0 {
		t.Errorf("%s has a control character: %q", name, around(text, i))
	}
	for _, form := range append(promised(token), keyInQuery) {
		if i := bytes.Index(text, []byte(form)); i >= 0 {
			t.Errorf("%s tells the secret as %q: %q", name, form, around(text, i))
		}
	}
	if err := parse(name, text); err != nil {
		t.Errorf("%s does not parse: %v", name, err)
	}
}

// isControl reports whether a terminal might obey a character, or show what follows in another order (Unicode TR 9).
func isControl(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

func around(text []byte, i int) []byte { return text[max(0, i-60):min(len(text), i+60)] }

// parse reads an output as its readers do.
func parse(name string, text []byte) error {
	switch {
	case name == "HAR":
		_, err := har.Read(bytes.NewReader(text))
		return err
	case !utf8.Valid(text):
		return errors.New("it is not UTF-8")
	case (name == "json" || name == "sarif") && !json.Valid(text):
		return errors.New("it is not JSON")
	case name == "junit" || name == "badge":
		for d := xml.NewDecoder(bytes.NewReader(text)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
		}
	case name == "html" && !balanced(text):
		return errors.New("it has scripts or ends of its own that are a server's")
	case name == "github" && slices.ContainsFunc(strings.Split(strings.TrimSpace(string(text)), "\n"), func(line string) bool {
		return line != "" && !strings.HasPrefix(line, "::")
	}):
		return errors.New("it has lines that are no annotation")
	}
	return nil
}

// balanced reports whether a page has as many elements that a server might add as it ends, and one body.
func balanced(page []byte) bool {
	return bytes.Count(page, []byte("<script>alert")) == 0 && bytes.Count(page, []byte("<img src=x")) == 0 && bytes.Count(page, []byte("</html>")) == 1
}

// noCommand finds commands of GitHub's runner in a text.
func noCommand(t *testing.T, name, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
			t.Errorf("%s has a command: %q", name, line[:min(len(line), 100)])
		}
	}
}
