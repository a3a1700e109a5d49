package strict

import "strings"

const longestWord = 64

// Nearest returns the known word that a person most likely meant, or "" if none is near. Nearness is the edit distance
// (insert, delete, replace, swap of neighbours; Damerau 1964, optimal string alignment) without regard to case: at most a
// third of the word's length and at least one edit. A word of three letters or more also stands for a known word that
// begins with it. Of equally near words the first wins. Words longer than 64 bytes are near to nothing.
func Nearest(word string, known []string) string {
	if word == "" || len(word) > longestWord {
		return ""
	}
	w := strings.ToLower(word)
	best, least := "", max(1, (len(w)+1)/3)+1
	for _, k := range known {
		if len(k) > longestWord {
			continue
		}
		if d := distance(w, strings.ToLower(k), least); d < least {
			best, least = k, d
		}
	}
	if best == "" && len(w) >= 3 {
		for _, k := range known {
			if len(k) <= longestWord && strings.HasPrefix(strings.ToLower(k), w) {
				return k
			}
		}
	}
	return best
}

// distance counts the edits between a and b; from limit on the exact number does not matter.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d >= limit || -d >= limit {
		return limit
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
