// Package statement knows what a criterion may state: its checks, its defaults written out, and the criteria that a template
// implies. It does not know how a criterion is judged.
package statement
