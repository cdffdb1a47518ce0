// Package contract says what the two-oh-two contract requires, and judges it.
//
// A [record.Observation] is what was seen of one target: every [record.Exchange], and the
// jobs as views on them. A [Requirement] is one
// sentence of the contract with a pure function that judges an observation.
// [Judge] asks every requirement and says which failure blocked which.
//
// The package opens no socket and reads no clock: the same observation is
// judged the same way live, from a file, or written by hand in a test.
package contract
