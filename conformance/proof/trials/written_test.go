package trials

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Ids, as they are written into Locations, and how jobs are looked up by them.

func hexadecimal(n int) string { return newApp().newID(n) }

func uuid(n int) string {
	id := hexadecimal(n)
	return strings.Join([]string{id[:8], id[8:12], id[12:16], id[16:20], id[20:]}, "-")
}

func undashed(id string) string { return strings.ReplaceAll(id, "-", "") }

func zeros(n int) string { return fmt.Sprintf("%012d", 77000+131*n) }

func large(n int) string { return strconv.Itoa(3_000_000_000 + 7*n) }

func in32Bits(id string) string {
	n, _ := strconv.Atoi(id)
	return strconv.Itoa(int(int32(n)))
}

func marked(mark string) func(int) string {
	return func(n int) string { id := hexadecimal(n); return id[:10] + mark + id[10:] }
}

func asItIs(id string) string { return id }

func always(text string) func(string) string { return func(string) string { return text } }

// written gives jobs ids, and writes these into Locations as they should not be, or may be. Ids in paths are unescaped once.
func written(newID func(int) string, write func(string) string) func(*app) {
	return func(a *app) {
		a.newID = newID
		namedBy(write)(a)
		a.find = func(_ *http.Request, id string) *job {
			id, _ = url.PathUnescape(id)
			return a.known(id)
		}
		a.link = func(j *job) string { return "/result/" + url.PathEscape(j.id) }
	}
}

func knownUndashed(a *app) {
	written(uuid, undashed)(a)
	a.find = func(_ *http.Request, id string) *job {
		if id = undashed(id); len(id) == 32 {
			return a.known(id[:8] + "-" + id[8:12] + "-" + id[12:16] + "-" + id[16:20] + "-" + id[20:])
		}
		return nil
	}
}

// cutAt reads an id up to a mark, unless that is escaped.
func cutAt(mark string) func(*app) {
	return func(a *app) {
		written(marked(mark), asItIs)(a)
		find := a.find
		a.find = func(r *http.Request, id string) *job {
			id, _, _ = strings.Cut(id, mark)
			return find(r, id)
		}
	}
}

// halfWith has a mark in every other id, and finds jobs in a way of its own.
func halfWith(mark string, find func(a *app, id string) *job) func(*app) {
	return func(a *app) {
		plain := a.newID
		a.newID = func(n int) string {
			id := plain(n)
			if n%2 == 0 {
				return id[:10] + mark + id[10:]
			}
			return id[:10] + "-" + id[10:]
		}
		a.find = func(_ *http.Request, id string) *job {
			return find(a, id)
		}
	}
}

func asWritten(a *app) {
	written(marked("="), url.QueryEscape)(a)
	a.find = func(_ *http.Request, id string) *job { return a.known(id) }
}

func cutAtDot(a *app, id string) *job {
	id, _, _ = strings.Cut(id, ".")
	return a.known(id)
}

func smallLetters(a *app, id string) *job { return a.known(strings.ToLower(id)) }

// sharedVariable answers all starts of a moment with the last one's monitor.
func sharedVariable(a *app) {
	var last string
	a.start = func(w http.ResponseWriter, _ *http.Request) {
		id := a.begin().id
		a.mu.Lock()
		last = id
		a.mu.Unlock()
		time.Sleep(10 * time.Millisecond)
		a.mu.Lock()
		w.Header().Set("Location", "/monitor/"+last)
		a.mu.Unlock()
		say(w, 202, "no-store", `{}`)
	}
}

func lostThird(a *app, id string) *job {
	if j := a.known(id); j != nil && j.n%3 > 0 {
		return j
	}
	return nil
}
