// Package target finds what must be true for a wanted date: the smallest sets of moves (drop a scope item, add a person, start earlier, shorten a
// task, move the date) that bring the chance of a release to the asked level, each with its cost and its effect. It says too
// what a change of the scope does to the date.
//
// It changes nothing, and does not know how outcomes are drawn (work/outlook) or how sets are searched (work/wish).
package target
