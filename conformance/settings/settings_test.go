package settings

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// told reads arguments and variables as the command does.
func given(args []string, environ map[string]string, stdin string) (*Run, error) {
	s := &Run{Sources: Sources{Getenv: func(name string) string { return environ[name] }}, Stdin: strings.NewReader(stdin)}
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.SetOutput(&bytes.Buffer{})
	for _, row := range s.Rows() {
		f := s.Flag(row)
		fs.Var(f.Value, f.Name, f.Usage)
	}
	return s, fs.Parse(args)
}

func aTarget(t *testing.T, stdin string, args ...string) conformance.Target {
	t.Helper()
	s, err := given(args, nil, stdin)
	if err != nil {
		t.Fatal(err)
	}
	targets, _, err := s.Targets()
	if err != nil {
		t.Fatal(err)
	}
	return targets[0]
}

func TestSettingsMakeATarget(t *testing.T) {
	g := NewWithT(t)
	g.Expect(aTarget(t, "")).To(Equal(conformance.Target{}), "nothing said, nothing set")
	got := aTarget(t, "", "-base-url=https://h:1/api", "-header", "A: 1", "-header", "a:2", "-request=PUT", "-start-path=/jobs/{uuid}?x={n}",
		"-jobs=3", "-max-jobs=9", "-request-timeout=1s", "-job-timeout=2m", "-timeout=3m", "-max-body=1KiB",
		"-allow-origin=http://127.0.0.1:9/", "-secret=X-Token")
	g.Expect(got).To(Equal(conformance.Target{
		BaseURL: "https://h:1/api", Header: http.Header{"A": {"1", "2"}}, StartMethod: "PUT", StartPath: "/jobs/{uuid}?x={n}",
		Jobs: 3, MaxJobs: 9, RequestTimeout: time.Second, JobTimeout: 2 * time.Minute, Timeout: 3 * time.Minute, MaxBody: 1024,
		AllowOrigins: []string{"http://127.0.0.1:9"}, Secrets: []string{"X-Token"},
	}))
}

