// Package release keeps releases themselves: their row, where they stand and what may follow, what they carry, and the record
// of what changed in which section. It tells those who follow releases, and writes the entries of what it moves. It knows
// neither phases nor scope items, and checks no permission.
package release
