// Package publication is the calendar as it was published: for a span, in numbered versions that never change, each with the people
// who are to read it, until when, and whether they have; those who have not by then are chased. A serious conflict that is open refuses it, unless it is accepted by name.
package publication
