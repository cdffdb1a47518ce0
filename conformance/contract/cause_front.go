package contract

import (
	"bytes"
	"fmt"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

func (o *view) whyRefusedInFront(r refusal, l *limit, covers []*record.Exchange, answers []answer) cause {
	first := covers[0]
	away, was := spellOfRefusals(covers, answers)
	switch {
	case challenge(first):
		return wall
	case was:
		if r.kind != record.FailureNone {
			l = nil // nobody said anything of a limit
		}
		return refusedOnce(r, away, l, first)
	case l != nil && l.atOnce:
		return cause{name: "too-many-at-once", says: fmt.Sprintf("only about %s are let through: others are refused meanwhile", l),
			mend: l.mend()}
	case l != nil:
		return cause{name: "rate-limit", says: fmt.Sprintf("a rate limit that does not say so: it allows %s", l),
			mend: l.mend()}
	case r.kind == record.FailureNone && o.byConnection(r):
		return cause{name: "one-front", says: "all requests of a connection are refused, or none: one of several servers in front of the application refuses what comes to it",
			mend: "compare the servers that connections may lead to (the nodes of a balancer, the addresses of a name): one of them does not reach the application, or is set up otherwise"}
	case r.status == 401 && first.Request.Credentials != record.IdentityNone:
		return cause{name: "credentials-by-turns", says: "credentials that are accepted otherwise are refused now and then: not all who check them know them, or a check that failed is told as a refusal",
			mend: "give all servers that check credentials the same keys and the same time, and answer 503 with Retry-After where a check fails"}
	case ofFailedGateway(first):
		return whyGateway(first)
	case r.kind != record.FailureNone && r.kind != record.FailureTimeout && noRoom(answers):
		return cause{name: "new-connections", says: "new connections are refused or cut off, while kept ones are served: there is no room for more, or one of several servers is not there",
			mend: "let the server take more connections (workers, its own limit or that of a proxy), or let them wait; behind a balancer, look for a server that does not answer"}
	case r.kind == record.FailureBroken:
		return cause{name: "connection-reset", says: "connections end before the answer, now and then",
			mend: "look for workers that are replaced or that crash, and let them finish their requests first; or for a limit that closes connections, and let it answer 429"}
	case r.kind != record.FailureNone:
		return cause{}
	}
	return cause{name: "front", says: "something in front of the application, or a limit of its own, answers in its place", mend: "look for the limits of the proxy or balancer; where it is a limit, answer 429 with Retry-After"}
}

// ofFailedGateway tells the answer of a gateway that got none from the application.
func ofFailedGateway(e *record.Exchange) bool {
	return e.Status == 504 || e.Status == 502 || e.Status >= 520 && e.Status <= 527 || ofGateway(e) // Cloudflare's own
}

func whyGateway(e *record.Exchange) cause {
	switch {
	case e.Status == 504:
		return cause{name: "gateway-timeout", says: fmt.Sprintf("a gateway answers in the application's place, after %s: the application was too slow for it", span(e.Received-e.Sent)),
			mend: "raise the gateway's timeout, or answer sooner"}
	case withoutServer(e):
		return cause{name: "gateway", says: "a balancer answers in the application's place: it has no server that takes the request, or none that does so in time",
			mend: "look for servers of the balancer that are not there, and let it check them before it sends them requests; or give requests more time to wait for one (HAProxy: check, maxconn, timeout queue)"}
	}
	return cause{name: "gateway", says: "a gateway answers in the application's place: it got no valid answer from it",
		mend: "let the application keep idle connections open for longer than the gateway does (its keep-alive timeout); look for workers that restart or that are not there, and for what the gateway's log says of their answers"}
}

// withoutServer tells the page of a balancer that found no server.
func withoutServer(e *record.Exchange) bool {
	return e.Status == 503 && bytes.Contains(bytes.ToLower(e.Body.Beginning), []byte("no server is available"))
}

var wall = cause{name: "wall", says: "a sign-in page, or a challenge, stands in front of the application",
	mend: "let API clients pass it: an exception for these paths, or credentials that it accepts (--header)"}

// leastOutage is how long every request has to be refused: a burst beyond a limit is shorter.
const leastOutage = 100 * time.Millisecond

// spellOfRefusals is the one spell in which every request was refused, if it was long enough.
func spellOfRefusals(covers []*record.Exchange, answers []answer) (away spell, was bool) {
	away, was = spellOf(covers, answers, func(answer) bool { return true })
	return away, was && away.to-away.from >= leastOutage
}

// refusedOnce names one spell of refusals. A limit that was reached once looks the same.
func refusedOnce(r refusal, away spell, l *limit, first *record.Exchange) cause {
	c := cause{name: "outage", says: fmt.Sprintf("from %s to %s all requests %s, and none before or after: ", record.Clock(away.from), record.Clock(away.to), r),
		mend: "start the new process before the old one stops, send it no requests before it is ready, and answer 503 with Retry-After meanwhile"}
	switch {
	case r.status >= 300 && r.status < 500, describesProblem(first):
		c.name, c.mend = "limit-or-ban", "let the client of this run pass"
		c.says += "a limit was reached once, or the client was shut out for a while"
		if l == nil {
			c.mend += ", or answer 429 with Retry-After"
		}
	case l != nil:
		c.name = "outage-or-limit"
		c.says += fmt.Sprintf("the application was not there (a restart, a deployment), or a limit was reached once (%s)", l)
	default:
		c.says += "the application was not there (a restart, a deployment)"
	}
	if l != nil {
		c.mend += "; or, if it is a limit, " + l.mend()
	}
	return c
}

// ofGateway tells the answer of a gateway that speaks of what lies behind it, but for one that has no room for more.
func ofGateway(e *record.Exchange) bool {
	text := bytes.ToLower(e.Body.Beginning)
	return withoutServer(e) || e.Status >= 502 && e.Status <= 504 && bytes.Contains(text, []byte("upstream")) && !bytes.Contains(text, []byte("overflow"))
}

// challenge tells a page that wants something of a person.
func challenge(e *record.Exchange) bool {
	if loginPage(e) || redirectsToSignIn(e) || e.Has("Cf-Mitigated") {
		return true
	}
	text := bytes.ToLower(e.Body.Beginning)
	return isHTML(e) && (bytes.Contains(text, []byte("captcha")) || bytes.Contains(text, []byte("challenge")))
}
