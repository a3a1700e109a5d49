// Package movepage is the page on which the date of a release is moved: dates that fit, what a date hits, and one save.
package movepage