func TestBodies(t *testing.T) {
	file := filepath.Join(t.TempDir(), "body")
	if err := os.WriteFile(file, []byte("from a file\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		args               []string
		method, body, kind string
		accept             string
	}{
		{[]string{"-data=a=1"}, "POST", "a=1", "application/x-www-form-urlencoded", ""},
		{[]string{"-data="}, "POST", "", "application/x-www-form-urlencoded", ""},
		{[]string{"-data=@" + file}, "POST", "from a file\n", "application/x-www-form-urlencoded", ""},
		{[]string{"-data=@-"}, "POST", "from stdin", "application/x-www-form-urlencoded", ""},
		{[]string{"-json={}"}, "POST", "{}", "application/json", "application/json"},
		{[]string{"-json={}", "-header=Accept: text/html"}, "POST", "{}", "application/json", "text/html"},
		{[]string{"-data=x", "-header=content-type: text/plain"}, "POST", "x", "text/plain", ""},
		{[]string{"-json={}", "-request=PATCH", "-header=Content-Type: a/b+json"}, "PATCH", "{}", "a/b+json", "application/json"},
	} {
		t.Run(strings.Join(row.args, " "), func(t *testing.T) {
			g := NewWithT(t)
			got := aTarget(t, "from stdin", row.args...)
			g.Expect(got.StartMethod).To(Equal(row.method))
			g.Expect(got.Body).NotTo(BeNil())
			g.Expect(string(got.Body)).To(Equal(row.body))
			g.Expect(got.BodyType).To(Equal(row.kind))
			g.Expect(got.Header.Get("Accept")).To(Equal(row.accept))
			g.Expect(got.Header.Get("Content-Type")).To(BeEmpty(), "it is the start's alone")
		})
	}
}

// What curl has flags of its own for becomes header fields.
func TestCurlsHabits(t *testing.T) {
	g := NewWithT(t)
	got := aTarget(t, "", "-user=me:s t:x", "-cookie=a=1", "-cookie=b=2; c=3", "-header=Cookie: z=0", "-user-agent=mine/1.0")
	g.Expect(got.Header).To(Equal(http.Header{"Authorization": {"Basic bWU6cyB0Ong="}, "Cookie": {"z=0; a=1; b=2; c=3"}, "User-Agent": {"mine/1.0"}}))
	g.Expect(got.Secrets).To(BeEmpty(), "their names tell")
	s, err := given([]string{"-user=me:$PASSWORD", "-expand=PASSWORD"}, map[string]string{"PASSWORD": "opensesame"}, "")
	g.Expect(err).NotTo(HaveOccurred())
	targets, _, err := s.Targets()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(targets[0].Header.Get("Authorization")).To(Equal(basic("me:opensesame")))
	var shown strings.Builder
	g.Expect(s.Show(&shown, s.Rows())).To(Succeed())
	g.Expect(shown.String()).To(MatchRegexp(`user: \(a secret\) +# --user`))
}

func TestUserinfoBecomesAHeader(t *testing.T) {
	g := NewWithT(t)
	s, err := given([]string{"-base-url=http://me:s%20t@h/x", "-base-url=http://other"}, nil, "")
	g.Expect(err).NotTo(HaveOccurred())
	targets, _, err := s.Targets()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(targets[0].BaseURL).To(Equal("http://h/x"))
	g.Expect(targets[0].Header).To(Equal(http.Header{"Authorization": {"Basic bWU6cyB0"}}))
	g.Expect(targets[1].Header).To(BeEmpty(), "credentials go to the target that they were given for")
}

func TestEnvironment(t *testing.T) {
	g := NewWithT(t)
	environ := map[string]string{
		"TWO_OH_TWO_BASE_URL": "http://a\nhttp://b\n", "TWO_OH_TWO_JOBS": "5", "TWO_OH_TWO_MAX_BODY": "1MB",
		"TWO_OH_TWO_HEADER": "A: 1\nB: 2", "TWO_OH_TWO_STRICT": "true",
	}
	s, err := given([]string{"-jobs=7"}, environ, "")
	g.Expect(err).NotTo(HaveOccurred())
	targets, options, err := s.Targets()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(targets).To(HaveLen(2))
	g.Expect(targets[1]).To(And(HaveField("BaseURL", "http://b"), HaveField("Jobs", 7), HaveField("MaxBody", int64(1_000_000))))
	g.Expect(targets[0].Header).To(Equal(http.Header{"A": {"1"}, "B": {"2"}}))
	g.Expect(options).To(HaveLen(1))
}

// Each mistake is one sentence that names the setting, and what would be right.
func TestMistakes(t *testing.T) {
	for _, row := range []struct{ args, says string }{
		{"-base-url=localhost:8080", `"localhost:8080" has no scheme: http://localhost:8080 or https://localhost:8080 is needed`},
		{"-base-url=example.com/a", `http://example.com/a or`},
		{"-base-url=/a", `is not an absolute URL`},
		{"-base-url=ftp://h", `http or https is needed as its scheme`},
		{"-base-url=http://", `has no host`},
		{"-base-url=http://h:0", `a number from 1 to 65535`},
		{"-base-url=http://h/?q", `has a query`},
		{"-base-url=http://h/%zz", `is not a URL`},
		{"-base-url=http://u:s3cret@h:x", `may need percent-encoding`},
		{"-base-url=http://u:s3cret@h/?q", `"http://xxxxx@h/?q" has a query`},
		{"-base-url=http://u:p@h -header=Authorization:x", `leave one of them out`},
		{"-user=me", `USER:PASSWORD is needed`},
		{"-user=me:$PASSWORD", `--expand PASSWORD puts`},
		{"-user=me:x -header=Authorization:x", `--header gives Authorization too`},
		{"-user=me:x -base-url=http://u:p@h", `leave one of them out`},
		{"-cookie=jar.txt", `a file of cookies is not read`},
		{"-allow-origin=http://h/path", `http://h would be one`},
		{"-header=Name", `'Name: value' is needed`},
		{"-header=:authority:x", `can't be a header's name`},
		{"-header=Name:", `has no value`},
		{"-header=Host:x", `is set by the connection itself`},
		{"-header=A:\x01", `control character`},
		{"-header=@/does/not/exist", `can't be read`},
		{"-header=@" + os.DevNull, `there is no header in`},
		{"-expand=$TOKEN", `without $`},
		{"-expand=A -header=A:$A", `there is no such variable`},
		{"-resolve=h:443", `HOST:PORT:ADDR is needed`},
		{"-resolve=h:x:127.0.0.1", `"x" is no port`},
		{"-resolve=h:80:example.com", `"example.com" is no IP address`},
		{"-unix-socket=" + os.TempDir(), `is not a socket`},
		{"-unix-socket=/x -resolve=h:80:127.0.0.1", `--resolve would be ignored`},
		{"-http1.1 -http2", `leave one of them out`},
		{"-wait=-1s", `above zero`},
		{"-expect=sucess", `did you mean "success"?`},
		{"-contract=0.1", `there is no version "0.1" of the contract`},
		{"-config=x", `open x: `},
		{"-targets=x", `open x: `},
		{"-known-failures=x", `there is no file x`},
		{"-secret=a:b", `the name of a header is needed`},
		{"-request=post", `POST is needed`},
		{"-request=HEAD", `can't begin a job`},
		{"-request=G/T", `is not a method`},
		{"-start-path=x", `/x is needed`},
		{"-start-path=http://h/x", `is a URL: a path is needed`},
		{"-start-path=/{id}", `{n} and {uuid}`},
		{"-start-path=/{n", `{n is not known`},
		{"-start-path=/%", `begins no escape`},
		{"-start-path=/a#b", `percent-encoded`},
		{"-data=@/does/not/exist", `can't be read`},
		{"-data=@-", `standard input is empty`},
		{"-data=a -json=b", `leave one of them out`},
		{"-jobs=0", `a whole number from 1 to`},
		{"-jobs=many", `a whole number from 1 to`},
		{"-jobs=4 -jobs=5", `given 2 times`},
		{"-jobs=4 -max-jobs=3", `less than the 4 of --jobs`},
		{"-timeout=10", `10s or 10m, say, is needed`},
		{"-timeout=soon", `a`},
		{"-timeout=0s", `above zero`},
		{"-max-body=0", `64MiB`},
		{"-max-body=big", `64MiB`},
		{"-max-body=1e30", `64MiB`},
		{"-insecure=maybe", `neither true nor false`},
		{"-cacert=/does/not/exist", `open /does/not/exist: `},
		{"-cert=/does/not/exist", `open /does/not/exist: `},
		{"-key=" + os.DevNull, `--cert is not given`},
		{"-cert=" + os.DevNull, `no certificate with its key`},
		{"-cacert=" + os.DevNull, `BEGIN CERTIFICATE`},
		{"-only=montior.ready", `did you mean "monitor.ready"?`},
		{"-skip=strat", `did you mean "start"?`},
		{"-only=start -skip=start", `nothing is left`},
	} {
		t.Run(row.args, func(t *testing.T) {
			g := NewWithT(t)
			s, err := given(strings.Fields(row.args), nil, "")
			g.Expect(err).NotTo(HaveOccurred())
			_, _, err = s.Targets()
			var wrong *Error
			g.Expect(errors.As(err, &wrong)).To(BeTrue(), "%v", err)
			g.Expect(err).To(MatchError(And(HavePrefix("--"), ContainSubstring(row.says), Not(ContainSubstring("\n")))))
			g.Expect(err).NotTo(MatchError(ContainSubstring("s3cret")))
		})
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{
		"1": 1, "64MiB": 64 << 20, "64mib": 64 << 20, "64Mi": 64 << 20, "2Gi": 2 << 30, "8Ki": 8 << 10, "500kB": 500_000, "2 GB": 2e9, "1.5GiB": 3 << 29, "10B": 10, "8k": 8 << 10,
	} {
		NewWithT(t).Expect(aTarget(t, "", "-max-body="+text).MaxBody).To(Equal(want), text)
	}
}

func TestTLS(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "both.pem")
	g.Expect(os.WriteFile(file, pemFile(t), 0o600)).To(Succeed())
	g.Expect(aTarget(t, "", "-insecure").TLS.InsecureSkipVerify).To(BeTrue())
	g.Expect(aTarget(t, "", "-insecure=false").TLS).To(BeNil())
	got := aTarget(t, "", "-cacert="+file, "-cert="+file).TLS
	g.Expect(got.Certificates).To(HaveLen(1), "certificate and key may be in one file")
	g.Expect(got.RootCAs).NotTo(BeNil())
	g.Expect(got.InsecureSkipVerify).To(BeFalse())
}

func pemFile(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})...)
}

