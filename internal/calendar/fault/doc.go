// Package fault gathers what is wrong with what a person states, so that a refusal names every field at once. It does not
// know what the fields are about.
package fault
