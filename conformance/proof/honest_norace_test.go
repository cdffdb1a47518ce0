//go:build !race

package proof

// runsUnasked is how many runs by chance the tests make of each kind.
const runsUnasked = 80
