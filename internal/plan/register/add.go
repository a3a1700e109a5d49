package register

import (
	"context"
	"slices"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/action"
	"slipway/internal/plan/fault"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Limits of texts beside those of the catalog, in bytes.
const (
	titleMax = 300
	proofMax = 4_000
	noteMax  = 2_000
	nameMax  = 200
)

// Spec is what a person states about a new action.
type Spec struct {
	Title      string  `json:"title" doc:"What is promised, in a line" example:"Rehearse the back-out of the ledger migration"`
	Text       string  `json:"text,omitempty" doc:"More about it"`
	Owner      string  `json:"owner,omitempty" doc:"Key or identifier of the person who does it; who adds it, unless stated"`
	Due        db.Time `json:"due,omitzero" doc:"When it is to be done"`
	Source     string  `json:"source,omitempty" enum:"itself,risk,meeting,review,audit,report,conflict,plan" doc:"Where it comes from; itself unless stated"`
	Ref        string  `json:"ref,omitempty" doc:"What exactly: the key of the risk, the name of the meeting or finding" example:"R-114"`
	URL        string  `json:"url,omitempty" doc:"Where that can be read"`
	Release    string  `json:"release,omitempty" doc:"Key or identifier of the release that it belongs to"`
	Product    string  `json:"product,omitempty" doc:"Key or identifier of the product; the release's or the source's unless stated"`
	ClosesWith string  `json:"closesWith,omitempty" doc:"What will show that it is done" example:"the rehearsal passes"`
	Verifier   string  `json:"verifier,omitempty" doc:"Key or identifier of the person who closes it; with proof asked for everybody with the right but its owner may"`
	Proof      *bool   `json:"proof,omitempty" doc:"Whether somebody else than its owner closes it, upon proof; so unless stated where closesWith is given"`
}

// Add adds an action. It fails with errs.Invalid for faulty fields, errs.Forbidden without the right, and errs.Blocked for a release
// that has ended.
func (r *Register) Add(ctx context.Context, in Spec) (Action, error) {
	return db.Writing(ctx, r.db, func(tx *db.Tx) (Action, error) { return r.add(tx, in) })
}

func (r *Register) add(tx *db.Tx, in Spec) (Action, error) {
	var f fault.List
	a := Action{ID: id.New[action.ID](), Title: in.Title, Text: in.Text, Due: in.Due, ClosesWith: in.ClosesWith, ProofWanted: in.ClosesWith != "", State: action.Open, StateAt: tx.Now,
		StateBy: action.Actor(tx), Rev: 1, CreatedAt: tx.Now, CreatedBy: action.Actor(tx), ChangedAt: tx.Now, ChangedBy: action.Actor(tx)}
	if in.Proof != nil {
		a.ProofWanted = *in.Proof
	}
	rel, err := r.place(tx, &f, &a, in)
	if err != nil {
		return a, err
	}
	// Where the place is at fault nobody knows what right is needed there: the faults are the answer.
	if err := auth.Check(tx, "action.add", action.Scope(a)); err != nil && len(f.Fields) == 0 {
		return a, err
	}
	if rel.Ended() {
		return a, errs.Blocked("plan.ended", "%s is %s. Nothing of it changes any more.", rel.Name, rel.State.Words())
	}
	if a.Owner = f.Person(tx, "owner", in.Owner); in.Owner == "" {
		a.Owner = auth.Me(tx)
	}
	a.Verifier = f.Person(tx, "verifier", in.Verifier)
	f.URL("url", in.URL) // that of what was found is an address of Slipway itself
	check(&f, a)
	ahead(&f, tx, a)
	if err := f.Err(); err != nil {
		return a, err
	}
	if a, err = action.Insert(tx, a); err != nil {
		return a, err
	}
	action.Record(tx, action.Added, nil, a, "")
	return action.By(tx, string(a.ID))
}

// place finds where an action belongs and where it comes from.
func (r *Register) place(tx *db.Tx, f *fault.List, a *Action, in Spec) (rel plan.Release, err error) {
	a.Source = action.Source{Kind: in.Source, Ref: in.Ref, Name: in.Ref, URL: in.URL}
	if a.Source.Kind == "" {
		a.Source.Kind = action.Itself
	}
	if !fault.OneOf(a.Source.Kind, action.Kinds()) {
		f.Say("source", "action.source_unknown", "An action comes from itself, a risk, meeting, review, audit, report, conflict or plan, not from %.30q.", in.Source)
	}
	if r.o.Source != nil && in.Ref != "" {
		found, err := r.o.Source(tx, a.Source.Kind, in.Ref)
		switch {
		case errs.Is(err, errs.CodeNotFound):
			f.Say("ref", "action.source_missing", "There is no %s %.60q, or you may not see it.", a.Source.Kind, in.Ref)
		case err != nil:
			return rel, err
		case found.Kind != "":
			if a.Source = found.Source; in.URL != "" {
				a.Source.URL = in.URL
			}
			a.Product, a.Release = found.Product, found.Release
		}
	}
	if in.Product != "" {
		p, err := catalog.ProductByRef(tx, in.Product)
		if errs.Is(err, errs.CodeNotFound) {
			f.Say("product", "product.unknown", "There is no product %.60q, or you may not see it.", in.Product)
		} else if err != nil {
			return rel, err
		}
		a.Product = p.ID
	}
	ref := in.Release
	if ref == "" {
		ref = string(a.Release)
	}
	if ref == "" {
		return rel, nil
	}
	rel, err = plan.ReleaseByRef(tx, ref)
	switch {
	case errs.Is(err, errs.CodeNotFound):
		f.Say("release", "release.unknown", "There is no release %.100q, or you may not see it.", in.Release)
		return plan.Release{}, nil
	case err != nil:
		return rel, err
	case in.Product != "" && a.Product != rel.Product:
		f.Say("product", "release.product_differs", "The release %s belongs to %s.", rel.Key, rel.ProductKey)
	}
	a.Release, a.ReleaseKey, a.ReleaseName, a.Product = rel.ID, rel.Key, rel.Name, rel.Product
	return rel, nil
}

// check judges what an action says by itself.
func check(f *fault.List, a Action) {
	f.Text("title", a.Title, titleMax, true)
	f.Text("text", a.Text, catalog.TextMax, false)
	f.Text("closesWith", a.ClosesWith, noteMax, false)
	f.Text("ref", a.Source.Ref, titleMax, false)
	f.Instant("due", a.Due)
	if a.Owner == "" && !slices.ContainsFunc(f.Fields, func(x errs.Field) bool { return x.Name == "owner" }) {
		f.Say("owner", "action.owner_missing", "An action has an owner. Name a person.")
	}
	if a.Verifier != "" && a.Verifier == a.Owner && a.ProofWanted {
		f.Say("verifier", "action.own_proof", "Somebody else than its owner closes an action upon proof.")
	}
}

// ahead refuses a due date that has passed.
func ahead(f *fault.List, tx *db.Tx, a Action) {
	if !a.Due.IsZero() && !a.Due.After(tx.Now) {
		f.Say("due", "action.due_past", "An action is due in the future.")
	}
}
