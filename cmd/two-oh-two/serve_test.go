package main

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

// However it is served, it keeps the contract.
func TestServeKeepsTheContract(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ flags, check string }{
		{"--job-duration 0s", ""},
		{"--job-duration 100ms..300ms --locations relative --base-path /a/b", ""},
		{"--job-duration exp:100ms --locations absolute --seed 1 --log text", ""},
		{"--job-duration 200ms --latency 2ms..10ms --retry-after off --metrics-addr 127.0.0.1:0", ""},
		{"--job-duration 1500ms --retry-after date", ""},
		{"--job-duration 1500ms --retry-after 1 --expiry 30s --capacity 1000", ""},
		{"--job-duration 100ms --start-method PUT --start-method POST", "-X POST"},
	} {
		t.Run(row.flags, func(t *testing.T) {
			t.Parallel()
			s := serveWith(t, row.flags)
			got := call(append([]string{"check", "-q", s.url}, strings.Fields(row.check)...)...)
			NewWithT(t).Expect(got.Code).To(Equal(exitConformant), got.Stdout+got.Stderr)
		})
	}
}

func TestServeFailures(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	s := serveWith(t, "--job-duration 0s --fail-rate 1")
	g.Expect(s.said).To(ContainSubstring("Share of jobs that fail: 1."))
	status, _, header := get(t, s.url+"/deferredjob")
	g.Expect(status).To(Equal(202))
	base := strings.TrimSuffix(s.url, "/")
	status, _, header = get(t, base+header.Get("Location"))
	g.Expect(status).To(Equal(201))
	status, body, header := get(t, base+header.Get("Location"))
	g.Expect(status).To(Equal(422))
	g.Expect(header.Get("Content-Type")).To(Equal("application/problem+json"))
	g.Expect(body).To(And(ContainSubstring(`"status":422`), ContainSubstring("failed")))
	g.Expect(call("check", "--only=result.ok", s.url).Stdout).To(ContainSubstring("this job failed"))
}

// Two servers with one seed have the same jobs, one after another.
func TestServeSeed(t *testing.T) {
	t.Parallel()
	jobs := func(seed string) (all []string) {
		s := serveWith(t, "--job-duration 10s..1000s --fail-rate 0.5", "TWO_OH_TWO_SEED="+seed)
		for range 10 {
			_, _, header := get(t, s.url+"/deferredjob")
			all = append(all, header.Get("Retry-After"))
		}
		return all
	}
	g := NewWithT(t)
	g.Expect(jobs("7")).To(Equal(jobs("7")))
	g.Expect(jobs("7")).NotTo(Equal(jobs("8")))
	g.Expect(slices.Compact(jobs("7"))).NotTo(HaveLen(1))
}

func TestServeIsSetByEnvironment(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	s := serveWith(t, "--retry-after 5", "TWO_OH_TWO_BASE_PATH=/here", "TWO_OH_TWO_START_METHOD=PATCH\nGET", "TWO_OH_TWO_LOCATIONS=absolute",
		"TWO_OH_TWO_RETRY_AFTER=9", "TWO_OH_TWO_JOB_DURATION=1m", "TWO_OH_TWO_CAPACITY=1")
	status, _, header := get(t, s.url+"/deferredjob")
	g.Expect(status).To(Equal(202))
	g.Expect(header.Get("Location")).To(HavePrefix(s.url + "/monitor/"))
	g.Expect(s.url).To(HaveSuffix("/here"))
	g.Expect(header.Get("Retry-After")).To(Equal("5"), "a flag wins over the environment")
	status, _, header = get(t, s.url+"/deferredjob")
	g.Expect(status).To(Equal(503), "one job is the capacity")
	g.Expect(header.Get("Retry-After")).NotTo(BeEmpty())
}

func TestServeLogs(t *testing.T) {
	t.Parallel()
	hostile := "curl\u202e/8\u009b31m \"<b>" + strings.Repeat("x", 300)
	for _, form := range []string{"text", "json", "off"} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			s := serveWith(t, "--job-duration 0s --base-path /api --log "+form)
			_, _, header := get(t, s.url+"/deferredjob?token=hush", "Authorization: Bearer hush", "Cookie: hush", "User-Agent: "+hostile)
			job := header.Get("Location")[len("/api/monitor/"):]
			get(t, s.url+"/result/%1b%5d"+strings.Repeat("y", 300))
			s.stop()
			text := s.stderr.String()
			if form == "off" {
				g.Expect(text).To(BeEmpty())
				return
			}
			g.Expect(text).NotTo(ContainSubstring("hush"))
			g.Expect(text).NotTo(MatchRegexp(`[^ -~\n]`), "nothing but printable ASCII")
			lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
			g.Expect(lines).To(HaveLen(2))
			g.Expect(len(lines[1])).To(BeNumerically("<", 700))
			if form == "text" {
				g.Expect(lines[0]).To(MatchRegexp(`level=INFO msg=request method=GET path=/api/deferredjob status=202 seconds=\S+ job=` + job + ` bytes=39 agent=`))
				return
			}
			var first struct {
				Msg, Method, Path, Job, Agent string
				Status, Bytes                 int
				Seconds                       float64
			}
			g.Expect(json.Unmarshal([]byte(lines[0]), &first)).To(Succeed())
			g.Expect(first.Seconds).To(BeNumerically(">", 0))
			g.Expect(first.Agent).To(And(HavePrefix(`curl\u202e/8\u009b31m`), HaveSuffix("...")))
			first.Seconds, first.Agent = 0, ""
			g.Expect(first.Msg + first.Method + first.Path + first.Job).To(Equal("requestGET/api/deferredjob" + job))
			g.Expect([]int{first.Status, first.Bytes}).To(Equal([]int{202, 39}))
		})
	}
}

