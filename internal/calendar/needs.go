package calendar

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Absence is a time in which a person does not work: a holiday, leave, a day that is none of theirs.
type Absence struct {
	Person id.Person
	Name   string // of the person
	Text   string // why, as far as others may know it: "on leave"
	From   db.Time
	To     db.Time
}

// Absences says when people are away. What it answers is part of the caller's transaction. It checks no permission.
type Absences interface {
	Away(tx *db.Tx, people []id.Person, from, to db.Time) ([]Absence, error)
}

// Disorder is a release that would go before what it waits for.
type Disorder struct {
	Release id.Release // that waits
	For     id.Release // what it waits for; "" for something that is no release
	Text    string     // what is wrong, as a sentence
	Next    string     // what can be done
	Serious bool
}

// Dependants says how releases stand to what they wait for and to what waits for them. What it answers is part of the caller's
// transaction. It checks no permission.
type Dependants interface {
	// OutOfOrder returns the disorders that a release is in, on either side.
	OutOfOrder(tx *db.Tx, r id.Release) ([]Disorder, error)
	// Bounds returns the instant from which the release may begin, and that by which it must have ended; the zero instant where there is none.
	Bounds(tx *db.Tx, r id.Release) (from, to db.Time, err error)
}
