package trials

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// Servers whose answers do not end where they say.

// longLength declares more than it sends; where the client does not want the connection to be kept, it is closed.
func longLength(a *app) {
	a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
		conn, out, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		text := j.content()
		fmt.Fprintf(out, "HTTP/1.1 200 OK\r\nDate: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", time.Now().UTC().Format(http.TimeFormat), len(text)+5)
		if r.Method == http.MethodGet {
			_, _ = out.WriteString(text)
		}
		_ = out.Flush()
		if !r.Close && r.Method == http.MethodGet {
			time.Sleep(5 * time.Second)
		}
		_ = conn.Close()
	}
}

// headWithBody writes the content after the fields of an answer to HEAD, which net/http would leave out. It serves the connection from then on.
func headWithBody(a *app) {
	plain := a.result
	a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
		if r.Method != http.MethodHead {
			plain(w, r, j)
			return
		}
		conn, out, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		for r != nil {
			recorder := httptest.NewRecorder()
			recorder.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
			if id, isResult := strings.CutPrefix(r.URL.Path, "/result/"); isResult && a.known(id) != nil && a.known(id).done() {
				plain(recorder, r, a.known(id))
			} else {
				a.route(recorder, r)
			}
			_ = recorder.Result().Write(out)
			_ = out.Flush()
			r, _ = http.ReadRequest(out.Reader)
		}
	}
}