func TestUnknownVariables(t *testing.T) {
	g := NewWithT(t)
	names := []string{"jobs", "strict", "verbose"}
	g.Expect(UnknownVariables([]string{"TWO_OH_TWO_JOBS=1", "HOME=/", "TWO_OH_TWO_VERBOSE=1"}, names)).To(Succeed())
	g.Expect(UnknownVariables([]string{"TWO_OH_TWO_PORT=tcp://10.0.0.1:80", "TWO_OH_TWO_SERVICE_HOST=10.0.0.1"}, names)).To(Succeed(), "Kubernetes sets them")
	g.Expect(UnknownVariables([]string{"TWO_OH_TWO_STRIKT=1"}, names)).To(MatchError("TWO_OH_TWO_STRIKT: there is no such setting: did you mean TWO_OH_TWO_STRICT?"))
}

// A saved record is judged by the settings that judge, and the others are not even looked at.
func TestOptionsOfJudging(t *testing.T) {
	g := NewWithT(t)
	variables := map[string]string{"TWO_OH_TWO_BASE_URL": "nonsense", "TWO_OH_TWO_DATA": "@/nowhere", "TWO_OH_TWO_ONLY": "start", "TWO_OH_TWO_STRICT": "true"}
	s := Run{Sources: Sources{Getenv: func(name string) string { return variables[name] }}}
	options, err := s.Options()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(conformance.Judge(&record.Observation{}, options...)).To(HaveField("Targets", ConsistOf(HaveField("Strict", true))))
	g.Expect(conformance.Requirements(options...)).To(HaveEach(HaveField("ID", HavePrefix("start."))))
	s.Set("skip", "start")
	_, err = s.Options()
	g.Expect(err).To(BeAssignableToTypeOf(&Error{}), "nothing is left")
}

// written is a file with this content.
func written(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.yaml")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
