package plan

import (
	"context"

	"slipway/internal/errs"
	"slipway/internal/plan/item"
	"slipway/internal/plan/release"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Detail is a release with its parts, apart from its scope items, which have a list of their own.
type Detail struct {
	Release
	OwnerName       string         `json:"ownerName,omitempty"`
	Objectives      []string       `json:"objectives"`
	SuccessCriteria []string       `json:"successCriteria"`
	Manifest        []ManifestItem `json:"manifest"`
	Phases          []Phase        `json:"phases"`
	Milestones      []Milestone    `json:"milestones"`
	Deliverables    []Deliverable  `json:"deliverables"`
	Scope           ScopeCount     `json:"scope"`
	Ways            []Way          `json:"ways"`
}

// Get returns a release with its parts. It fails with errs.NotFound if the caller may not see it.
func (p *Plans) Get(ctx context.Context, ref string) (Detail, error) {
	return read(ctx, p, ref, p.detail)
}

func (p *Plans) detail(tx *db.Tx, r Release) (Detail, error) {
	out := Detail{Release: r}
	c, err := release.ContentOf(tx, r.ID)
	if err != nil {
		return out, err
	}
	out.Objectives, out.SuccessCriteria = release.List(c.Objectives), release.List(c.SuccessCriteria)
	if out.Manifest, err = release.Manifest(tx, r.ID); err != nil {
		return out, err
	}
	if out.Phases, err = Phases(tx, r.ID); err != nil {
		return out, err
	}
	if out.Milestones, err = Milestones(tx, r.ID); err != nil {
		return out, err
	}
	if out.Deliverables, err = item.Deliverables(tx, r.ID); err != nil {
		return out, err
	}
	if out.Scope, err = CountScope(tx, r.ID); err != nil {
		return out, err
	}
	if r.Owner != "" {
		who, err := auth.PersonByID(tx, r.Owner)
		if err != nil && !errs.Is(err, errs.CodeNotFound) {
			return out, err
		}
		out.OwnerName = who.Name
	}
	out.Ways, err = p.Ways(tx, r)
	return out, err
}

// Way is a transition that a person may ask for from where a release stands, and what speaks against it.
type Way struct {
	Verb    string   `json:"verb"` // plan, activate, verify, close, hold, resume, cancel, retarget
	To      State    `json:"to"`
	Allowed bool     `json:"allowed"` // to this caller, now
	Reason  bool     `json:"reason"`  // a reason must be given
	Reasons []Reason `json:"reasons,omitempty"`
}

// Ways returns the transitions that people may ask for from where the release stands, in the order of the table, each
// with what stands in its way for this caller.
func (p *Plans) Ways(tx *db.Tx, r Release) ([]Way, error) {
	out := []Way{}
	for _, t := range release.Transitions() {
		permission, ok := verbs[t.Verb]
		if !ok || t.From != r.State || !release.Leads(r.State, r.HeldFrom, t.To) {
			continue
		}
		w := Way{Verb: t.Verb, To: t.To, Reason: t.Reason}
		may, err := auth.Allowed(tx, permission, Scope(r))
		if err != nil {
			return nil, err
		}
		if w.Reasons, err = p.unready(tx, r, t.To); err != nil {
			return nil, err
		}
		if !may {
			w.Reasons = append([]Reason{{Code: "auth.permission_missing", Text: "Your roles do not carry " + permission + " here."}}, w.Reasons...)
		}
		w.Allowed = len(w.Reasons) == 0
		out = append(out, w)
	}
	return out, nil
}

// verbs are what people ask for, with the permission of each.
var verbs = map[string]string{
	"plan": "plan.advance", "activate": "plan.advance", "verify": "plan.advance", "close": "plan.advance",
	"hold": "plan.hold", "resume": "plan.hold", "cancel": "plan.cancel", "retarget": "plan.edit",
}

// List returns one page of the releases that the caller may see, by window.
func (p *Plans) List(ctx context.Context, f Filter) ([]Release, error) {
	return db.Reading(ctx, p.db, func(tx *db.Tx) ([]Release, error) { return Releases(tx, f) })
}

// Releases returns one page of the releases that the caller may see, by window. It costs two statements, and one more for
// each reference of the filter.
func Releases(tx *db.Tx, f Filter) ([]Release, error) {
	w, err := f.Where(tx)
	if err != nil {
		return nil, err
	}
	return release.All(tx, f, w, release.Limited(f.Limit))
}

// Between returns the releases that the caller may see and that pass the filter, by window, at most most of them and not
// page by page: what the calendar draws of a month. It costs as Releases does.
func Between(tx *db.Tx, f Filter, most int) ([]Release, error) {
	w, err := f.Where(tx)
	if err != nil {
		return nil, err
	}
	return release.All(tx, f, w, most)
}

// Count returns how many releases that the caller may see pass the filter, whatever its page.
func Count(tx *db.Tx, f Filter) (int64, error) {
	f.AfterID = ""
	w, err := f.Where(tx)
	if err != nil {
		return 0, err
	}
	return release.CountAll(tx, w)
}
