package fault

import (
	"slices"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// List gathers what is wrong with an input, with the place of each.
type List struct{ errs.Faults }

// Text adds what is wrong with a text: too long, or blank where it is required.
func (f *List) Text(path, s string, limit int, required bool) {
	if err := catalog.CheckText(path, s, limit, required); err != nil {
		f.Add(err)
	}
}

// Choice adds a fault unless the word is one of those named.
func (f *List) Choice(path, s string, of ...string) {
	if !slices.Contains(of, s) {
		f.Say(path, "input.bad_value", "%.60q is none of %s.", s, strings.Join(of, ", "))
	}
}

// Person reads a reference to somebody who can act; "" is nobody. Failures that are not the input's are returned.
func (f *List) Person(tx *db.Tx, path, ref string) (id.Person, error) {
	if ref == "" {
		return "", nil
	}
	p, err := auth.PersonByRef(tx, ref)
	switch {
	case errs.Is(err, errs.CodeNotFound):
		f.Say(path, "person.unknown", "There is nobody with the key %.60q.", ref)
		return "", nil
	case err != nil:
		return "", err
	case !p.Active || p.Kind != auth.KindPerson:
		f.Say(path, "person.cannot_act", "%s is not somebody who can act here: an active person.", p.Name)
		return "", nil
	}
	return p.ID, nil
}

// Err returns the faults as one error, nil without any.
func (f *List) Err() error { return f.Faults.Err(f.Counted(), 0) }
