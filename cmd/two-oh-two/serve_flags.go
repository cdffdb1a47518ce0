package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
	"github.com/two-oh-two/two-oh-two/reference"
)

// Headings of the flags in the help of serve.
const (
	topicServed  = "Server"
	topicJobs    = "Jobs"
	topicAnswers = "Answers"
	topicFaults  = "Faults"
)

// rows are the settings of serve: a flag is a row here.
func (s *serving) rows() []settings.Setting {
	type row = settings.Setting
	return []row{
		row{Name: "addr", Topic: topicServed, Usage: "`HOST:PORT`: address to listen on", Default: "127.0.0.1:8202"}.Text(&s.addr),
		row{Name: "base-path", Topic: topicServed, Usage: "`PATH`: prefix of all paths, for example /api/v1"}.Text(&s.base),
		row{Name: "start-path", Topic: topicServed, Usage: "`PATH`: path of the start request, below --base-path", Default: "/deferredjob"}.Text(&s.startPath),
		row{Name: "start-method", Topic: topicServed, Usage: "`METHOD`: HTTP method of the start request", Default: "GET"}.List(&s.methods),
		row{Name: "dialect", Topic: topicServed, Usage: "`NAME|FILE`: dialect that the server answers in; it has start methods of its own", Default: dialect.TwoOhTwo.Name}.Text(&s.dialect),
		row{Name: "allow-origin", Topic: topicServed, Usage: "`ORIGIN`: web origin whose pages may use the server (CORS), for example https://app.example.com; *: all"}.List(&s.origins),
		row{Name: "token", Topic: topicServed, Usage: "`TOKEN`: bearer token that requests must carry; each token is a user who sees only their own jobs"}.List(&s.tokens),
		row{Name: "log", Topic: topicServed, Usage: "`off|text|json`: log of requests, on standard error", Default: "off", Words: func() []string { return logForms }}.Text(&s.log),
		row{Name: "metrics-addr", Topic: topicServed, Usage: "`HOST:PORT`: address of /metrics, for Prometheus, and /healthz"}.Text(&s.metricsAddr),

		row{Name: "job-duration", Topic: topicJobs, Usage: "`TIME`: duration of a job; 0s: done at once; 1s..3s: uniform; exp:2s: exponential with that mean", Default: "2s"}.Text(&s.duration),
		row{Name: "fail-rate", Topic: topicJobs, Usage: "`PART`: share of jobs that fail, 0 to 1; a failed job's monitor is answered 201, its result 422", Default: "0"}.Text(&s.failRate),
		row{Name: "seed", Topic: topicJobs, Usage: "`N`: seed of random durations and failures, which then repeat in the order of starts; ids never repeat"}.Text(&s.seed),
		row{Name: "expiry", Topic: topicJobs, Usage: "`DURATION`: time to keep a done job", Default: "1h"}.Text(&s.expiry),
		row{Name: "capacity", Topic: topicJobs, Usage: "`N`: maximum number of jobs kept, running and done; further starts are answered 503", Default: "1000000"}.Text(&s.capacity),
		row{Name: "store", Topic: topicJobs, Usage: "`DIR|nats://HOST:PORT/BUCKET`: keep jobs across restarts in DIR, or share them with other servers; needs a build with -tags store"}.Text(&s.store),

		row{Name: "locations", Topic: topicAnswers, Usage: "`path|absolute|relative`: form of a Location", Default: "path", Words: func() []string { return words(locationForms) }}.Text(&s.locations),
		row{Name: "retry-after", Topic: topicAnswers, Usage: "`auto|date|off|N`: Retry-After of pending answers: seconds left, date of the end, none, or always N seconds", Default: "auto", MoreWords: `^[0-9]+$`, Words: func() []string { return words(retryForms) }}.Text(&s.retryAfter),
		row{Name: "latency", Topic: topicAnswers, Usage: "`TIME`: delay of every request, in the forms of --job-duration", Default: noLatency}.Text(&s.latency),

		row{Name: "fault", Topic: topicFaults, Usage: "`NAME`: fault to add", Words: faultNames}.List(&s.faults),
		row{Name: "list-faults", Topic: topicFaults, Usage: "list all faults and the requirements that each breaks"}.On(&s.list),

		{Name: "config", Topic: settings.TopicFiles, NoFile: true, Usage: "`FILE`: YAML file with a section serve that sets these flags", Default: settings.DefaultPath + ", if it exists"},
	}
}

// sections are the settings that other commands than check have in the configuration.
func (c *command) sections() map[string][]settings.Setting {
	return map[string][]settings.Setting{settings.Serve: (&serving{command: c}).rows()}
}

// noLatency is the default of --latency.
const noLatency = "0s"

var (
	locationForms = map[string]reference.LocationForm{
		"path": reference.PathLocations, "absolute": reference.AbsoluteLocations, "relative": reference.RelativeLocations,
	}
	retryForms = map[string]reference.RetryForm{
		"auto": reference.RetryInSeconds, "date": reference.RetryAtDate, "off": reference.NoRetryAfter,
	}
	logForms = []string{"off", "text", "json"}
)

// options reads the flags. It refuses some values before the reference does, because it can name the flag.
func (s *serving) options() (reference.Options, error) {
	var r reading
	dice := r.dice(s.seed)
	// The order matters: each draws its own random numbers from the seed.
	length, failure, latency := r.times("job-duration", s.duration, dice), r.chance("fail-rate", s.failRate, dice), r.times("latency", s.latency, dice)
	options := reference.Options{
		Duration: length, Fails: failure, Latency: latency,
		BasePath: s.base, StartPath: s.startPath, StartMethods: s.methods,
		AllowOrigins: r.origins(s.origins), Authorize: r.authorize(s.tokens),
		Locations:  choice(&r, "locations", s.locations, locationForms),
		RetryAfter: r.retryAfter(s.retryAfter),
		Expiry:     r.expiry(s.expiry),
		MaxJobs:    r.capacity(s.capacity),
		Faults:     s.faults,
	}
	if !s.fails() {
		options.Fails = nil
	}
	if s.dialect != dialect.TwoOhTwo.Name {
		var err error
		if options.Dialect, err = settings.Dialect(s.dialect); err != nil {
			return options, usagef("--dialect: %v", err)
		}
		if s.startPath == observe.DefaultStartPath {
			options.StartPath = "" // where the client chooses ids, it is another
		}
		if len(s.methods) == 0 {
			s.methods = options.Dialect.Start.Methods
		}
	}
	if s.latency == noLatency {
		options.Latency = nil
	}
	if !slices.Contains(logForms, s.log) {
		r.refuse("log", s.log, "is not one of "+strings.Join(logForms, ", "))
	}
	r.faults(s.faults)
	return options, r.wrong
}

// fails reports whether jobs can fail.
func (s *serving) fails() bool {
	rate, err := strconv.ParseFloat(s.failRate, 64)
	return err == nil && rate > 0
}

// startFlags are the flags that curl and check need for a start that is not a plain GET.
func (s *serving) startFlags() string {
	flags := ""
	if len(s.methods) > 0 && !slices.Contains(s.methods, "GET") {
		flags = "-X " + s.methods[0] + " "
	}
	if len(s.tokens) > 0 {
		flags += `-H "Authorization: Bearer $TOKEN" ` // the token is a secret
	}
	return flags
}
