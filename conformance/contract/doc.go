// Package contract has the requirements of the two-oh-two contract, and judges them.
//
// A [record.Observation] is what was seen of one target. A [Requirement] is one sentence of
// the contract, with a pure function that judges an observation. [Judge] judges all of them
// and says which failure blocked which.
//
// Each requirement stands in the file of its group (start.go, location*.go, monitor*.go, result*.go, jobs*.go, http.go, access.go, browser.go, cancel.go).
// view.go arranges an observation for them, attribution.go says what each wrong answer is reported under, judge.go evaluates. cause_engine.go looks for what
// explains wrong answers of several requirements at once, and the other cause_*.go for why one failed; causes.json lists all causes.
//
// The package opens no socket and reads no clock: it judges an observation the same
// way during a run, from a file, or written by hand in a test.
package contract
