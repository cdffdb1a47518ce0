package main

import (
	"slices"

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
		row{Name: "base-path", Topic: topicServed, Usage: "`PATH`: prefix of all paths, for example /api/v1"}.Text(&s.options.BasePath),
		row{Name: "start-path", Topic: topicServed, Usage: "`PATH`: path of the start request, below --base-path", Default: "/deferredjob"}.Text(&s.options.StartPath),
		row{Name: "start-method", Topic: topicServed, Usage: "`METHOD`: HTTP method of the start request", Default: "GET"}.List(&s.options.StartMethods),
		read(row{Name: "dialect", Topic: topicServed, Usage: "`NAME|FILE`: dialect that the server answers in; it has start methods of its own", Default: dialect.TwoOhTwo.Name}, &s.dialect, readDialect),
		{Name: "allow-origin", Topic: topicServed, Repeats: true, Usage: "`ORIGIN`: web origin whose pages may use the server (CORS), for example https://app.example.com; *: all", Apply: s.addOrigin},
		{Name: "token", Topic: topicServed, Repeats: true, Usage: "`TOKEN`: bearer token that requests must carry; each token is a user who sees only their own jobs", Apply: s.addToken},
		row{Name: "log", Topic: topicServed, Usage: "`off|text|json`: log of requests, on standard error", Default: "off", Words: func() []string { return []string{"off", "text", "json"} }}.One(&s.log),
		row{Name: "metrics-addr", Topic: topicServed, Usage: "`HOST:PORT`: address of /metrics, for Prometheus, and /healthz"}.Text(&s.metricsAddr),

		read(row{Name: "job-duration", Topic: topicJobs, Usage: "`TIME`: duration of a job; 0s: done at once; 1s..3s: uniform; exp:2s: exponential with that mean", Default: "2s"}, &s.duration, readTimes),
		read(row{Name: "fail-rate", Topic: topicJobs, Usage: "`PART`: share of jobs that fail, 0 to 1; a failed job's monitor is answered 201, its result 422", Default: "0"}, &s.failRate, readShare),
		read(row{Name: "seed", Topic: topicJobs, Usage: "`N`: seed of random durations and failures, which then repeat in the order of starts; ids never repeat"}, &s.dice, readSeed),
		read(row{Name: "expiry", Topic: topicJobs, Usage: "`DURATION`: time to keep a done job", Default: "1h"}, &s.options.Expiry, readExpiry),
		read(row{Name: "capacity", Topic: topicJobs, Usage: "`N`: maximum number of jobs kept, running and done; further starts are answered 503", Default: "1000000"}, &s.options.MaxJobs, readCapacity),
		row{Name: "store", Topic: topicJobs, Usage: "`DIR|nats://HOST:PORT/BUCKET`: keep jobs across restarts in DIR, or share them with other servers; needs a build with -tags store"}.Text(&s.store),

		row{Name: "locations", Topic: topicAnswers, Usage: "`path|absolute|relative`: form of a Location", Default: "path", Words: func() []string { return words(locationForms) }}.One(&s.locations),
		read(row{
			Name: "retry-after", Topic: topicAnswers, Default: "auto", MoreWords: `^[0-9]+$`, Words: func() []string { return words(retryForms) },
			Usage: "`auto|date|off|N`: Retry-After of pending answers: seconds left, date of the end, none, or always N seconds",
		}, &s.options.RetryAfter, readRetryAfter),
		read(row{Name: "latency", Topic: topicAnswers, Usage: "`TIME`: delay of every request, in the forms of --job-duration", Default: noLatency}, &s.latency, readTimes),

		{Name: "fault", Topic: topicFaults, Repeats: true, Usage: "`NAME`: fault to add", Words: faultNames, Apply: s.addFault},
		row{Name: "list-faults", Topic: topicFaults, Usage: "list all faults and the requirements that each breaks"}.On(&s.list),

		{Name: "config", Topic: settings.TopicFiles, NoFile: true, Usage: "`FILE`: YAML file with a section serve that sets these flags", Default: settings.DefaultPath + ", if it exists"},
	}
}

// sections are the settings that other commands than check have in the configuration.
func (c *command) sections() map[string][]settings.Setting {
	return map[string][]settings.Setting{settings.Serve: (&serving{command: c}).rows()}
}

// read makes a setting that a function reads: to gets the default at once, and the value when it is applied.
func read[T any](s settings.Setting, to *T, value func(text string) (T, error)) settings.Setting {
	s.Apply = func(text string) (err error) {
		*to, err = value(text)
		return err
	}
	if err := s.Apply(s.Default); err != nil {
		panic(err) // a mistake in the table
	}
	return s
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
)

// complete sets the options for which more than one flag is needed.
func (s *serving) complete() {
	o := &s.options
	// The order matters: each draws its own random numbers from the seed.
	o.Duration, o.Fails, o.Latency = s.duration.draw(s.dice), s.dice.Chance(s.failRate), s.latency.draw(s.dice)
	if s.failRate == 0 {
		o.Fails = nil
	}
	if s.latency.text == noLatency {
		o.Latency = nil
	}
	o.Dialect, o.Locations, o.Authorize = s.dialect.Dialect, locationForms[s.locations], s.tokens.authorize()
	if o.Dialect.Name != "" && o.StartPath == observe.DefaultStartPath {
		o.StartPath = "" // where the client chooses ids, it is another
	}
	if len(o.StartMethods) == 0 {
		o.StartMethods = o.Dialect.Start.Methods
	}
}

// startFlags are the flags that curl and check need for a start that is not a plain GET.
func (s *serving) startFlags() string {
	flags := ""
	if methods := s.options.StartMethods; len(methods) > 0 && !slices.Contains(methods, "GET") {
		flags = "-X " + methods[0] + " "
	}
	if len(s.tokens) > 0 {
		flags += `-H "Authorization: Bearer $TOKEN" ` // the token is a secret
	}
	return flags
}
