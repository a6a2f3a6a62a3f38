package script

import "strings"

// nearModule returns the module whose name is the most like a wrong one, or "".
func (in *Interp) nearModule(name string) string {
	best, bestCost := "", 2+len(name)/4
	for key, st := range in.modules {
		if st.module.lang()&in.lang == 0 {
			continue
		}
		candidate := trimLang(key)
		cost := distance(strings.ToLower(name), strings.ToLower(candidate))
		if cost < bestCost || cost == bestCost && candidate < best {
			best, bestCost = candidate, cost
		}
	}
	return best
}

func trimLang(key string) string { return strings.TrimPrefix(key, "star:") }

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
