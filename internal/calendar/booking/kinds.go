package booking

import (
	"errors"

	"slipway/internal/calendar/booked"
	"slipway/internal/errs"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/db"
	"slipway/internal/platform/strict"
)

// Kinds returns the documents of bookings. A file asks and moves as a person does: what needs approval waits for it. What is for
// another thing or another release is a new booking with another key. What ended is not taken up again by files.
func (s *Bookings) Kinds() []apply.Kind {
	return []apply.Kind{{Name: "booking", After: []string{"person", "environment", "window", "release"}, Apply: s.apply,
		Export: export}}
}

// exportPage is how many bookings an export reads at a time.
const exportPage = 1_000

func export(tx *db.Tx) ([]any, error) {
	out := []any{}
	f := Filter{States: []booked.State{booked.Requested, booked.Confirmed}, From: tx.Now, Limit: exportPage}
	for {
		bs, err := Read(tx, f)
		if err != nil {
			return nil, err
		}
		for _, b := range bs {
			out = append(out, document{"booking", specOf(b)})
			f.AfterFrom, f.AfterID = b.From, b.ID
		}
		if len(bs) < exportPage {
			return out, nil
		}
	}
}

type document struct {
	Kind string `yaml:"kind" json:"kind"`
	Spec `yaml:",inline"`
}

func specOf(b Booking) Spec {
	in := Spec{Key: b.Key, Units: b.Units, Release: b.ReleaseKey, Purpose: b.Purpose, From: b.From, To: b.To}
	switch b.Kind {
	case booked.Environment:
		in.Environment = b.ThingKey
	case booked.Person:
		in.Person = b.ThingKey
	case booked.Window:
		in.Window = b.ThingKey
	default:
		in.Item = b.ThingName
	}
	return in
}

func (s *Bookings) apply(tx *db.Tx, d strict.Document) (string, apply.Outcome, error) {
	var in document
	if err := d.Decode(&in); err != nil {
		return "", "", err
	}
	if in.Key == "" {
		return "", "", errs.InvalidField("key", "key.missing", "A booking in a file needs a key, so that it is found again.")
	}
	if _, err := booked.By(tx, in.Key); errors.Is(err, db.ErrNone) {
		_, err := s.request(tx, in.Spec)
		return in.Key, apply.Created, err
	}
	was, err := Find(tx, in.Key)
	if err != nil {
		return in.Key, "", err
	}
	if in.Units = max(in.Units, 1); in.Spec == specOf(was) && !was.State.Ended() {
		return in.Key, apply.Unchanged, nil // also of what is over, or for a release that has ended
	}
	now, err := in.check(tx)
	if err != nil {
		return in.Key, "", err
	}
	switch {
	case was.State.Ended():
		return in.Key, "", errs.Blocked("booking.ended", "The booking %s is %s. Ask for another one.", was.Key, was.State)
	case now.Kind != was.Kind || now.Thing != was.Thing || now.Release != was.Release:
		return in.Key, "", errs.Blocked("booking.other", "The booking %s is of another thing or for another release. Give this one another key.", was.Key)
	case now.From == was.From && now.To == was.To && now.Units == was.Units:
		return in.Key, apply.Unchanged, nil
	}
	_, err = s.changeTx(tx, in.Key, was.Rev, mayChange, s.move(now.From, now.To, now.Units))
	return in.Key, apply.Changed, err
}
