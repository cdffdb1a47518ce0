package hostile

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// honest answers as the reference does.
func honest(c *call) bool { return c.say(string(c.honest)) }

// raw answers with a text, and closes.
func raw(text string) talk { return func(c *call) bool { c.say(text); return false } }

// held answers with a text, and keeps the connection open.
func held(text string) talk { return func(c *call) bool { c.say(text); c.stay(); return false } }

// endless answers with a text and then with another, again and again.
func endless(first, again string) talk {
	again = strings.Repeat(again, 1+(16<<10)/len(again))
	return func(c *call) bool {
		for on := c.say(first); on; on = c.say(again) {
		}
		return false
	}
}

// slow is endless with a pause before each.
func slow(first, again string, pause time.Duration) talk {
	return func(c *call) bool {
		for on := c.say(first); on; on = c.say(again) {
			time.Sleep(pause)
		}
		return false
	}
}

// before says something before the honest answer, and after behind it.
func before(text string) talk { return func(c *call) bool { return c.say(text) && honest(c) } }
func after(text string) talk  { return func(c *call) bool { return honest(c) && c.say(text) } }

// with adds lines to the header section of the honest answer, in place of those of the same name.
func with(lines ...string) talk {
	return func(c *call) bool {
		head, body, _ := strings.Cut(string(c.honest), "\r\n\r\n")
		return c.say(without(head, lines...) + strings.Join(lines, "\r\n") + "\r\n\r\n" + body)
	}
}

// without leaves the lines out of a header section that have the names of others.
func without(head string, lines ...string) string {
	var kept strings.Builder
	for line := range strings.SplitSeq(head, "\r\n") {
		if !slices.ContainsFunc(lines, func(other string) bool { return nameOf(other) == nameOf(line) }) {
			kept.WriteString(line + "\r\n")
		}
	}
	return kept.String()
}

func nameOf(line string) string {
	name, _, _ := strings.Cut(line, ":")
	return strings.ToLower(name)
}

// made is an answer that is made anew for each request.
func made(answer func(c *call) talk) talk { return func(c *call) bool { return answer(c)(c) } }

// content answers with the honest header and another body.
func content(media, body string) talk {
	return func(c *call) bool {
		head, _, _ := strings.Cut(string(c.honest), "\r\n\r\n")
		head = without(head, "Content-Length", "Content-Type")
		if c.request.Method == http.MethodHead {
			return c.say(head + "\r\n")
		}
		return c.say(head + fmt.Sprintf("Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s", media, len(body), body))
	}
}

// header is the head of an answer to whichever role, whose body follows.
func header(lines string) string {
	return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + lines + "\r\n"
}

// resetAtEach cuts the honest answer, one byte later each time.
func resetAtEach(c *call) bool {
	c.say(string(c.honest[:c.number%(len(c.honest)+1)]))
	return false
}

// accepted is a 202 with these Locations.
func accepted(locations ...string) talk {
	lines := make([]string, len(locations))
	for i, l := range locations {
		lines[i] = "Location: " + l
	}
	return with(lines...)
}

// distinct are so many lines, each different from those of any other answer.
func distinct(lines, bytes int) talk {
	return made(func(c *call) talk {
		var b strings.Builder
		for i := range lines {
			fmt.Fprintf(&b, "X-%d-%d: %s%d\r\n", c.number, i, strings.Repeat("x", bytes), i)
		}
		return with(strings.TrimSuffix(b.String(), "\r\n"))
	})
}

// growing are values of signatures that begin alike, and then a text that begins like all of them.
func growing(c *call) bool {
	var b strings.Builder
	for i := range 110 {
		fmt.Fprintf(&b, "/r?sig=%s ", strings.Repeat("s", i*10))
	}
	return with("Location: /monitor/1?sig="+strings.Repeat("s", c.number*7%4000), "Link: "+b.String())(c)
}

// promised are the forms of a secret of which the README says that they are hidden.
func promised(secret string) []string {
	quoted, _ := json.Marshal(secret)
	return []string{
		secret, strings.Trim(string(quoted), `"`), url.QueryEscape(secret), url.PathEscape(secret),
		strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(secret)), "="), strings.TrimRight(base64.URLEncoding.EncodeToString([]byte(secret)), "="),
		hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))), strings.ToUpper(secret), strings.ToLower(secret),
	}
}

// token is the secret of every run.
const token = `q7Zt+K9/Lm"p&w=Yx8`

// keyInQuery is a secret too, by the name that it has in the query of the start request.
const keyInQuery = "k3yInTheQuery0fTheStart"

// echoes puts what it was sent, in every form, where it is told to.
func echoes(where func(forms []string) talk) talk { return where(promised(token)) }
