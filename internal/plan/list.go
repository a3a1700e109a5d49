package plan

import (
	"context"

	"slipway/internal/catalog"
	"slipway/internal/errs"
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
	var out Detail
	err := p.db.Read(ctx, func(tx *db.Tx) error {
		r, err := ReleaseByRef(tx, ref)
		if err != nil {
			return err
		}
		out, err = p.detail(tx, r)
		return err
	})
	return out, err
}

func (p *Plans) detail(tx *db.Tx, r Release) (Detail, error) {
	out := Detail{Release: r}
	c, err := contentOf(tx, r.ID)
	if err != nil {
		return out, err
	}
	out.Objectives, out.SuccessCriteria = list(c.Objectives), list(c.SuccessCriteria)
	if out.Manifest, err = manifestOf(tx, r.ID); err != nil {
		return out, err
	}
	if out.Phases, err = Phases(tx, r.ID); err != nil {
		return out, err
	}
	if out.Milestones, err = Milestones(tx, r.ID); err != nil {
		return out, err
	}
	if out.Deliverables, err = Deliverables(tx, r.ID); err != nil {
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
	for _, t := range transitions {
		permission, ok := verbs[t.Verb]
		if !ok || t.From != r.State || !transition(r.State, r.HeldFrom, t.To) {
			continue
		}
		w := Way{Verb: t.Verb, To: t.To, Reason: t.Reason}
		may, err := auth.Allowed(tx, permission, Scope(r))
		if err != nil {
			return nil, err
		}
		if w.Reasons, err = p.Unready(tx, r, t.To); err != nil {
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
	var out []Release
	err := p.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = Releases(tx, f)
		return err
	})
	return out, err
}

// Releases returns one page of the releases that the caller may see, by window. It costs two statements, and one more for
// each reference of the filter.
func Releases(tx *db.Tx, f Filter) ([]Release, error) {
	w, err := f.where(tx)
	if err != nil {
		return nil, err
	}
	return releases(tx, f, w, limited(f.Limit))
}

// Between returns the releases that the caller may see and that pass the filter, by window, at most most of them and not
// page by page: what the calendar draws of a month. It costs as Releases does.
func Between(tx *db.Tx, f Filter, most int) ([]Release, error) {
	w, err := f.where(tx)
	if err != nil {
		return nil, err
	}
	return releases(tx, f, w, most)
}

// Count returns how many releases that the caller may see pass the filter, whatever its page.
func Count(tx *db.Tx, f Filter) (int64, error) {
	f.AfterID = ""
	w, err := f.where(tx)
	if err != nil {
		return 0, err
	}
	return countReleases(tx, w)
}

// where turns the filter into conditions. A product, person or environment that does not exist is a fault of the filter.
func (f Filter) where(tx *db.Tx) (db.Where, error) {
	var w db.Where
	all, scopes, err := auth.Scopes(tx, "plan.read")
	if err != nil {
		return w, err
	}
	auth.Seen(&w, "r.product", "product", all, scopes)
	var bad faults
	if f.Product != "" {
		p, err := catalog.ProductByRef(tx, f.Product)
		if errs.Is(err, errs.CodeNotFound) {
			bad.Say("product", "product.unknown", "There is no product %.60q, or you may not see it.", f.Product)
		}
		bad.At("product", beyond(err))
		w.And("r.product = ?", p.ID)
	}
	if f.Owner != "" {
		w.And("r.owner = ?", bad.person(tx, "owner", f.Owner))
	}
	if f.Environment != "" {
		ids, _ := bad.environments(tx, "environment", []string{f.Environment})
		if len(ids) == 1 {
			w.And("r.id IN (SELECT t.release FROM release_environment t WHERE t.environment = ?)", ids[0])
		}
	}
	states := make([]string, len(f.States))
	for i, s := range f.States {
		states[i] = string(s)
		if !s.Known() {
			bad.Say("state", "state.unknown", "%.40q is not a state of a release.", string(s))
		}
	}
	if len(states) > 0 {
		db.In(&w, "r.state", states)
	}
	if f.Ended != nil {
		w.And("r.ended = ?", *f.Ended)
	}
	bad.text("query", f.Query, 200, false)
	w.Words("r.search", f.Query)
	if !f.From.IsZero() {
		// A window lasts windowMax at most: the order of the list tells where the first that matters can stand.
		w.And("r.window_end > ? AND r.sort_at >= ?", int64(f.From), int64(f.From.Add(-windowMax)))
	}
	if !f.To.IsZero() {
		w.And("r.sort_at < ?", int64(f.To))
	}
	if f.AfterID != "" {
		op := ">"
		if f.Newest {
			op = "<"
		}
		w.And("(r.sort_at, r.id) "+op+" (?, ?)", f.AfterSort, f.AfterID)
	}
	return w, bad.err()
}

// beyond keeps a failure that is more than a reference to nothing.
func beyond(err error) error {
	if errs.Is(err, errs.CodeNotFound) {
		return nil
	}
	return err
}
