package dependency

import (
	"cmp"
	"slices"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Limits of texts in bytes, beside those of the catalog, and of what is kept.
const (
	whatMax = 200
	noteMax = 2_000
	openMax = 20_000 // dependencies that are open at the same time
)

// faultsShown bounds how many faults a refusal names.
const faultsShown = 20

type faults struct{ errs.Faults }

func (f *faults) err() error {
	return f.Err("Not saved. Some fields need your attention.", faultsShown)
}

// party looks a party up from how people write it: kind, colon, key; an outside party by its name.
func (f *faults) party(tx *db.Tx, field, ref string) Party {
	kind, name, ok := strings.Cut(ref, ":")
	name = strings.TrimSpace(name)
	if !ok || name == "" || !slices.Contains(Kinds(), Kind(kind)) {
		f.Say(field, "dependency.party_malformed", "Write a party as release:KEY, service:KEY, team:KEY or outside:NAME. %.60q is not one.", ref)
		return Party{}
	}
	p, err := partyOf(tx, Kind(kind), name)
	if errs.Is(err, errs.CodeNotFound) {
		f.Say(field, "dependency.party_unknown", "There is no %s %.100q, or you may not see it.", kind, name)
		return Party{}
	}
	f.Add(err)
	if p.Kind == Outside {
		f.Add(catalog.CheckText(field, p.Name, catalog.NameMax, true))
	}
	return p
}

func partyOf(tx *db.Tx, k Kind, ref string) (Party, error) {
	p := Party{Kind: k}
	switch k {
	case Release:
		r, err := plan.ReleaseByRef(tx, ref)
		p.ID, p.Key, p.Name, p.Product, p.Start, p.End, p.State = string(r.ID), r.Key, r.Name, r.Product, r.Window.Start, r.Window.End, r.State
		return p, err
	case Service:
		s, err := catalog.ServiceByRef(tx, ref)
		p.ID, p.Key, p.Name, p.Product, p.Team = string(s.ID), s.Key, s.Name, s.Product, s.Team
		return p, err
	case Team:
		t, err := auth.TeamByRef(tx, ref)
		p.ID, p.Key, p.Name = string(t.ID), t.Key, t.Name
		return p, err
	}
	p.Name = strings.Join(strings.Fields(ref), " ")
	p.ID = strings.ToLower(p.Name)
	p.Key = p.ID
	has, err := outsideNamed(tx, p.ID)
	p.Name = cmp.Or(has, p.Name)
	return p, err
}

func (f *faults) person(tx *db.Tx, ref string) id.Person {
	if ref == "" {
		return ""
	}
	p, err := auth.PersonByRef(tx, ref)
	if errs.Is(err, errs.CodeNotFound) {
		f.Say("owner", "owner.unknown", "There is no person %.60q. Give a person's key.", ref)
		return ""
	}
	f.Add(err)
	return p.ID
}

// release sets the release that a dependency is for.
func (f *faults) release(tx *db.Tx, d *Dependency, ref string) {
	d.Release, d.ReleaseKey, d.ReleaseName, d.ReleaseProduct, d.ReleaseStart, d.ReleaseEnd = "", "", "", "", 0, 0
	if ref == "" {
		return
	}
	r, err := plan.ReleaseByRef(tx, ref)
	if errs.Is(err, errs.CodeNotFound) {
		f.Say("release", "release.unknown", "There is no release %.100q, or you may not see it.", ref)
		return
	}
	f.Add(err)
	d.Release, d.ReleaseKey, d.ReleaseName, d.ReleaseProduct, d.ReleaseStart, d.ReleaseEnd = r.ID, r.Key, r.Name, r.Product, r.Window.Start, r.Window.End
}

// check finds what is wrong with a dependency as it would be.
func (f *faults) check(d Dependency) {
	f.Add(id.CheckKey("key", d.Key))
	f.Add(catalog.CheckText("what", d.What, whatMax, true))
	f.Add(catalog.CheckText("text", d.Text, catalog.TextMax, false))
	f.Add(catalog.CheckText("note", d.Note, noteMax, false))
	if !slices.Contains(Types(), d.Type) {
		f.Say("type", "dependency.type_unknown", "A type is finish-start, start-start, finish-finish or calls, not %.30q.", string(d.Type))
	}
	if !slices.Contains(Statuses(), d.Status) {
		f.Say("status", "dependency.status_unknown", "A status is proposed, agreed, at-risk, delivered or withdrawn, not %.30q.", string(d.Status))
	}
	var o plan.Offset
	if o.UnmarshalText([]byte(d.Lag)) != nil {
		f.Say("lag", "offset.malformed", "A lag has the form 2d, 4h, -30m or 0.")
	}
	if y := d.Promised.Std().Year(); !d.Promised.IsZero() && (y < 2000 || y > 2199) {
		f.Say("promised", "instant.out_of_range", "The year is %d. Dates from 2000 to 2199 are kept.", y)
	}
	if d.Note == "" && (d.Status == AtRisk || d.Status == Withdrawn) {
		f.Say("note", "text.missing", "Say why it is %s, so that the other side knows.", d.Status.Words())
	}
	f.sides(d)
}

func (f *faults) sides(d Dependency) {
	if d.Giver.Kind == d.Taker.Kind && d.Giver.ID == d.Taker.ID && d.Giver.ID != "" {
		f.Say("taker", "dependency.same_party", "%s cannot wait for itself.", d.Giver.Name)
	}
	if d.Type == Calls && (d.Giver.Kind == Release || d.Taker.Kind == Release) {
		f.Say("type", "dependency.release_calls", "A release calls nobody. Choose finish-start, start-start or finish-finish.")
	}
	if d.Taker.Kind == Release && d.Release != "" && string(d.Release) != d.Taker.ID {
		f.Say("release", "dependency.release_differs", "What %s takes is for that release. Leave the release empty.", d.Taker.Name)
	}
	if d.Release != "" && d.Giver.Kind == Release && string(d.Release) == d.Giver.ID {
		f.Say("release", "dependency.release_differs", "%s gives it, so it cannot wait for it. Leave the release empty.", d.Giver.Name)
	}
}

// side lets pass whoever has the permission in one of the scopes.
func side(tx *db.Tx, permission string, scopes []auth.Scope) error {
	for _, s := range scopes {
		if ok, err := auth.Allowed(tx, permission, s); err != nil {
			return err
		} else if ok {
			return auth.Check(tx, permission, s)
		}
	}
	return auth.Check(tx, permission, scopes[0])
}

// May reports whether the caller could change a dependency, and could agree to it.
func May(tx *db.Tx, d Dependency) (plans, agrees bool, err error) {
	giver, all := d.scopes()
	for _, s := range all {
		ok, err := auth.Allowed(tx, "dependency.plan", s)
		if err != nil {
			return false, false, err
		}
		plans = plans || ok
	}
	for _, s := range giver {
		ok, err := auth.Allowed(tx, "dependency.agree", s)
		if err != nil {
			return false, false, err
		}
		agrees = agrees || ok
	}
	return plans, agrees, nil
}
