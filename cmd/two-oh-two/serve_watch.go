package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/two-oh-two/two-oh-two/reference"
)

// A watch looks at what a server answers: it logs, and it counts for /metrics.
type watch struct {
	server  *reference.Server
	next    http.Handler
	log     *slog.Logger // nil where nothing is logged
	metrics *metrics     // nil where nothing is counted

	address net.Addr // of the metrics
	close   func()
}

// watch puts itself around a server's handler where the flags ask for it, and serves the metrics until it is closed.
func (s *serving) watch(ctx context.Context, h *http.Server, server *reference.Server) (*watch, error) {
	w := &watch{server: server, next: h.Handler, log: logger(s.log, s.stderr), close: func() {}}
	if w.log != nil {
		h.ErrorLog = slog.NewLogLogger(w.log.Handler(), slog.LevelWarn)
	}
	if s.metricsAddr != "" {
		listener, err := listen(ctx, "--metrics-addr", s.metricsAddr)
		if err != nil {
			return nil, err
		}
		w.metrics = newMetrics(server)
		w.address = listener.Addr()
		beside := &http.Server{Handler: w.metrics.pages(ctx), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute}
		go func() { _ = beside.Serve(listener) }()
		w.close = func() { _ = beside.Close() }
	}
	if w.log != nil || w.metrics != nil {
		h.Handler = w
	}
	return w, nil
}

func logger(form string, to io.Writer) *slog.Logger {
	switch form {
	case "text":
		return slog.New(slog.NewTextHandler(to, nil))
	case "json":
		return slog.New(slog.NewJSONHandler(to, nil))
	}
	return nil
}

func (w *watch) ServeHTTP(to http.ResponseWriter, r *http.Request) {
	began := time.Now()
	seen := &seen{ResponseWriter: to}
	if w.metrics != nil {
		w.metrics.inFlight.Inc()
	}
	// Deferred, for an answer that is broken off on purpose ends in a panic.
	defer func() { w.note(r, seen, time.Since(began)) }()
	w.next.ServeHTTP(seen, r)
}

func (w *watch) note(r *http.Request, a *seen, took time.Duration) {
	resource, job := w.server.Resource(r.URL)
	if location := a.Header().Get(w.server.MonitorField()); resource == "start" && location != "" {
		job = location[strings.LastIndex(location, "/")+1:]
	}
	if w.metrics != nil {
		w.metrics.inFlight.Dec()
		w.metrics.count(resource, a.status, took)
	}
	if w.log == nil {
		return
	}
	// Nothing that may be a secret: the path without its query, and of the header fields User-Agent alone.
	w.log.LogAttrs(r.Context(), slog.LevelInfo, "request",
		slog.String("method", logged(r.Method)), slog.String("path", logged(r.URL.EscapedPath())),
		slog.Int("status", a.status), slog.Float64("seconds", took.Seconds()),
		slog.String("job", logged(job)), slog.Int64("bytes", a.bytes), slog.String("agent", logged(r.UserAgent())))
}

// logged makes what a client sent fit for a log: short, and without characters that
// do something to a terminal or to a reader's eyes.
func logged(text string) string {
	const most = 200
	if len(text) > most {
		text = text[:most] + "..."
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r == unicode.ReplacementChar || !unicode.IsPrint(r) }) {
		quoted := strconv.QuoteToASCII(text)
		text = quoted[1 : len(quoted)-1]
	}
	return text
}

// seen is an answer as it passes by.
type seen struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// Unwrap lets [http.ResponseController] reach what is below.
func (a *seen) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *seen) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *seen) Write(p []byte) (int, error) {
	n, err := a.ResponseWriter.Write(p)
	a.bytes += int64(n)
	return n, err
}
