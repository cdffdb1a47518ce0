package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance/config"
	"github.com/two-oh-two/two-oh-two/reference"
)

// Headings of the flags in the help of serve.
const (
	topicServed  = "Server"
	topicJobs    = "Jobs"
	topicAnswers = "Answers"
	topicFaults  = "Faults"
	topicFiled   = "Settings"
)

func (s *serving) addFlags(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVar(&s.addr, "addr", "127.0.0.1:8202", "`HOST:PORT`: address to listen on (default 127.0.0.1:8202)")
	fs.StringVar(&s.base, "base-path", "", "`PATH`: prefix of all paths, for example /api/v1")
	fs.StringArrayVar(&s.methods, "start-method", nil, "`METHOD`: HTTP method of the start request (repeatable; default GET)")
	fs.StringVar(&s.log, "log", "off", "`off|text|json`: log of requests, on standard error (default off)")
	fs.StringVar(&s.metricsAddr, "metrics-addr", "", "`HOST:PORT`: address of /metrics, for Prometheus, and /healthz (default none)")
	markTopic(fs, topicServed, "addr", "base-path", "start-method", "log", "metrics-addr")

	fs.StringVar(&s.duration, "job-duration", "2s", "`TIME`: duration of a job (default 2s); 0s: done at once; 1s..3s: uniform; exp:2s: exponential with that mean")
	fs.StringVar(&s.failRate, "fail-rate", "0", "`PART`: share of jobs that fail, 0 to 1 (default 0); a failed job's monitor is answered 201, its result 422")
	fs.StringVar(&s.seed, "seed", "", "`N`: seed of random durations and failures, which then repeat in the order of starts; ids never repeat")
	fs.StringVar(&s.expiry, "expiry", "1h", "`DURATION`: time to keep a done job (default 1h)")
	fs.StringVar(&s.capacity, "capacity", "1000000", "`N`: maximum number of jobs kept, running and done (default 1000000); further starts are answered 503")
	markTopic(fs, topicJobs, "job-duration", "fail-rate", "seed", "expiry", "capacity")

	fs.StringVar(&s.locations, "locations", "path", "`path|absolute|relative`: form of a Location (default path)")
	fs.StringVar(&s.retryAfter, "retry-after", "auto", "`auto|date|off|N`: Retry-After of pending answers: seconds left, date of the end, none, or always N seconds (default auto)")
	fs.StringVar(&s.latency, "latency", noLatency, "`TIME`: delay of every request, in the forms of --job-duration (default 0s)")
	markTopic(fs, topicAnswers, "locations", "retry-after", "latency")

	fs.StringArrayVar(&s.faults, "fault", nil, "`NAME`: fault to add (repeatable)")
	fs.BoolVar(&s.list, "list-faults", false, "list all faults and the requirements that each breaks")
	markTopic(fs, topicFaults, "fault", "list-faults")

	fs.StringVar(&s.config, "config", "", "`FILE`: YAML file with a section serve that sets these flags (default "+config.DefaultPath+", if it exists)")
	markTopic(fs, topicFiled, "config")

	for flag, words := range map[string][]string{
		"fault": faultNames(), "log": logForms, "locations": words(locationForms), "retry-after": words(retryForms),
	} {
		cobra.CheckErr(cmd.RegisterFlagCompletionFunc(flag, complete(words)))
	}
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
		BasePath: s.base, StartMethods: s.methods,
		Locations:  choice(&r, "locations", s.locations, locationForms),
		RetryAfter: r.retryAfter(s.retryAfter),
		Expiry:     r.expiry(s.expiry),
		MaxJobs:    r.capacity(s.capacity),
		Faults:     s.faults,
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

// startFlag is the flag that curl and check need when a start is not a GET.
func (s *serving) startFlag() string {
	if len(s.methods) == 0 || slices.Contains(s.methods, "GET") {
		return ""
	}
	return "-X " + s.methods[0] + " "
}
