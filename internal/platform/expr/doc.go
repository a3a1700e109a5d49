// Package expr evaluates conditions in CEL over named values: short, without side effects, of bounded length, depth and
// cost. It does not know what the names stand for.
package expr
