// Package suggest finds the name that a misspelt one was meant to be.
package suggest

import (
	"fmt"
	"strings"
)

// DidYouMean ends a sentence about an unknown name: with the nearest known name, else with all of them if they are few,
// else with the text given, which says where they are listed.
func DidYouMean(name string, known []string, otherwise string) string {
	const few = 8
	if near := Nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(known) <= few || otherwise == "" {
		return "there are " + strings.Join(known, ", ")
	}
	return otherwise
}

// Nearest returns the name that a misspelt one was likely meant to be, "" where none is near.
func Nearest(misspelt string, names []string) string {
	best, least := "", max(2, len(misspelt)/3)+1
	for _, name := range names {
		if d := distance(misspelt, name); d < least {
			best, least = name, d
		}
	}
	return best
}

// distance is the number of bytes to insert, delete or replace, or of neighbours to exchange, that make one text the
// other (the optimal string alignment distance).
func distance(a, b string) int {
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, above, row = above, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replaced := above[j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			row[j] = min(replaced, above[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
