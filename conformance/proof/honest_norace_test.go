//go:build !race

package proof

// runsUnasked is how many runs by chance the tests make of each kind.
const runsUnasked = 80

// lotsOfJobs is how many jobs the tests of many jobs begin at once: more than there are requests under way.
const lotsOfJobs = 600

// raced is whether the race detector looks on.
const raced = false

// oneInRows is how many rows of a long table one is tried of: all are.
const oneInRows = 1
