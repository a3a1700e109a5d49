// Package publication is the calendar as it was published: for a span, in numbered versions that never change, each with the people
// who are to read it and whether they have. A serious conflict that is open refuses it, unless it is accepted by name.
package publication
