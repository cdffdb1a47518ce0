package trials

import (
	"time"
)

// variants are further members of the kinds above: other statuses, other words, other times.
var variants = []trial{
	{name: "a limit by a status of its own", change: limitedBy(50, 20, 420), fails: "http.available", cause: "rate-limit", mend: "--rate "},
	{name: "a limit of reads of monitors alone", change: limitedBelow("/monitor/", 503, 60, 15), fails: "http.available", cause: "rate-limit", mend: "--rate "},
	{name: "a limit of reads of results alone", change: limitedBelow("/result/", 403, 10, 6), fails: "http.available", cause: "rate-limit", mend: "--rate "},
	{name: "a time between reads of a monitor", change: tooSoon(250*time.Millisecond, 400), fails: "http.available", cause: "rate-limit", mend: "say Retry-After with 200"},
	{name: "room for two requests at a time", change: atOnce(2, 50*time.Millisecond), fails: "http.available", cause: "too-many-at-once", mend: "let it take more of them", orSilent: true},
	{name: "one of two servers in front does not reach the application", change: oneOf(2), fails: "http.available", cause: "one-front", mend: "one of them does not reach the application"},
	{name: "right credentials refused now and then", change: unauthorised(8), fails: "http.available", cause: "credentials-by-turns", mend: "the same keys", ask: withCredentials},
	{name: "a limit that is reached for good", change: shutAfter(100), fails: "http.available", cause: "refused-from-then-on", mend: "429 with Retry-After"},
	{name: "a ban for a while, each page with a number of its own", change: banned(200*time.Millisecond, 400*time.Millisecond), fails: "http.available", cause: "limit-or-ban", mend: "let the client"},
	{name: "a sign-in elsewhere now and then", change: signInElsewhere(11), fails: "http.available", cause: "wall", mend: "let API clients pass"},
	{name: "a status of Cloudflare's now and then", change: everyNth(23, 520, "520"), fails: "http.available", cause: "gateway", mend: "keep idle connections open"},
	{name: "errors of the application now and then, whatever is asked", change: failing(13), fails: "monitor.", cause: "error-now-and-then", mend: "log"},
	{name: "404 for all paths while it boots", change: booting(200*time.Millisecond, 400*time.Millisecond), fails: "monitor.status", cause: "outage-as-unknown", mend: "503 with Retry-After"},
	{name: "room for four jobs, by 400", change: roomFor(4, 400), fails: "start.accepted", cause: "one-at-a-time", mend: "--max-jobs 4"},

	{name: "results that lie with one of three instances", change: localResults, fails: "jobs.replicas", cause: "replicas", mend: "store that all replicas share"},
	{name: "unknown jobs are pending", change: unknownPending},
	{name: "instances that are replaced one after another", after: "labdao/plex#1009", change: replaced(300*time.Millisecond, 900*time.Millisecond), fails: "jobs.survive-restart", cause: "rolling-restart", mend: "store that survives"},
	{name: "instances that are replaced, and share their jobs", change: lasting(1500 * time.Millisecond)},
	{name: "ids that begin again", change: idsAgain(300 * time.Millisecond), fails: "jobs.survive-restart", cause: "restart", mend: "random bytes"},
	{name: "a link to the monitor that runs out", change: signedMonitors(500 * time.Millisecond), fails: "monitor.status", cause: "link-expired", mend: "as long as the job is known"},
	{name: "a link to the monitor that holds", change: signedMonitors(time.Hour)},
	{name: "a length that is too large", change: longLength, fails: "result.complete", cause: "length-too-large", mend: "bytes that are sent"},
	{name: "a captcha now and then, told as 200", change: everyNth(11, 200, "Are you a robot? Solve the captcha"), fails: "http.available", cause: "wall", mend: "let API clients pass"},
	{name: "results that speak of a captcha", change: htmlResults},
	{name: "jobs kept for less than half a second", change: keptFor(350 * time.Millisecond), fails: "monitor.final", cause: "short-retention", mend: "for minutes", orSilent: true},
	{name: "room for a hundred jobs in the store", change: storeOf(100)},
	{name: "room for nine jobs in the store", after: "ralsina/grafito#32", change: storeOf(9), fails: "monitor.", cause: "small-store", mend: "where there is no room", orSilent: true},
	{name: "room for five jobs in the store, which run for longer", after: "ralsina/grafito#32", change: both(storeOf(5), lasting(1500*time.Millisecond)), fails: "monitor.", cause: "small-store", mend: "where there is no room", orSilent: true},
	{name: "jobs that expire from their start on", after: "utgarda/sidekiq-status#45", change: expiring(700 * time.Millisecond), fails: "monitor.", cause: "expires-from-start", mend: "from its end", orSilent: true},
	{name: "jobs that expire from their start on, much later", change: expiring(time.Hour)},
	{name: "running jobs alone are lost by a deployment", after: "labdao/plex#1009", change: losesRunning(600 * time.Millisecond), fails: "jobs.survive-restart", cause: "restart", mend: "let running ones end", orSilent: true},
	{name: "an instance that answers in another version's way", change: canary(8), fails: "monitor.", cause: "answers-differ", mend: "versions"},
	{name: "a replica that learns of jobs too late", after: "spark-jobserver/spark-jobserver#668", change: lagging(250 * time.Millisecond), fails: "jobs.replicas", cause: "replicas-late", mend: "that is written to", orSilent: true},
	{name: "a replica that waits for what it is to learn", change: lagging(0)},
	{name: "a result that is answered 500 until it is stored", change: resultAs(500, 400*time.Millisecond), fails: "result.ok", cause: "result-late", mend: "store the result first"},
	{name: "ids that are the time, too coarse", after: "bagidea/bagidea-office#50", change: idsByClock, fails: "start.own-job", cause: "id-from-clock", mend: "random bytes"},
	{name: "a server that crashes again and again", after: "labdao/plex#1009", change: crashing(700 * time.Millisecond), fails: "jobs.survive-restart", cause: "rolling-restart", mend: "store that survives"},
	{name: "a result's HEAD with a body", change: headWithBody, fails: "http.framing", cause: "head-with-body", mend: "no body"},
	{name: "lost jobs told by a page of the application's server", change: lostBy500(400 * time.Millisecond), fails: "monitor.status"},
	{name: "a cache of a few seconds that says Age", change: cachedWithAge(3 * time.Second), fails: "monitor.", cause: "monitor-cached", mend: "no-store"},
	{name: "answers that say Age: 0 and are never stored", change: ageZero},
	{name: "a start that a cache answers", change: startStored(2 * time.Second), fails: "start.", cause: "start-cached", mend: "no-store"},
	{name: "a start that says Age: 0", change: startStored(0)},
	{name: "reads held back until the end", change: heldToEnd(3200 * time.Millisecond), fails: "monitor.ready", cause: "read-held", mend: "--request-timeout"},
}
