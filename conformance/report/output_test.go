package report_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
)

func TestFormatNamed(t *testing.T) {
	g := NewWithT(t)
	for _, format := range formats.All() {
		g.Expect(formats.Named(format.Name)).To(HaveField("Name", format.Name))
	}
	_, err := formats.Named("jsno")
	g.Expect(err).To(MatchError(`there is no report format "jsno": did you mean "json"?`))
	_, err = formats.Named("spreadsheet")
	g.Expect(err).To(MatchError(`there is no report format "spreadsheet": there are ` + strings.Join(formats.Names(), ", ")))
}

func TestParseOutput(t *testing.T) {
	g := NewWithT(t)
	g.Expect(formats.ParseOutput("json=a=b.json")).To(HaveField("Path", "a=b.json"))
	for _, text := range []string{"json", "json=", "=x", "xml=x", ""} {
		_, err := formats.ParseOutput(text)
		g.Expect(err).To(HaveOccurred(), text)
	}
}

func writeFile(path string, format formats.Format, r report.Report) error {
	return formats.Save(context.Background(), path, func(w io.Writer) error { return format.Write(w, r) })
}

// failing is a format that writes a part and fails.
var failing = formats.Format{Name: "failing", Write: func(w io.Writer, _ report.Report) error {
	_, _ = io.WriteString(w, "half")
	return errors.New("it broke")
}}

func TestWriteFile(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	path := filepath.Join(folder, "report.json")
	json, err := formats.Named("json")
	g.Expect(err).NotTo(HaveOccurred())
	var want bytes.Buffer
	g.Expect(report.WriteJSON(&want, written(report.Options{}))).To(Succeed())

	g.Expect(writeFile(path, json, written(report.Options{}))).To(Succeed())
	g.Expect(os.ReadFile(path)).To(Equal(want.Bytes()))
	g.Expect(os.Stat(path)).To(WithTransform(os.FileInfo.Mode, And(Not(Equal(os.FileMode(0o600))), Satisfy(os.FileMode.IsRegular))))

	g.Expect(writeFile(path, failing, report.Report{})).To(MatchError(ContainSubstring("it broke")))
	g.Expect(os.ReadFile(path)).To(Equal(want.Bytes()), "what is there stays whole")
	g.Expect(os.ReadDir(folder)).To(HaveLen(1), "nothing is left behind")

	g.Expect(formats.RemoveStale(path)).To(Succeed())
	g.Expect(path).NotTo(BeAnExistingFile())
	g.Expect(formats.RemoveStale(path)).To(Succeed(), "nothing is there")
}

func TestWriteFileFollowsLinks(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	link, path := filepath.Join(folder, "latest"), filepath.Join(folder, "17.json")
	if err := os.Symlink("17.json", link); err != nil {
		t.Skip("links need a right here: ", err) // on Windows
	}
	json, _ := formats.Named("json")
	for range 2 {
		g.Expect(formats.RemoveStale(link)).To(Succeed())
		g.Expect(path).NotTo(BeAnExistingFile())
		g.Expect(formats.Writable(link)).To(Succeed())
		g.Expect(writeFile(link, json, report.Combine())).To(Succeed())
		g.Expect(path).To(BeARegularFile())
		g.Expect(os.Readlink(link)).To(Equal("17.json"))
	}
}

func TestDevicesAreNeverReplaced(t *testing.T) {
	if _, err := os.Stat("/dev/null"); err != nil {
		t.Skip("there is no /dev/null here")
	}
	g := NewWithT(t)
	json, _ := formats.Named("json")
	g.Expect(formats.RemoveStale("/dev/null")).To(Succeed())
	g.Expect(formats.Writable("/dev/null")).To(Succeed())
	g.Expect(writeFile("/dev/null", json, report.Combine())).To(Succeed())
	g.Expect(os.Stat("/dev/null")).To(WithTransform(os.FileInfo.Mode, Not(Satisfy(os.FileMode.IsRegular))))
}

func TestWritable(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	g.Expect(os.WriteFile(file, nil, 0o644)).To(Succeed())
	g.Expect(formats.Writable("-")).To(Succeed())
	g.Expect(formats.Writable(file)).To(Succeed())
	g.Expect(formats.Writable(folder)).To(MatchError(ContainSubstring("is a folder")))
	g.Expect(formats.Writable(filepath.Join(folder, "missing", "deeper", "x"))).To(Succeed(), "it is made when something is written")
	g.Expect(formats.Writable(filepath.Join(file, "x"))).To(HaveOccurred())
	g.Expect(formats.Writable(filepath.Join(file, "missing", "x"))).To(HaveOccurred())
	g.Expect(os.ReadDir(folder)).To(HaveLen(1))
	g.Expect(formats.Save(t.Context(), filepath.Join(folder, "missing", "deeper", "x"), func(io.Writer) error { return nil })).To(Succeed())
	g.Expect(os.ReadDir(filepath.Join(folder, "missing", "deeper"))).To(HaveLen(1))
}

