package gateweb

import (
	"slipway/internal/errs"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// rights say what the viewer may not do at a gate, and why, as the end of a sentence; empty where they may.
type rights struct {
	Edit    string
	Ask     string // for waivers
	Grant   string // waivers, refuse and withdraw them
	Send    string // evidence
	Confirm map[string]string
	Mine    map[string]bool // criteria whose owner or role the viewer is
}

// rightsAt returns what the viewer may do at the gate of a release. It records no check of a permission.
func rightsAt(tx *db.Tx, rd gate.Readiness) (rights, error) {
	out := rights{Confirm: map[string]string{}, Mine: map[string]bool{}}
	scope := plan.Scope(rd.Release)
	ended := ""
	if rd.Release.Ended() {
		ended = "the release is " + rd.Release.State.Words() + "."
	}
	var err error
	why := func(permission, who string) string {
		may, e := auth.Allowed(tx, permission, scope)
		switch {
		case e != nil:
			err = e
		case !may:
			return who + " of " + rd.Release.ProductName + "."
		}
		return ended
	}
	out.Edit = why("gate.edit", "only a release manager")
	out.Grant = why("gate.waive", "only an approver")
	confirm := why("gate.confirm", "only those who work on releases")
	if out.Ask = confirm; out.Ask != "" && out.Grant == "" {
		out.Ask = ""
	}
	out.Send = why("evidence.add", "only those who work on releases, and pipelines,")
	if out.Edit == "" && (rd.Release.State == plan.Deploying || rd.Release.State == plan.Deployed || rd.Release.State == plan.Verified) {
		out.Edit = "the release is " + rd.Release.State.Words() + "."
	}
	if err != nil {
		return out, err
	}
	held := map[string]bool{}
	for _, c := range rd.Criteria {
		if c.Spec.Kind == plan.KindConfirmation {
			s, err := gate.MayConfirm(tx, rd.Release, c)
			if err != nil {
				return out, err
			}
			if out.Confirm[c.Key] = confirm; confirm == "" {
				out.Confirm[c.Key] = lower(s)
			}
		}
		if out.Mine[c.Key], err = mine(tx, rd.Release, c, held); err != nil {
			return out, err
		}
	}
	return out, nil
}

func lower(s string) string {
	if s != "" && s[0] >= 'A' && s[0] <= 'Z' && len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' {
		return string(s[0]-'A'+'a') + s[1:]
	}
	return s
}

// mine reports whether the viewer is the owner or holds the role of a criterion. held remembers what roles gave.
func mine(tx *db.Tx, r plan.Release, c gate.Criterion, held map[string]bool) (bool, error) {
	who, ok := auth.Viewer(tx.Context())
	if !ok {
		return false, nil
	}
	for _, x := range []string{c.Spec.Owner, c.Spec.Role} {
		if x == "" {
			continue
		}
		if x == who.Key {
			return true, nil
		}
		if _, known := held[x]; !known {
			var err error
			if held[x], err = auth.Holds(tx, who.Person, x, plan.Scope(r)); err != nil {
				return false, err
			}
		}
		if held[x] {
			return true, nil
		}
	}
	return false, nil
}

// owner is a role or a person as a verdict names it.
type owner struct {
	Key    string
	Name   string
	Person id.Person // empty for a role
}

// ownersOf looks up the names of the owners that a verdict's keys stand for; a key that is gone stands for itself.
func ownersOf(tx *db.Tx, keys ...string) (map[string]owner, error) {
	out := map[string]owner{}
	for _, k := range keys {
		if _, known := out[k]; known || k == "" {
			continue
		}
		r, err := auth.RoleByKey(tx, k)
		if err == nil {
			out[k] = owner{Key: k, Name: r.Name}
			continue
		}
		if !errs.Is(err, errs.CodeNotFound) {
			return nil, err
		}
		p, err := auth.PersonByRef(tx, k)
		switch {
		case errs.Is(err, errs.CodeNotFound):
			out[k] = owner{Key: k, Name: k}
		case err != nil:
			return nil, err
		default:
			out[k] = owner{Key: k, Name: p.Name, Person: p.ID}
		}
	}
	return out, nil
}
