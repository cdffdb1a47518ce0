package settings

import (
	"slices"
	"strings"
	"sync"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Topics of settings, in the order in which they are listed.
const (
	topicStart    = "Start request"
	topicTarget   = "Target"
	topicBounds   = "Limits"
	topicJudged   = "Requirements"
	TopicFiles    = "Settings"
	topicReported = "Output"
)

// Command is what the command alone is told.
type Command struct {
	Reports, MoreReports    []string // FORMAT=FILE; the latter do not replace what another source lists
	Verbose, Quiet, NoColor bool
	Color                   string // [ColorAuto] where nothing else is said
	Baseline                string // a path of a JSON report; empty for none
	Save                    string // a path; empty where nothing is saved
	WriteKnown              string // a path; empty where no known failures are written
	Reference               bool   // the embedded one is meant
	Show                    bool   // print the settings, and do nothing else
	WriteConfig             string // a path: write a configuration there, and do nothing else; empty for not
}

// What --color says.
const (
	ColorAuto   = "auto"
	ColorAlways = "always"
	ColorNever  = "never"
)

func colors() []string { return []string{ColorAuto, ColorAlways, ColorNever} }

// Rows returns every setting of a run, topic by topic. Adding a setting is adding a row here.
func (r *Run) Rows() []Setting {
	described := *r // whoever applies these changes nothing in r
	return described.rows(&plan{run: &described})
}

// rows are the settings, which the plan is told.
func (r *Run) rows(p *plan) []Setting {
	t, c := &p.target, &r.Command
	return []Setting{
		{Name: settingRequest, Short: "X", Topic: topicStart, Usage: "`METHOD`: HTTP method of the start request", Default: "GET, or POST with a body", Apply: into(&t.StartMethod, method)},
		{Name: "data", Short: "d", Topic: topicStart, AnyText: true, Usage: "`BODY|@FILE|@-`: body of the start request; implies POST", Apply: p.setData, Show: shownBody},
		{Name: settingJSON, Topic: topicStart, AnyText: true, Usage: "`BODY|@FILE|@-`: JSON body of the start request; implies POST", Apply: p.setJSON, Show: shownBody},
		{Name: "start-path", Topic: topicStart, Usage: "`PATH`: path of the start resource; {n} and {uuid} in it differ in every start request", Default: observe.DefaultStartPath, Apply: into(&t.StartPath, startPath), Show: shownPath},
		{Name: "dialect", Topic: topicStart, Usage: "`NAME|FILE`: dialect of the 202 pattern that the target speaks; list --dialects shows those that are built in", Default: dialect.TwoOhTwo.Name, Words: DialectNames, MoreWords: dialectFile.String(), Apply: into(&t.Dialect, Dialect)},

		{Name: "header", Short: "H", Topic: topicTarget, Repeats: true, Usage: "`'Name: value'|@FILE`: header of every request to the target's origin; every line of a file is one", Apply: p.setHeader, Show: r.shownField},
		{Name: "user", Short: "u", Topic: topicTarget, Usage: "`USER:PASSWORD`: credentials of every request to the target's origin, as Basic authentication", Apply: p.setUser, Show: hidden},
		{Name: "cookie", Short: "b", Topic: topicTarget, Repeats: true, Usage: "`NAME=VALUE`: cookie of every request to the target's origin", Apply: p.setCookie, Show: hidden},
		{Name: "user-agent", Short: "A", Topic: topicTarget, Usage: "`AGENT`: User-Agent, in place of ours, which names the run and the job", Apply: p.setUserAgent},
		{Name: "header-command", Topic: topicTarget, Runs: true, Usage: "`COMMAND`: shell command whose output is header lines with the credentials; it is run before the first request, and again when they are answered 401", Apply: p.setCommand(&p.headerCommand, " whose output is header lines, such as 'Authorization: Bearer 1234'")},
		{Name: "header-interval", Topic: topicTarget, Usage: "`DURATION`: time after which --header-command is run again; 0 for never", Default: "0s", Apply: into(&t.CredentialsInterval, wait)},
		{Name: "other-header", Topic: topicTarget, Repeats: true, Usage: "`'Name: value'|@FILE`: header of a second identity, in place of the first's; enables access.others", Apply: p.setOtherHeader, Show: r.shownField},
		{Name: "origin", Topic: topicTarget, Usage: "`URL`: browser origin that the target has to allow; enables browser", Apply: into(&t.Origin, origin), Show: shownURL},
		{Name: settingSecret, Topic: topicTarget, Repeats: true, Usage: "`NAME`: name of a further header whose value is a secret, as Authorization's and Cookie's are", Apply: onto(&t.Secrets, secret)},
		{Name: "allow-origin", Topic: topicTarget, Repeats: true, Usage: "`URL`: another origin to which Locations may lead", Apply: onto(&t.AllowOrigins, origin), Show: shownURL},
		{Name: "cacert", Topic: topicTarget, Curl: true, Usage: "`FILE`: trusted certificates (PEM), in place of the system's", Apply: into(&p.roots, certificates)},
		{Name: "cert", Topic: topicTarget, Curl: true, Usage: "`FILE`: client certificate (PEM)", Apply: into(&p.cert, readFile)},
		{Name: "key", Topic: topicTarget, Curl: true, Usage: "`FILE`: key of the client certificate (PEM)", Default: "the file of --cert", Apply: into(&p.key, readFile)},
		Setting{Name: "insecure", Short: "k", Topic: topicTarget, Curl: true, Usage: "trust any certificate"}.On(&p.insecure),
		{Name: "resolve", Topic: topicTarget, Curl: true, Repeats: true, Usage: "`HOST:PORT:ADDR[,ADDR]`: address of a host, in place of what its name resolves to", Apply: p.setResolve},
		{Name: "unix-socket", Topic: topicTarget, Curl: true, Usage: "`PATH`: Unix socket on which the target listens", Apply: into(&t.Reach.UnixSocket, socket)},
		{Name: "http1.1", Topic: topicTarget, Curl: true, Switch: true, Usage: "use HTTP/1.1 only", Apply: p.setHTTP(observe.HTTP11)},
		{Name: "http2", Topic: topicTarget, Curl: true, Switch: true, Usage: "use HTTP/2 where TLS negotiates it, as by default", Apply: p.setHTTP(observe.HTTP2)},
		{Name: "http2-prior-knowledge", Topic: topicTarget, Curl: true, Switch: true, Usage: "use HTTP/2 only, in clear text too", Apply: p.setHTTP(observe.HTTP2WithoutAsking)},
		{Name: settingRestart, Topic: topicTarget, Runs: true, Usage: "`COMMAND`: shell command that restarts the target, run once in the middle of the run; enables jobs.survive-restart", Apply: p.setCommand(&p.restart, ", such as 'systemctl restart jobs'")},
		{Name: settingRollout, Topic: topicTarget, Runs: true, Usage: "`COMMAND`: shell command that replaces the target while requests go on, as a rolling deployment does; enables jobs.survive-rollout", Apply: p.setCommand(&p.rollout, ", such as 'systemctl restart jobs'")},
		{Name: settingReplica, Topic: topicTarget, Repeats: true, Usage: "`HOST:PORT`: another address that serves the same jobs; some reads go there; enables jobs.replica-lag", Apply: onto(&t.Replicas, replica), Show: shownURL},
		Setting{Name: "reference", Topic: topicTarget, Command: true, Usage: "judge the embedded reference; required in CI where no BASE-URL is given"}.On(&c.Reference),
		{Name: settingBaseURL, Topic: topicTarget, Repeats: true, Argument: true, Usage: "`URL`: absolute URL of the target; it may have a path", Apply: p.setBaseURL, Show: shownURL},

		{Name: "wait", Topic: topicBounds, Usage: "`DURATION`: time that a target may take to come up", Default: "0s", Apply: into(&t.Wait, wait)},
		{Name: "restart-wait", Topic: topicBounds, Usage: "`DURATION`: time limit of --restart or --rollout, until the target answers again", Default: "1m", Apply: into(&t.RestartWait, duration)},
		{Name: "jobs", Topic: topicBounds, Usage: "`N`: jobs started at the same instant", Default: "8", Apply: into(&t.Jobs, count)},
		{Name: "max-jobs", Topic: topicBounds, Usage: "`N`: maximum of jobs started in all", Apply: into(&t.MaxJobs, count)},
		{Name: "rate", Topic: topicBounds, Usage: "`N`: maximum of requests per second", Apply: into(&t.Rate, rate)},
		{Name: "request-timeout", Topic: topicBounds, Usage: "`DURATION`: time limit of one request", Default: "10s", Apply: into(&t.RequestTimeout, duration)},
		{Name: "job-timeout", Topic: topicBounds, Usage: "`DURATION`: time limit of one job", Default: "5m", Apply: into(&t.JobTimeout, duration)},
		{Name: "retention", Topic: topicBounds, Usage: "`DURATION`: time for which jobs are kept; they are read again that long after the last end", Default: "0s", Apply: into(&t.Retention, wait)},
		{Name: "timeout", Topic: topicBounds, Usage: "`DURATION`: time limit of the whole run", Default: "15m", Apply: into(&t.Timeout, duration)},
		{Name: "max-body", Topic: topicBounds, Usage: "`SIZE`: maximum of a result that is read", Default: "64MiB", Apply: into(&t.MaxBody, size)},

		{Name: "expect", Topic: topicJudged, Usage: "`success|failure|either`: expected outcome of the jobs", Default: string(record.ExpectSuccess), Words: expectations, Apply: into(&t.Expect, expectation)},
		{Name: "only", Topic: topicJudged, Repeats: true, Replay: true, Usage: "`ID|GROUP`: requirement or group to judge, in place of all", Words: Names, MoreWords: ",", Apply: setNames(&p.only)},
		{Name: "skip", Topic: topicJudged, Repeats: true, Replay: true, Usage: "`ID|GROUP`: requirement or group not to judge", Words: Names, MoreWords: ",", Apply: setNames(&p.skip)},
		{Name: "probe", Topic: topicJudged, Repeats: true, Usage: "`NAME`: probe that is off by default: " + strings.Join(observe.Optional(), ", "), Words: observe.Optional, Apply: onto(&t.Probes, probe)},
		Setting{Name: "no-probes", Topic: topicJudged, Usage: "send only the requests of the jobs themselves"}.On(&t.NoProbes),
		Setting{Name: "strict", Topic: topicJudged, Replay: true, Usage: "failed SHOULDs and unobserved MUSTs fail the verdict too"}.On(&p.strict),
		{Name: "known-failures", Topic: topicJudged, Replay: true, Usage: "`FILE`: expected failures, in YAML: shown, and not gating", Apply: p.setKnownFailures},
		{Name: "contract", Topic: topicJudged, Replay: true, Usage: "`VERSION`: version of the contract", Default: contract.Version, Words: contract.Versions, Apply: into(&p.contract, version)},

		{Name: settingConfig, Topic: TopicFiles, Replay: true, NoFile: true, Usage: "`FILE`: settings in YAML, under the names of the flags", Default: DefaultPath + ", if it exists"},
		{Name: settingTargets, Topic: TopicFiles, Usage: "`FILE`: targets in YAML: a list of URLs, or of URLs with settings of their own"},
		{Name: settingExpand, Topic: TopicFiles, Repeats: true, Usage: "`NAME`: variable whose value replaces $NAME in headers and base URLs; no other $NAME is replaced", first: true, Apply: onto(&p.expand, expandable)},

		Setting{Name: "report", Topic: topicReported, Replay: true, Command: true, Usage: "`FORMAT=FILE|-`: report to write, as " + either(r.Formats), Words: r.formats}.List(&c.Reports),
		Setting{Name: "add-report", Topic: topicReported, Replay: true, Command: true, Usage: "`FORMAT=FILE|-`: report to write besides those of --report", Words: r.formats}.List(&c.MoreReports),
		Setting{Name: "baseline", Topic: topicReported, Replay: true, Command: true, Usage: "`FILE`: JSON report of an earlier run, which the HTML report compares with this one"}.Text(&c.Baseline),
		Setting{Name: "verbose", Short: "v", Topic: topicReported, Replay: true, Command: true, Usage: "show every requirement and every request, a line each"}.On(&c.Verbose),
		Setting{Name: "quiet", Short: "q", Topic: topicReported, Replay: true, Command: true, Usage: "show the verdict and the headlines of failures only"}.On(&c.Quiet),
		Setting{Name: "color", Topic: topicReported, Replay: true, Command: true, Usage: "`auto|always|never`: use of colours; auto uses them on a terminal and in the logs of GitHub and GitLab", Default: ColorAuto, Words: colors}.One(&c.Color),
		Setting{Name: "no-color", Topic: topicReported, Replay: true, Command: true, Usage: "use no colours, as with NO_COLOR and --color never"}.On(&c.NoColor),
		Setting{Name: "write-known-failures", Topic: topicReported, Replay: true, Command: true, Usage: "`FILE`: list of what fails now, for --known-failures"}.Text(&c.WriteKnown),
		Setting{Name: "save", Topic: topicReported, Command: true, Usage: "`FILE`: record of the run, as a HAR for browsers and two-oh-two replay"}.Text(&c.Save),
		Setting{Name: "show-config", Topic: topicReported, Command: true, NoFile: true, Usage: "print the settings and their sources, and judge nothing"}.On(&c.Show),
		Setting{Name: "write-config", Topic: topicReported, Command: true, NoFile: true, Usage: "`FILE`: write a commented configuration with the settings that are given, and judge nothing"}.Text(&c.WriteConfig),
	}
}

// Settings that are named elsewhere.
const (
	settingConfig  = "config"
	settingRequest = "request"
	settingTargets = "targets"
	settingBaseURL = "base-url"
	settingSecret  = "secret"
	settingRestart = "restart"
	settingRollout = "rollout"
	settingReplica = "replica"
	settingJSON    = "json"
	settingExpand  = "expand"
)

// formats are what a shell completes --report with.
func (r *Run) formats() []string {
	var words []string
	for _, name := range r.Formats {
		words = append(words, name+"=")
	}
	return words
}

func either(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// Names are what --only and --skip take: each group before its requirements, those of every dialect that is built in.
func Names() []string { return slices.Clone(names()) }

var names = sync.OnceValue(func() []string {
	var all []contract.Requirement
	for _, d := range Dialects() {
		for _, r := range contract.Of(d) {
			if !slices.ContainsFunc(all, func(other contract.Requirement) bool { return other.ID == r.ID }) {
				all = append(all, r)
			}
		}
	}
	var names []string
	for _, r := range all {
		if !slices.Contains(names, r.Group()) {
			names = append(names, r.Group())
			for _, own := range all {
				if own.Group() == r.Group() {
					names = append(names, own.ID)
				}
			}
		}
	}
	return names
})

func expectations() []string {
	var names []string
	for _, known := range record.Expectations() {
		names = append(names, string(known))
	}
	return names
}
