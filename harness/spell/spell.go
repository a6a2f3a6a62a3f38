// Package spell finds the name that somebody meant who wrote a wrong one.
package spell

import "strings"

// Nearest returns the name that differs the least from a wrong one, if it is near enough to be
// meant; "" otherwise. Of two that are as near, the first in the order of the alphabet wins.
func Nearest(wrong string, among []string) string {
	best, bestCost := "", min(2+len(wrong)/4, len(wrong)) // of a single letter nothing is near
	for _, name := range among {
		cost := distance(strings.ToLower(wrong), strings.ToLower(name))
		if cost < bestCost || cost == bestCost && best != "" && name < best {
			best, bestCost = name, cost
		}
	}
	return best
}

// distance is how many bytes must be put in, left out or changed to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
