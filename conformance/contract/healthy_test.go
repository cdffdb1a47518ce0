package contract

import (
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// The healthy run has these jobs, each of a second.
var (
	together  = []int{1, 2, 3, 4, 5, 6, 7, 8}
	alone     = []int{9, 10}
	unread    = []int{11, 12, 13}
	dropped   = []int{14}
	watched   = slices.Concat(together, alone, dropped)
	everybody = slices.Concat(together, alone, unread, dropped)
)

// healthy is a whole run of a server that keeps the contract.
func healthy() *handwritten {
	r := newRecord()
	ways := map[record.Way][]int{record.WayTogether: together, record.WayAlone: alone, record.WayUnread: unread, record.WayDropped: dropped}
	for _, job := range everybody {
		for way, jobs := range ways {
			if slices.Contains(jobs, job) {
				r.life(job, way)
			}
		}
	}
	r.probes()
	return r
}

// life is one job, from its start to the re-reads at the end of the run.
func (r *handwritten) life(job int, way record.Way) {
	begins, ends := time.Duration(0), time.Second
	if way != record.WayTogether {
		begins = time.Duration(job) * 5 * ms
	}
	r.start(job, 202, at(begins), begun(way))
	if way == record.WayUnread {
		ends = 1500 * ms
	} else {
		r.read(job, 200)
		r.read(job, 200, change(fresh))
		for _, age := range []time.Duration{100 * ms, 300 * ms, 600 * ms} {
			r.read(job, 200, at(begins+age))
		}
	}
	r.done(job, at(begins+ends))
	r.result(job)
	r.done(job, at(begins+2*time.Second), change(fresh), change(late))
	r.result(job, change(fresh), change(late))
}

func fresh(e *record.Exchange) { e.Fresh, e.Connection = true, 1000+e.Job }

func late(e *record.Exchange) { e.Late = true }

// An edit changes one thing of a record.
type edit func(*handwritten)

// A pick chooses exchanges of a record.
type pick func(*record.Exchange) bool

// on makes changes to every exchange that was picked.
func on(chosen pick, changes ...change) edit {
	return func(r *handwritten) {
		for _, e := range r.Exchanges {
			if !chosen(e) {
				continue
			}
			for _, c := range changes {
				c(e)
			}
		}
	}
}

func both(edits ...edit) edit {
	return func(r *handwritten) {
		for _, s := range edits {
			s(r)
		}
	}
}

// never takes exchanges out of the record: they were not made.
func never(chosen pick) edit {
	return func(r *handwritten) { r.Exchanges = slices.DeleteFunc(r.Exchanges, chosen) }
}

// only leaves out all other jobs.
func only(jobs ...int) edit { return never(not(of(anything, jobs...))) }

// also writes further lines.
func also(write func(*handwritten)) edit { return write }

// target makes the target another.
func target(edit func(*record.Target)) edit { return func(r *handwritten) { edit(&r.Target) } }

func starts(e *record.Exchange) bool   { return e.Role == record.RoleStart && e.Probe == "" }
func reads(e *record.Exchange) bool    { return e.Role == record.RoleMonitor && e.Probe == "" }
func results(e *record.Exchange) bool  { return e.Role == record.RoleResult && e.Probe == "" }
func pendings(e *record.Exchange) bool { return reads(e) && e.Status == 200 }
func dones(e *record.Exchange) bool    { return reads(e) && e.Status == 201 }
func lates(e *record.Exchange) bool    { return e.Late }
func anything(*record.Exchange) bool   { return true }

// of narrows a pick to some jobs.
func of(chosen pick, jobs ...int) pick {
	return func(e *record.Exchange) bool { return slices.Contains(jobs, e.Job) && chosen(e) }
}

func and(a, b pick) pick { return func(e *record.Exchange) bool { return a(e) && b(e) } }

func not(a pick) pick { return func(e *record.Exchange) bool { return !a(e) } }

// sent narrows to an interval of the run.
func sent(from, to time.Duration) pick {
	return func(e *record.Exchange) bool { return e.Sent >= from && e.Sent < to }
}

// onFirst makes changes to the first of each job that was picked.
func onFirst(chosen pick, changes ...change) edit {
	return func(r *handwritten) {
		seen := map[int]bool{}
		on(func(e *record.Exchange) bool {
			is := chosen(e) && !seen[e.Job]
			seen[e.Job] = seen[e.Job] || is
			return is
		}, changes...)(r)
	}
}

// own puts a job's id into a value that differs from job to job.
func own(line string) change {
	return func(e *record.Exchange) { field(strings.ReplaceAll(line, "{id}", id(e.Job)))(e) }
}
