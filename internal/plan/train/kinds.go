package train

import (
	"slipway/internal/errs"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/strict"
)

// Kinds returns the documents of the wing. A document states the whole train, except for its state; the number
// that its versions have come to is taken by a new train alone.
func (s *Trains) Kinds() []apply.Kind {
	return []apply.Kind{{Name: "train", After: []string{"template", "product", "environment", "service", "person"}, Apply: s.apply, Export: s.export}}
}

type document struct {
	Kind string `yaml:"kind" json:"kind"`
	Spec `yaml:",inline"`
}

func (s *Trains) apply(tx *db.Tx, d strict.Document) (string, apply.Outcome, error) {
	var in document
	if err := d.Decode(&in); err != nil {
		return "", "", err
	}
	has, err := keyTaken(tx, in.Key)
	if err != nil {
		return in.Key, "", err
	}
	if !has {
		_, err := s.add(tx, in.Spec)
		return in.Key, apply.Created, err
	}
	t, err := s.editable(tx, in.Key, 0)
	if err != nil {
		return in.Key, "", err
	}
	in.Number = 0
	n, err := s.set(tx, t, in.Spec)
	if err == nil && n.Rev == t.Rev {
		return in.Key, apply.Unchanged, nil
	}
	return in.Key, apply.Changed, err
}

func (s *Trains) export(tx *db.Tx) ([]any, error) {
	all, scopes, err := auth.Scopes(tx, "train.read")
	if err != nil {
		return nil, err
	}
	ts, err := seen(tx, "", false, all, scopes)
	if err != nil {
		return nil, err
	}
	out := make([]any, 0, len(ts))
	for _, t := range ts {
		who, err := auth.PersonByID(tx, t.Owner)
		if err != nil && !errs.Is(err, errs.CodeNotFound) {
			return nil, err
		}
		out = append(out, document{"train", t.Stated(who.Key)})
	}
	return out, nil
}

// Stated returns the train as a person would state it; owner is the key of who answers for it.
func (t Train) Stated(owner string) Spec {
	return Spec{Key: t.Key, Product: t.ProductKey, Name: t.Name, Text: t.Text, Template: t.Template, Cadence: t.Cadence, Lead: t.Lead, Pattern: t.Pattern, Number: t.Number,
		Frozen: t.Frozen, Skips: t.Skips, Environments: t.Environments, Services: t.Services, Owner: owner}
}
