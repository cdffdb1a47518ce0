package contract

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// again reads monitor and result of a job once more, and both are gone.
func again(instant time.Duration, code int) edit {
	return also(func(r *handwritten) {
		r.read(9, code, at(instant))
		r.resultOf(9, code, at(instant+10*ms))
	})
}

func announced(after time.Duration) edit {
	return on(dones, with("Expires: "+httpTime(after)))
}

// queued has the unread jobs first read at an instant, when the watched ones, slow ones, have all ended.
func queued(code int, instant time.Duration) edit {
	return both(ended(20, instant-time.Second), never(of(reads, unread...)), never(of(results, unread...)), also(func(r *handwritten) {
		for _, job := range unread {
			r.read(job, code, at(instant+time.Duration(job)*5*ms))
		}
	}))
}

var expiryCases = []testCase{
	{"monitor.final", "gone after more than a minute", Pass, "", again(62*time.Second, 404)},
	{"monitor.final", "gone after more than a minute, 410", Pass, "", again(62*time.Second, 410)},
	{"monitor.final", "gone after an announced Expires", Pass, "", both(announced(10*time.Second), again(12*time.Second, 404))},
	{"monitor.final", "gone after an announced Expires, clocks off by an hour", Pass, "", both(announced(time.Hour+10*time.Second), again(12*time.Second, 404), on(anything, func(e *record.Exchange) { field("Date: " + httpTime(e.Received+time.Hour))(e) }))},
	{"monitor.final", "gone before the announced Expires", Fail, "404 Not Found", both(announced(20*time.Second), again(12*time.Second, 404))},
	{"monitor.final", "gone after less than a minute", Fail, "404 Not Found", again(50*time.Second, 404)},
	{"monitor.final", "5xx after more than a minute", Fail, "500 Internal Server Error", again(70*time.Second, 500)},
	{"monitor.final", "pending after more than a minute", Fail, "then, asked again 1m9s later: 200 OK", again(70*time.Second+50*ms, 200)},
	{"result.repeatable", "gone after more than a minute", Pass, "", again(62*time.Second, 404)},
	{"result.ok", "first asked for after more than a minute, and gone", Pass, "", both(never(of(results, 9)), again(62*time.Second, 404))},
	{"monitor.ready", "an unread job, gone when it is first read after minutes", Pass, "", queued(404, 4*time.Minute)},
	{"monitor.ready", "an unread job, not there when it is first read", Fail, "404 Not Found", queued(404, 30*time.Second)},
	{"monitor.ready", "a job begun after minutes, not there when it is first read", Fail, "404 Not Found", also(func(r *handwritten) {
		r.start(20, 202, at(4*time.Minute))
		r.read(20, 404)
		r.read(20, 200)
		r.done(20)
		r.result(20)
	})},
	{"monitor.head", "gone after more than a minute", Pass, "", both(also(func(r *handwritten) {
		r.probe(record.ProbeHead, record.RoleMonitor, 201, ofJob(9), at(62*time.Second), asks("HEAD"))
	}), on(and(headMonitor, sent(time.Minute, time.Hour)), status(404)))},
	{"monitor.ready", "an unread job, 5xx when it is first read after minutes", Fail, "500", queued(500, 4*time.Minute)},
	{"monitor.status", "gone after a Retry-After of minutes", Pass, "", both(never(and(of(anything, 9), sent(500*ms, time.Hour))), also(func(r *handwritten) {
		r.read(9, 200, at(500*ms), "Retry-After: 180")
		r.read(9, 404, at(181*time.Second))
	}))},
}
