package dependency

import (
	"slipway/internal/errs"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/strict"
)

// Kinds returns the documents of the wing.
func (s *Dependencies) Kinds() []apply.Kind {
	return []apply.Kind{{Name: "dependency", After: []string{"release", "service", "team", "person"}, Apply: s.applyDependency, Export: exportDependencies}}
}

type document struct {
	Kind string `yaml:"kind" json:"kind"`
	Spec `yaml:",inline"`
}

func (s *Dependencies) applyDependency(tx *db.Tx, doc strict.Document) (string, apply.Outcome, error) {
	var in document
	if err := doc.Decode(&in); err != nil {
		return "", "", err
	}
	if in.Key == "" {
		return "", "", errs.InvalidField("key", "key.missing", "A document names the dependency by its key, for example ledger-to-payments.")
	}
	has, err := keyTaken(tx, in.Key)
	if err != nil {
		return in.Key, "", err
	}
	if !has {
		d, err := add(tx, in.Spec)
		if err == nil {
			err = s.tellOf(tx, d)
		}
		return in.Key, apply.Created, err
	}
	d, err := Get(tx, in.Key)
	if err != nil {
		return in.Key, "", err
	}
	o, err := agree(tx, d, in.Spec)
	if err != nil || o != apply.Changed {
		return in.Key, o, err
	}
	after, err := Get(tx, in.Key)
	if err == nil {
		err = s.tellOf(tx, d, after)
	}
	return in.Key, o, err
}

// agree makes a dependency agree with what a document states; what it leaves out stays.
func agree(tx *db.Tx, d Dependency, in Spec) (apply.Outcome, error) {
	var f faults
	giver, taker := f.party(tx, "giver", in.Giver), f.party(tx, "taker", in.Taker)
	for _, x := range []struct {
		field    string
		is, said Party
	}{{"giver", d.Giver, giver}, {"taker", d.Taker, taker}} {
		if x.said.ID != "" && (x.said.Kind != x.is.Kind || x.said.ID != x.is.ID) {
			f.Say(x.field, "dependency.party_fixed", "The dependency is between %s and %s. Another pair is another dependency, with a key of its own.", d.Giver.Ref(), d.Taker.Ref())
		}
	}
	if err := f.err(); err != nil {
		return "", err
	}
	text := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	e := edit{Change: Change{What: text(in.What), Text: text(in.Text), Release: text(in.Release), Owner: text(in.Owner)}, Answer: Answer{Note: text(in.Note)}}
	if in.Type != "" {
		e.Type = &in.Type
	}
	if in.Lag != "" {
		e.Lag = &in.Lag
	}
	if in.Status != "" {
		e.Status = &in.Status
	}
	if !in.Promised.IsZero() {
		e.Promised = &in.Promised
	}
	if err := mayAgree(tx, d, e); err != nil {
		return "", err
	}
	_, changed, err := set(tx, d, e)
	if changed {
		return apply.Changed, err
	}
	return apply.Unchanged, err
}

// mayAgree asks for the rights that the differences need, not for those that only repeat what is so.
func mayAgree(tx *db.Tx, d Dependency, e edit) error {
	giver, all := d.scopes()
	var f faults
	n := e.on(tx, d, &f)
	answer := n.Promised != d.Promised || n.Status != d.Status && n.Status != Withdrawn || n.Status == d.Status && n.Note != d.Note
	n.Promised, n.Status, n.Note = d.Promised, d.Status, d.Note
	if answer {
		if err := side(tx, "dependency.agree", giver); err != nil {
			return err
		}
	}
	if !same(n, d) || !answer {
		return side(tx, "dependency.plan", all)
	}
	return nil
}

// exportPage is how many rows an export reads at a time.
const exportPage = 200

func exportDependencies(tx *db.Tx) ([]any, error) {
	out := []any{}
	f := Filter{Limit: exportPage}
	for {
		ds, err := List(tx, f)
		if err != nil {
			return nil, err
		}
		for _, d := range ds {
			in, err := stated(tx, d)
			if err != nil {
				return nil, err
			}
			out = append(out, document{"dependency", in})
			f.AfterSort, f.AfterID = d.Order(), string(d.ID)
		}
		if len(ds) < exportPage {
			return out, nil
		}
	}
}

func stated(tx *db.Tx, d Dependency) (Spec, error) {
	in := Spec{Key: d.Key, What: d.What, Text: d.Text, Giver: d.Giver.Ref(), Taker: d.Taker.Ref(), Release: d.ReleaseKey, Type: d.Type, Lag: d.Lag, Status: d.Status, Note: d.Note, Promised: d.Promised}
	if d.Owner == "" {
		return in, nil
	}
	p, err := auth.PersonByID(tx, d.Owner)
	if errs.Is(err, errs.CodeNotFound) {
		return in, nil
	}
	in.Owner = p.Key
	return in, err
}
