// Package fault gathers what is wrong with an input of this area, with the place of each fault. It does not know what the
// input is for.
package fault
