// Package wish answers what must be true: which sets of moves (something dropped, a person added, an earlier start, a shorter task, a later
// window) bring the chance of a wanted date to the asked level, what each costs, and what it brings.
//
// Every set is judged by the same luck (common random numbers), so that two sets differ by what they do and not by what was drawn.
// Sets of up to three moves are searched exactly, larger ones greedily. It knows no dates and no people: a move is an edit of the
// forecast's network.
package wish
