// Package moving tells the move of a release's date what the areas beside and above the plan know: each of them foresees its part of
// a date and moves what belongs to it.
package moving
