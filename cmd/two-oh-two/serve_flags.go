package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance/config"
	"github.com/two-oh-two/two-oh-two/reference"
)

// What the flags of serve are about.
const (
	topicServed  = "The server"
	topicJobs    = "Its jobs"
	topicAnswers = "Its answers"
	topicFaults  = "Its faults"
	topicFiled   = "Where settings come from"
)

func (s *serving) addFlags(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVar(&s.addr, "addr", "127.0.0.1:8202", "`HOST:PORT`: where to listen (127.0.0.1:8202)")
	fs.StringVar(&s.base, "base-path", "", "`PATH`: everything lies below it: /api/v1, say")
	fs.StringArrayVar(&s.methods, "start-method", nil, "`METHOD`: that begins a job (repeatable; GET)")
	fs.StringVar(&s.log, "log", "off", "`off|text|json`: a line a request, on standard error (off)")
	fs.StringVar(&s.metricsAddr, "metrics-addr", "", "`HOST:PORT`: where to offer /metrics, for Prometheus, and /healthz")
	markTopic(fs, topicServed, "addr", "base-path", "start-method", "log", "metrics-addr")

	fs.StringVar(&s.duration, "job-duration", "2s", "`TIME`: of a job (2s); 0s: it is done at once; 1s..3s: any from 1s to 3s; exp:2s: exponential, with that mean")
	fs.StringVar(&s.failRate, "fail-rate", "0", "`PART`: of jobs that fail, from 0 to 1 (0): their monitor says 201, and their result 422")
	fs.StringVar(&s.seed, "seed", "", "`N`: with the same, the times and failures of jobs are repeated, in the order of starts; ids never are")
	fs.StringVar(&s.expiry, "expiry", "1h", "`DURATION`: for which a done job is remembered (1h)")
	fs.StringVar(&s.capacity, "capacity", "1000000", "`N`: jobs remembered at a time, running and done (1000000); a start beyond is answered 503")
	markTopic(fs, topicJobs, "job-duration", "fail-rate", "seed", "expiry", "capacity")

	fs.StringVar(&s.locations, "locations", "path", "`path|absolute|relative`: how a Location is written (path)")
	fs.StringVar(&s.retryAfter, "retry-after", "auto", "`auto|date|off|N`: of pending answers: the seconds that are left, the date of the end, none, always N seconds (auto)")
	fs.StringVar(&s.latency, "latency", none, "`TIME`: by which every request is delayed (0s), in the forms of --job-duration")
	markTopic(fs, topicAnswers, "locations", "retry-after", "latency")

	fs.StringArrayVar(&s.faults, "fault", nil, "`NAME`: of what to break (repeatable)")
	fs.BoolVar(&s.list, "list-faults", false, "list what can be broken, and which requirements that breaks")
	markTopic(fs, topicFaults, "fault", "list-faults")

	fs.StringVar(&s.config, "config", "", "`FILE`: in YAML, with these flags under their names in the section serve ("+config.DefaultPath+", if it is there)")
	markTopic(fs, topicFiled, "config")

	for flag, words := range map[string][]string{
		"fault": faultNames(), "log": logForms, "locations": words(locationForms), "retry-after": words(retryForms),
	} {
		cobra.CheckErr(cmd.RegisterFlagCompletionFunc(flag, complete(words)))
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
