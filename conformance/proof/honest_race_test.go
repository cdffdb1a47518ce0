//go:build race

package proof

// runsUnasked is how many runs by chance the tests make of each kind: the race detector makes them five times slower.
const runsUnasked = 8

// lotsOfJobs is how many jobs the tests of many jobs begin at once: more than there are requests under way.
const lotsOfJobs = 140

// raced is whether the race detector looks on. What it would find elsewhere too, and makes slow, is left to a run without it, which CI
// makes besides.
const raced = true

// oneInRows is how many rows of a long table one is tried of.
const oneInRows = 3
