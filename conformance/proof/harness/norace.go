//go:build !race

package harness

// Raced is whether the race detector looks on: it makes runs about five times slower.
const Raced = false
