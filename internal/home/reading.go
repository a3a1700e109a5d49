package home

import (
	"strconv"

	"slipway/internal/platform/db"
)

// Reading is what people are asked to read, as home needs it.
type Reading interface {
	// Unread returns the versions of the calendar that the caller is to read and has not, the newest first.
	Unread(tx *db.Tx) ([]Unread, error)
}

// Unread is a published version of the calendar that somebody has still to read.
type Unread struct {
	Number int64
	Name   string
	By     string  // name of who published it
	Due    db.Time // until when it is to be read, none if nobody said
}

// reading adds what the caller is asked to read.
func (g *gathering) reading() error {
	if g.h.areas.Reading == nil {
		return nil
	}
	list, err := g.h.areas.Reading.Unread(g.tx)
	if err != nil {
		return err
	}
	for _, u := range list {
		i := Item{Kind: KindReading, Weight: Waits, Title: "Read version " + strconv.FormatInt(u.Number, 10) + " of the calendar", Why: u.Name + ", published by " + u.By + ".",
			Due: u.Due, Ref: strconv.FormatInt(u.Number, 10), Mine: true, Who: g.me.Name}
		if !u.Due.IsZero() && u.Due <= g.tx.Now {
			i.Weight = Presses
			i.Why += " It should have been read by now."
		}
		g.add(i)
	}
	return nil
}
