package reference

import (
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// A start that is being answered when the server is told to stop is answered
// all the same, where that takes less than the grace.
func TestServeUntilTheContextIsDone(t *testing.T) {
	for _, row := range []struct {
		name     string
		job      time.Duration // for which the fault makes the start wait
		answered bool
	}{
		{"within the grace", 2 * time.Second, true},
		{"beyond it", 20 * time.Second, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serverFor(t, Options{JobDuration: row.job, Faults: []string{"start-waits-for-job"}})
				dial, stop, served := servePipes(t, s)
				time.AfterFunc(time.Second, stop)
				transport := &http.Transport{DialContext: dial.connect}
				defer transport.CloseIdleConnections()
				response, err := (&http.Client{Transport: transport}).Get("http://reference.test/deferredjob")
				if (err == nil) != row.answered {
					t.Errorf("answered: %v", err)
				}
				if err == nil {
					response.Body.Close()
				}
				if err := <-served; err != nil {
					t.Errorf("Serve: %v", err)
				}
			})
		})
	}
}

func TestServeOnAListenerThatIsClosed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip(err)
	}
	l.Close()
	if err := serverFor(t, Options{}).Serve(t.Context(), l); err == nil {
		t.Error("Serve returned no error")
	}
}

// The fields that net/http writes by itself are right on the wire.
func TestOnTheWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, nil, nil)
		defer c.close()
		for _, method := range []string{"GET", "HEAD"} {
			response, err := c.kept.Do(&http.Request{Method: method, URL: must(t, c.base+"/monitor/nobody")})
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			made, err := http.ParseTime(response.Header.Get("Date"))
			if err != nil || time.Since(made).Abs() >= time.Second {
				t.Errorf("%s: Date: %v", method, response.Header["Date"])
			}
			if response.Header.Get("Content-Length") != "92" || len(response.TransferEncoding) > 0 {
				t.Errorf("%s: Content-Length: %v", method, response.Header["Content-Length"])
			}
		}
	})
}
