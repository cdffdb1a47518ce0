package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/settings"
	"github.com/two-oh-two/two-oh-two/reference"
)

// What the flags of serve are about.
const (
	topicServed  = "The server"
	topicJobs    = "Its jobs"
	topicAnswers = "Its answers"
	topicFaults  = "Its faults"
)

// rows are the settings of serve: a flag is a row here.
func (s *serving) rows() []settings.Setting {
	type row = settings.Setting
	return []row{
		row{Name: "addr", Topic: topicServed, Usage: "`HOST:PORT`: address to listen on", Default: "127.0.0.1:8202"}.Text(&s.addr),
		row{Name: "base-path", Topic: topicServed, Usage: "`PATH`: path below which everything lies, such as /api/v1"}.Text(&s.base),
		row{Name: "start-method", Topic: topicServed, Usage: "`METHOD`: method that starts a job", Default: "GET"}.List(&s.methods),
		row{Name: "log", Topic: topicServed, Usage: "`off|text|json`: form of the log on standard error, a line per request", Default: "off", Words: func() []string { return logForms }}.Text(&s.log),
		row{Name: "metrics-addr", Topic: topicServed, Usage: "`HOST:PORT`: address of /metrics, for Prometheus, and /healthz"}.Text(&s.metricsAddr),

		row{Name: "job-duration", Topic: topicJobs, Usage: "`TIME`: duration of a job: 0s for done at once; 1s..3s for any from 1s to 3s; exp:2s for exponential, with that mean", Default: "2s"}.Text(&s.duration),
		row{Name: "fail-rate", Topic: topicJobs, Usage: "`PART`: part of the jobs that fail, from 0 to 1: their monitor answers 201, and their result 422", Default: "0"}.Text(&s.failRate),
		row{Name: "seed", Topic: topicJobs, Usage: "`N`: seed that repeats the durations and failures of jobs, in the order of starts; ids are never repeated"}.Text(&s.seed),
		row{Name: "expiry", Topic: topicJobs, Usage: "`DURATION`: time that a done job is kept", Default: "1h"}.Text(&s.expiry),
		row{Name: "capacity", Topic: topicJobs, Usage: "`N`: maximum of jobs kept, running and done; further starts are answered 503", Default: "1000000"}.Text(&s.capacity),

		row{Name: "locations", Topic: topicAnswers, Usage: "`path|absolute|relative`: form of a Location", Default: "path", Words: func() []string { return words(locationForms) }}.Text(&s.locations),
		row{Name: "retry-after", Topic: topicAnswers, Usage: "`auto|date|off|N`: Retry-After of pending answers: the seconds left, the date of the end, none, or always N seconds", Default: "auto", Words: func() []string { return words(retryForms) }}.Text(&s.retryAfter),
		row{Name: "latency", Topic: topicAnswers, Usage: "`TIME`: delay of every answer, in the forms of --job-duration", Default: none}.Text(&s.latency),

		row{Name: "fault", Topic: topicFaults, Usage: "`NAME`: fault to show", Words: faultNames}.List(&s.faults),
		row{Name: "list-faults", Topic: topicFaults, Usage: "list the faults, and the requirements that each breaks"}.On(&s.list),

		{Name: "config", Topic: settings.TopicFiles, NoFile: true, Usage: "`FILE`: settings in YAML, under the names of these flags in the section serve", Default: settings.DefaultPath + ", if it exists"},
	}
}

// none is the latency that is no latency.
const none = "0s"

var (
	locationForms = map[string]reference.LocationForm{
		"path": reference.PathLocations, "absolute": reference.AbsoluteLocations, "relative": reference.RelativeLocations,
	}
	retryForms = map[string]reference.RetryForm{
		"auto": reference.RetryInSeconds, "date": reference.RetryAtDate, "off": reference.NoRetryAfter,
	}
	logForms = []string{"off", "text", "json"}
)

// options reads the flags. What the reference would refuse with less help is refused here.
func (s *serving) options() (reference.Options, error) {
	var r reading
	dice := r.dice(s.seed)
	// In this order always: each takes numbers of its own from the seed.
	length, failure, latency := r.times("job-duration", s.duration, dice), r.chance("fail-rate", s.failRate, dice), r.times("latency", s.latency, dice)
	options := reference.Options{
		Duration: length, Fails: failure, Latency: latency,
		BasePath: s.base, StartMethods: s.methods,
		Locations:  choice(&r, "locations", s.locations, locationForms),
		RetryAfter: r.retryAfter(s.retryAfter),
		Expiry:     r.expiry(s.expiry),
		MaxJobs:    r.capacity(s.capacity),
		Faults:     s.faults,
	}
	if s.latency == none {
		options.Latency = nil
	}
	if !slices.Contains(logForms, s.log) {
		r.refuse("log", s.log, "is no form: there are "+strings.Join(logForms, ", "))
	}
	r.faults(s.faults)
	return options, r.wrong
}

// fails reports whether any job may fail.
func (s *serving) fails() bool {
	rate, err := strconv.ParseFloat(s.failRate, 64)
	return err == nil && rate > 0
}

// how is what curl and check have to be told where a start is no GET.
func (s *serving) how() string {
	if len(s.methods) == 0 || slices.Contains(s.methods, "GET") {
		return ""
	}
	return "-X " + s.methods[0] + " "
}