func TestCombine(t *testing.T) {
	g := NewWithT(t)
	g.Expect(report.Combine().Verdict).To(Equal(report.VerdictInconclusive))
	all := several()
	g.Expect(all.Targets).To(HaveLen(3))
	g.Expect(all.Verdict).To(Equal(report.VerdictFail))
	g.Expect(all.Started).To(Equal(began))
	g.Expect(all.Duration).To(BeNumerically("~", 1.234567, 1e-9))
	one := written(report.Options{})
	g.Expect(report.Combine(one)).To(Equal(one), "one alone stays as it is")
	later := written(report.Options{})
	later.Started = began.Add(2e9)
	g.Expect(report.Combine(later, one)).To(And(HaveField("Started", began), HaveField("Duration", BeNumerically("~", 3.234567, 1e-9))))
}

func TestCurl(t *testing.T) {
	for _, row := range []struct{ name, url, want string }{
		{"plain", "http://h/a?b=c&d", `curl -i --path-as-is 'http://h/a?b=c&d'`},
		{"quote", "http://h/it's", `curl -i --path-as-is 'http://h/it'\''s'`},
		{"control", "http://h/\x1b'\\\u00e9\xff", `curl -i --path-as-is $'http://h/\x1b\'\\é\xff'`},
	} {
		e := &record.Exchange{Request: record.Request{Method: "GET", URL: row.url}}
		NewWithT(t).Expect(report.Curl(record.Target{BaseURL: "http://h/api"}, e)).To(Equal(row.want), row.name)
	}
	e := &record.Exchange{Request: record.Request{Method: "HEAD", URL: "http://h/", Fields: []record.Field{
		{Name: "User-Agent", Value: "two-oh-two/1.0 (run x)"}, {Name: "Authorization", Value: "$AUTHORIZATION"}, {Name: "Accept", Value: "$x; rm"},
		{Name: "User-Agent", Value: "mine"}, {Name: "X$(rm)", Value: "$TOKEN"},
	}}}
	NewWithT(t).Expect(report.Curl(record.Target{BaseURL: "http://h/api"}, e)).To(Equal(`curl -i --path-as-is --head -H "Authorization: ${AUTHORIZATION:?a secret, which is not recorded}" -H 'Accept: $x; rm' -H 'User-Agent: mine' -H 'X$(rm): $TOKEN' 'http://h/'`))
}

// A command line reaches the target as the run did, and a body is in it where it may be shown.
func TestCurlReaches(t *testing.T) {
	g := NewWithT(t)
	target := record.Target{BaseURL: "http://h/api", Curl: []string{"--resolve", "h:80:127.0.0.1", "--cacert", "my ca.pem"}, Body: `{"n": {n}, "it's": "{uuid}"}`}
	e := &record.Exchange{Number: 7, Request: record.Request{Method: "POST", URL: "http://h/api/jobs", BodyLength: 9}}
	g.Expect(report.Curl(target, e)).To(Equal(`curl -i --path-as-is --resolve h:80:127.0.0.1 --cacert 'my ca.pem' -X 'POST' ` +
		`--data-raw '{"n": 7, "it'\''s": "00000000-0000-4000-8000-000000000001"}' 'http://h/api/jobs'`))
	target.Body = ""
	g.Expect(report.Curl(target, e)).To(ContainSubstring(` --data-raw "${BODY:?`))
	e.Request.URL = "https://files.example/1"
	g.Expect(report.Curl(target, e)).NotTo(ContainSubstring("--resolve"), "another origin is reached in its own way")
}

// TestUnfinishedIsRemoved shows that what a run that was killed left beside a report goes with the next, and nothing else.
func TestUnfinishedIsRemoved(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	long := time.Now().Add(-time.Hour)
	for name, at := range map[string]time.Time{
		".r.json.ABCDEFGH.two-oh-two": long, ".r.json.HGFEDCBA.two-oh-two": time.Now(), // the second is of a run that is alive
		".r.json.ABCDEFGH": long, ".other.ABCDEFGH.two-oh-two": long,
	} {
		path := filepath.Join(folder, name)
		g.Expect(os.WriteFile(path, nil, 0o600)).To(Succeed())
		g.Expect(os.Chtimes(path, at, at)).To(Succeed())
	}
	g.Expect(formats.Save(t.Context(), filepath.Join(folder, "r.json"), func(w io.Writer) error { _, err := io.WriteString(w, "{}"); return err })).To(Succeed())
	var left []string
	entries, err := os.ReadDir(folder)
	g.Expect(err).NotTo(HaveOccurred())
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	g.Expect(left).To(ConsistOf(".r.json.HGFEDCBA.two-oh-two", ".r.json.ABCDEFGH", ".other.ABCDEFGH.two-oh-two", "r.json"))
}
