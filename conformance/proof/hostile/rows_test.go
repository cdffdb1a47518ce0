package hostile

import (
	"bytes"
	"compress/gzip"
	"strings"
	"time"
)

// A row is a wire behaviour, and the requests that meet it.
type row struct {
	name string
	role role
	talk talk
	h2   h2talk
	full bool // it is also shown to the command, whose memory, files and end are watched
}

const second = time.Second

var (
	megabyte = strings.Repeat("m", 1<<20)
	nasty    = "\x1b[31m\x00\x07\x08\u202egnp\u2066\u2028\u2029\xff\xfe]]><script>alert(1)</script>\r\n::set-output name=a::b\n  ::error::c\n##[error]d\n\u009b1m"
	bomb     = gzipped(64 << 20)
)

var rows = []row{
	{name: "nothing odd", role: every, talk: honest},

	// Interim answers and other protocols.
	{name: "endless 103", role: every, talk: endless("", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), full: true},
	{name: "many 100", role: every, talk: before(strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 30))},
	{name: "slow 102", role: every, talk: slow("", "HTTP/1.1 102 Processing\r\n\r\n", second)},
	{name: "101 to the preflight", role: every, talk: held("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"), full: true},
	{name: "101 in a job's life", role: jobs, talk: held("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"), full: true},
	{name: "101, then a flood", role: jobs, talk: endless("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", "flood")},
	{name: "HTTP/0.9", role: every, talk: raw("<html>it works</html>")},
	{name: "HTTP/0.9 in a job's life", role: jobs, talk: raw("<html>it works</html>")},
	{name: "HTTP/1.0 kept alive", role: every, talk: func(c *call) bool {
		return c.say(strings.Replace(string(c.honest), "HTTP/1.1", "HTTP/1.0", 1))
	}},
	{name: "another protocol", role: jobs, talk: raw("SSH-2.0-OpenSSH_9.2 " + nasty)},
	{name: "another protocol, to the preflight", role: every, talk: raw("SSH-2.0-" + nasty)},
	{name: "HTTP/9.9", role: jobs, talk: raw("HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n")},
	{name: "status 999 and 42", role: jobs, talk: made(func(c *call) talk {
		return raw([]string{"HTTP/1.1 999 What\r\n\r\n", "HTTP/1.1 42 What\r\n\r\n", "HTTP/1.1 -20 What\r\n\r\n", "HTTP/1.1 2e2 What\r\n\r\n"}[c.number%4])
	})},
	{name: "never answers", role: jobs, talk: held("")},
	{name: "never answers the preflight", role: every, talk: held("")},
	{name: "closes at once", role: jobs, talk: raw("")},

	// Header sections.
	{name: "slow header", role: jobs, talk: slow("HTTP/1.1 200 OK\r\n", "X-Slow: 1\r\n", second)},
	{name: "slow header, byte by byte", role: monitor, talk: slow("HTTP/1.1 200 OK\r\nX: ", "x", second/2)},
	{name: "header without end", role: jobs, talk: endless("HTTP/1.1 200 OK\r\n", "X-Flood: "+strings.Repeat("x", 1000)+"\r\n"), full: true},
	{name: "line without end", role: jobs, talk: endless("HTTP/1.1 200 OK\r\nX: ", "xxxxxxxx"), full: true},
	{name: "status line without end", role: jobs, talk: endless("HTTP/1.1 200 ", "xxxxxxxx")},
	{name: "distinct headers, large", role: jobs, talk: distinct(100, 1000), full: true},
	{name: "distinct headers, at the start", role: start, talk: distinct(100, 1000)},
	{name: "distinct headers, tiny", role: jobs, talk: distinct(9000, 1), full: true},
	{name: "folded headers", role: jobs, talk: with("X-Folded: a\r\n b\r\n\tc" + strings.Repeat("\r\n d", 5000))},
	{name: "names of odd bytes", role: jobs, talk: with("X-\x01\x1b: 1", "\xff: 2", ": 3", "X Y: 4")},
	{name: "values of odd bytes", role: jobs, talk: with("X-Odd: \x1b[31m\u202e\u009b\xff\x7f", "Server: ::set-output name=a::b", "Via: ##[error]x")},
	{name: "reason of odd bytes", role: jobs, talk: raw("HTTP/1.1 500 \x1b[31m::error::\u202e##[error]\xff\r\nContent-Length: 0\r\n\r\n")},
	{name: "bare LF", role: jobs, talk: func(c *call) bool { return c.say(strings.ReplaceAll(string(c.honest), "\r\n", "\n")) }},
	{name: "bare CR and NUL", role: jobs, talk: with("X-Cr: a\rb", "X-Nul: a\x00b")},
	{name: "Retry-After out of range", role: jobs, talk: made(func(c *call) talk {
		return with("Retry-After: " + []string{"999999999999999999999", "-1", "1e9", "Fri, 31 Dec 99999 23:59:59 GMT", "9223372036854775807", "Mon, 01 Jan 0001 00:00:00 GMT"}[c.number%6])
	})},
	{name: "429 with Retry-After out of range", role: jobs, talk: made(func(c *call) talk {
		return raw("HTTP/1.1 429 Slow\r\nContent-Length: 0\r\nRetry-After: " + []string{"999999999999999999999", "-1", "1e9", "31536000"}[c.number%4] + "\r\n\r\n")
	})},
	{name: "Date and Age out of range", role: jobs, talk: made(func(c *call) talk {
		return with("Date: "+[]string{"Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "0", "\xff"}[c.number%4], "Age: 99999999999999999999", "Expires: -1", "Cache-Control: max-age=99999999999999999999, max-age=-1, =,,,\"")
	})},
	{name: "start: 429 for ever", role: start, talk: before("HTTP/1.1 429 Later\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")},
	{name: "429 at the start for ever", role: start, talk: raw("HTTP/1.1 429 Later\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"), full: true},
	{name: "429 at the result for ever", role: result, talk: raw("HTTP/1.1 429 Later\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"), full: true},
	{name: "503 at the monitor for ever", role: monitor, talk: raw("HTTP/1.1 503 Later\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")},

	// Where a body ends.
	{name: "two Content-Lengths", role: jobs, talk: raw(header("Content-Length: 2\r\nContent-Length: 5\r\n") + "ab")},
	{name: "Content-Length and chunked", role: jobs, talk: raw(header("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n") + "1\r\na\r\n0\r\n\r\nHTTP/1.1 201 Created\r\nLocation: /evil\r\n\r\n")},
	{name: "Content-Length out of range", role: jobs, talk: raw(header("Content-Length: 99999999999999999999999\r\n") + "a")},
	{name: "Content-Length below zero", role: jobs, talk: raw(header("Content-Length: -5\r\n") + "a")},
	{name: "Content-Length of eight exabytes", role: jobs, talk: held(header("Content-Length: 9223372036854775807\r\n") + "a")},
	{name: "chunk sizes without end", role: jobs, talk: endless(header("Transfer-Encoding: chunked\r\n"), "0")},
	{name: "chunk sizes out of range", role: jobs, talk: raw(header("Transfer-Encoding: chunked\r\n") + "ffffffffffffffffff\r\na\r\n")},
	{name: "chunk size below zero", role: jobs, talk: raw(header("Transfer-Encoding: chunked\r\n") + "-1\r\na\r\n")},
	{name: "chunk extensions without end", role: jobs, talk: endless(header("Transfer-Encoding: chunked\r\n")+"1;", "a=b;"), full: true},
	{name: "chunks of one byte, each with an extension", role: result, talk: endless(header("Transfer-Encoding: chunked\r\n"), "1;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\na\r\n")},
	{name: "trailers without end", role: jobs, talk: endless(header("Transfer-Encoding: chunked\r\nTrailer: X-T\r\n")+"1\r\na\r\n0\r\n", "X-T: "+strings.Repeat("t", 100)+"\r\n"), full: true},
	{name: "trailers with secrets and lengths", role: jobs, talk: raw(header("Transfer-Encoding: chunked\r\nTrailer: Authorization, Content-Length\r\n") + "1\r\na\r\n0\r\nAuthorization: Bearer " + token + "\r\nContent-Length: 5\r\n\r\n")},
	{name: "Transfer-Encoding of odd names", role: jobs, talk: raw(header("Transfer-Encoding: xchunked, \x0bchunked\r\n") + "1\r\na\r\n0\r\n\r\n")},
	{name: "unasked second answers", role: jobs, talk: after("HTTP/1.1 201 Created\r\nLocation: /result/0\r\nContent-Length: 0\r\n\r\n")},
	{name: "an answer before it was asked", role: jobs, talk: after("garbage \x1b[31m\r\n\r\n")},
	{name: "resets at each byte", role: jobs, talk: resetAtEach},
	{name: "resets at each byte, monitor", role: monitor, talk: resetAtEach},
	{name: "body to HEAD and 204", role: jobs, talk: raw("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nabcde")},
	{name: "GOAWAY by close", role: monitor, talk: with("Connection: close")},

	// Bodies.
	{name: "flood", role: jobs, talk: endless(header("Transfer-Encoding: chunked\r\n"), "4000\r\n"+strings.Repeat("f", 0x4000)+"\r\n")},
	{name: "monitor floods", role: monitor, talk: endless(header("Connection: close\r\n"), strings.Repeat("f", 0x4000)), full: true},
	{name: "result floods", role: result, talk: endless(header("Connection: close\r\n"), strings.Repeat("f", 0x4000)), full: true},
	{name: "body drips", role: jobs, talk: slow(header("Connection: close\r\n"), "d", second/4)},
	{name: "gzip bomb", role: jobs, talk: with("Content-Encoding: gzip\r\nX-Bomb: 1", "Content-Length: "+itoa(len(bomb))+"\r\n\r\n"+bomb)},
	{name: "gzip bomb as a result", role: result, talk: raw(header("Content-Encoding: gzip\r\nContent-Length: "+itoa(len(bomb))+"\r\n") + bomb), full: true},
	{name: "brotli bomb", role: result, talk: raw(header("Content-Encoding: br\r\nConnection: close\r\n") + "\xcf\xff\xff\xff\x7f\xf8\x27\x00\xe2\xb1\x40\x20\xf0\xff" + strings.Repeat("\xff", 9000))},
	{name: "nasty bodies", role: jobs, talk: content("text/plain", nasty), full: true},
	{name: "nasty JSON", role: jobs, talk: content("application/json", `{"a":"`+nasty+`"`)},
	{name: "nasty HTML", role: jobs, talk: content("text/html; charset=\""+"utf-7\"", nasty+"</pre></body><img src=x onerror=alert(1)>")},
	{name: "deep JSON", role: result, talk: content("application/json", strings.Repeat("[", 1<<20))},
	{name: "a megabyte of JSON errors", role: jobs, talk: content("application/problem+json", `{"title":"`+megabyte)},
	{name: "bodies that are all different", role: jobs, talk: made(func(c *call) talk {
		return content("text/plain", strings.Repeat(itoa(c.number)+nasty, 20))
	})},

	// Where it is sent.
	{name: "Location of a megabyte of slashes", role: start, talk: accepted("/" + strings.Repeat("/", 100<<10)), full: true},
	{name: "Location of distinct parts", role: start, talk: made(func(c *call) talk {
		return accepted("/monitor/" + strings.Repeat(itoa(c.number)+"%20/../?a=b&", 9000))
	}), full: true},
	{name: "Location of 8,100 bytes", role: start, talk: accepted("/monitor/" + strings.Repeat("a", 8100))},
	{name: "Locations without end", role: start, talk: accepted(strings.Split(strings.Repeat("/monitor/1 ", 5000), " ")...)},
	{name: "Location with CR LF", role: start, talk: accepted("/monitor/%0d%0aX: y", "/a\r\n b\rc")},
	{name: "Location with ANSI, RTL and NUL", role: start, talk: accepted("/monitor/\x1b[31m\u202e\x00\xff::error::##[x]")},
	{name: "Location with a secret in it", role: start, talk: accepted("/monitor/" + token + "?authorization=Bearer%20" + token)},
	{name: "Location with userinfo", role: start, talk: accepted("http://user:" + token + "@server.test/monitor/1")},
	{name: "Location of another scheme", role: start, talk: made(func(c *call) talk {
		return accepted([]string{"file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "gopher://server.test/1", "ftp://server.test/", "HTTP://SERVER.TEST/monitor/1", "http:", "http://", "http:///x", "//"}[c.number%10])
	})},
	{name: "redirects in a loop", role: monitor, talk: made(func(c *call) talk {
		return raw("HTTP/1.1 302 Found\r\nLocation: " + c.request.URL.Path + "\r\nContent-Length: 0\r\n\r\n")
	})},
	{name: "redirects ever on", role: jobs, talk: made(func(c *call) talk {
		return raw("HTTP/1.1 307 On\r\nLocation: /monitor/" + strings.Repeat("x", c.number%7000) + "\r\nContent-Length: 0\r\n\r\n")
	}), full: true},
	{name: "every monitor names another monitor", role: monitor, talk: made(func(c *call) talk {
		return raw("HTTP/1.1 202 Accepted\r\nLocation: /monitor/" + itoa(c.number) + "\r\nContent-Length: 0\r\n\r\n")
	})},
	{name: "the result is its own monitor", role: monitor, talk: made(func(c *call) talk {
		return raw("HTTP/1.1 201 Created\r\nLocation: " + c.request.URL.Path + "\r\nContent-Length: 0\r\n\r\n")
	})},

	// Secrets.
	{name: "signatures of growing lengths", role: jobs, talk: growing, full: true},
	{name: "ids that begin alike", role: start, talk: made(func(c *call) talk {
		return accepted("/monitor/" + strings.Repeat("a", 100+c.number*10))
	})},
	{name: "echoes secrets in bodies", role: jobs, talk: echoes(func(forms []string) talk { return content("text/plain", strings.Join(forms, " ")) }), full: true},
	{name: "echoes secrets in one word", role: jobs, talk: echoes(func(forms []string) talk { return content("text/plain", strings.Join(forms, "")) })},
	{name: "echoes secrets across the edge", role: jobs, talk: echoes(func(forms []string) talk {
		return made(func(c *call) talk {
			form := forms[c.number%len(forms)]
			return content("text/plain", strings.Repeat(".", 1024-c.number%len(form))+form)
		})
	})},
	{name: "echoes secrets in fields", role: jobs, talk: echoes(func(forms []string) talk {
		return with("X-Echo: "+strings.Join(forms, " "), "Set-Cookie: a="+token, "X-"+hexOf(token)+": 1", "Server: "+token, "ETag: \""+token+"\"")
	}), full: true},
	{name: "echoes secrets in Locations", role: start, talk: echoes(func(forms []string) talk {
		return made(func(c *call) talk { return accepted("/monitor/" + forms[c.number%len(forms)]) })
	})},
	{name: "echoes secrets in what is not HTTP", role: jobs, talk: echoes(func(forms []string) talk {
		return made(func(c *call) talk { return raw(forms[c.number%len(forms)] + "\r\n\r\n") })
	})},
	{name: "echoes secrets in what is not HTTP, to the preflight", role: every, talk: raw("220 " + token + " ready\r\n")},
	{name: "echoes secrets in a reason", role: jobs, talk: raw("HTTP/1.1 500 " + token + "\r\nContent-Length: 0\r\n\r\n")},
	{name: "echoes secrets in a broken header", role: jobs, talk: raw("HTTP/1.1 200 OK\r\n" + token + "\r\n\r\n")},
	{name: "echoes secrets in a chunk size", role: jobs, talk: raw(header("Transfer-Encoding: chunked\r\n") + token + "\r\n")},
	{name: "echoes secrets in a Content-Length", role: jobs, talk: raw(header("Content-Length: " + token + "\r\n"))},
	{name: "echoes secrets in a Transfer-Encoding", role: jobs, talk: raw(header("Transfer-Encoding: " + token + "\r\n"))},
	{name: "echoes secrets in a version", role: jobs, talk: raw("HTTP/" + token + " 200 OK\r\n\r\n")},
	{name: "echoes secrets in a type", role: jobs, talk: content("application/json; a="+token, `{"`+token+`": `)},
}

func gzipped(size int) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(make([]byte, size))
	_ = w.Close()
	return b.String()
}
