package calendar

import (
	"slipway/internal/calendar/period"
	"slipway/internal/id"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/strict"
)

// Kinds returns the documents of the calendar: window, freeze and busy. A period that was withdrawn and is applied again is
// refused; withdrawing is not done by files.
func (c *Calendar) Kinds() []apply.Kind {
	after := []string{"product", "service", "environment", "person"}
	of := func(k Kind) apply.Kind {
		return apply.Kind{Name: string(k), After: after,
			Apply:  func(tx *db.Tx, d strict.Document) (string, apply.Outcome, error) { return c.applyPeriod(tx, k, d) },
			Export: func(tx *db.Tx) ([]any, error) { return c.exportPeriods(tx, k) }}
	}
	return []apply.Kind{of(Window), of(Freeze), of(Busy)}
}

type periodDoc struct {
	Kind string `yaml:"kind" json:"kind"`
	Spec `yaml:",inline"`
}

func (c *Calendar) applyPeriod(tx *db.Tx, k Kind, d strict.Document) (string, apply.Outcome, error) {
	var in periodDoc
	if err := d.Decode(&in); err != nil {
		return "", "", err
	}
	if in.Key == "" {
		in.Key = id.Keyed(in.Name)
	}
	p, err := period.By(tx, k, in.Key)
	if period.Missing(err) {
		_, _, err := c.add(tx, k, in.Spec)
		return in.Key, apply.Created, err
	}
	if err != nil {
		return in.Key, "", err
	}
	if err := may(tx, p); err != nil {
		return in.Key, "", err
	}
	_, _, o, err := c.change(tx, p, in.Spec)
	return in.Key, o, err
}

func (c *Calendar) exportPeriods(tx *db.Tx, k Kind) ([]any, error) {
	ls, err := c.Periods(tx, Filter{Kind: k})
	if err != nil {
		return nil, err
	}
	out := make([]any, len(ls))
	for i, l := range ls {
		s := l.Spec()
		who, err := auth.PersonByID(tx, l.Owner)
		if err != nil {
			return nil, err
		}
		s.Owner = who.Key
		out[i] = periodDoc{string(k), s}
	}
	return out, nil
}
