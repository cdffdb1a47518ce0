// Package contract has the requirements of the two-oh-two contract, and judges them.
//
// A [record.Observation] is what was seen of one target. A [Requirement] is one sentence of
// the contract, with a pure function that judges an observation. [Judge] judges all of them
// and says which failure blocked which.
//
// The package opens no socket and reads no clock: it judges an observation the same
// way during a run, from a file, or written by hand in a test.
package contract
