package observe

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestPanics shows that a panic in a goroutine of the run reaches the caller of Observe, with the stack of where it happened.
func TestPanics(t *testing.T) {
	refuse := func(context.Context, string, string) (net.Conn, error) { return nil, net.ErrClosed }
	for _, row := range []struct {
		name   string
		target Target
		where  string
	}{
		{"in Dial", Target{Dial: func(context.Context, string, string) (net.Conn, error) { panic("a bug") }}, "TestPanics"},
		{"in Progress", Target{Dial: answering(t), Progress: func(Progress) { panic("a bug") }}, "TestPanics"},
		{"in Dial, later", Target{Dial: panicsAfter(3, answering(t))}, "panicsAfter"},
		{"nowhere", Target{Dial: refuse}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				row.target.BaseURL, row.target.Timeout = "http://server.test", 10*time.Second
				defer func() {
					switch p, _ := recover().(error); {
					case row.where == "" && p != nil:
						t.Error(p)
					case row.where != "" && (p == nil || !strings.HasPrefix(p.Error(), "a bug") || !strings.Contains(p.Error(), row.where)):
						t.Errorf("it panics with %v", p)
					}
				}()
				Observe(t.Context(), row.target)
			})
		})
	}
}

// panicsAfter panics once it has been called so many times.
func panicsAfter(n int32, dial func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	var calls atomic.Int32
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if calls.Add(1) > n {
			panic("a bug")
		}
		return dial(ctx, network, address)
	}
}

// answering dials a server in memory whose jobs take a second.
func answering(t *testing.T) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		began := time.Now()
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == DefaultStartPath:
				w.Header().Set("Location", "/monitor/1")
				w.WriteHeader(http.StatusAccepted)
			case time.Since(began) > time.Second:
				w.Header().Set("Location", "/result/1")
				w.WriteHeader(http.StatusCreated)
			}
		})}
		go server.Serve(&once{conn: theirs})
		return ours, nil
	}
}

// once is a listener that accepts one connection.
type once struct {
	conn net.Conn
	done bool
}

func (o *once) Accept() (net.Conn, error) {
	if o.done {
		return nil, net.ErrClosed
	}
	o.done = true
	return o.conn, nil
}
func (o *once) Close() error   { return nil }
func (o *once) Addr() net.Addr { return o.conn.LocalAddr() }
