// Package fault gathers everything that is wrong with an input before it is refused. It does not know what the input is about.
package fault