// An answer that is broken off in the middle is logged and counted as well.
func TestServeLogsWhatIsBrokenOff(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	s := serveWith(t, "--job-duration 0s --fault result-cut-chunk --log json --metrics-addr 127.0.0.1:0")
	_, _, header := get(t, s.url+"/deferredjob")
	id := strings.TrimPrefix(header.Get("Location"), "/monitor/")
	response, err := http.Get(s.url + "/result/" + id)
	g.Expect(err).NotTo(HaveOccurred())
	_, err = io.ReadAll(response.Body)
	g.Expect(err).To(HaveOccurred())
	response.Body.Close()
	g.Eventually(s.stderr.String).WithTimeout(time.Minute).Should(ContainSubstring(`"path":"/result/` + id))
	_, text, _ := get(t, s.metrics+"/metrics")
	g.Expect(text).To(And(ContainSubstring(`two_oh_two_requests_total{resource="result",status="200"} 1`), ContainSubstring("two_oh_two_requests_in_flight 0")))
}

// A request that waits out its latency when the server is told to stop is answered.
func TestServeAnswersWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	s := serveWith(t, "--latency 1500ms --metrics-addr 127.0.0.1:0") // less than a shutdown waits for
	g.Expect(s.said).To(ContainSubstring("Every request is delayed by 1500ms."))
	status := make(chan int, 1)
	go func() {
		r, err := http.Get(s.url + "/deferredjob")
		if err != nil {
			status <- 0
			return
		}
		r.Body.Close()
		status <- r.StatusCode
	}()
	// A busy machine may come to look only when it was answered: then there is nothing to be cut off.
	g.Eventually(func() string { _, text, _ := get(t, s.metrics+"/metrics"); return text }).WithTimeout(time.Minute).
		Should(MatchRegexp(`two_oh_two_requests_in_flight 1|two_oh_two_requests_total\{resource="start",status="202"\} 1`))
	s.stop()
	g.Expect(<-status).To(Equal(202))
}

// Tokens are users, pages of an origin may look, and jobs begin at another path.
func TestServeForUsersAndPages(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	s := serveWith(t, "--job-duration 200ms --locations relative --start-path /v1/jobs --token first-s3cret --token other-s3cret --allow-origin https://page.test --metrics-addr 127.0.0.1:0")
	g.Expect(s.said).NotTo(ContainSubstring("s3cret"))
	g.Expect(s.said).To(ContainSubstring(`two-oh-two check --start-path /v1/jobs -H "Authorization: Bearer $TOKEN" http://`))
	args := []string{"check", s.url, "-v", "--start-path=/v1/jobs", "--origin=https://page.test", "--header=Authorization: Bearer first-s3cret", "--other-header=Authorization: Bearer other-s3cret"}
	got := call(args...)
	g.Expect(got.Code).To(Equal(exitConformant), got.Stdout+got.Stderr)
	g.Expect(got.Stdout).To(And(MatchRegexp(`✓ +access\.others`), MatchRegexp(`✓ +browser\.\S+`)))
	status, _, header := get(t, s.url+"/v1/jobs", "Authorization: Bearer wrong")
	g.Expect(status).To(Equal(401))
	g.Expect(header.Get("WWW-Authenticate")).To(HavePrefix("Bearer"))
}

func TestServeRefusesAccess(t *testing.T) {
	inFolder(t, nil)
	for args, says := range map[string]string{
		"--token=":                           "--token: ",
		"--token=s3cret\u00e4":               "--token: ",
		"--allow-origin=https://h/path":      "--allow-origin: ",
		"--allow-origin=example.com":         "--allow-origin: ",
		"--start-path=/monitor/x":            "start path: ",
		"--start-path=/":                     "start path: ",
		"--start-path=a":                     "start path: ",
		"--store=" + t.TempDir() + "/x/lock": "--store: ",
	} {
		got := call("serve", args)
		NewWithT(t).Expect(got).To(And(HaveField("Code", exitUsage), HaveField("Stderr", And(HavePrefix("two-oh-two: "+says), Not(ContainSubstring("s3cret"))))), args)
	}
}
