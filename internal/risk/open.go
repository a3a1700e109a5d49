package risk

import (
	"context"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// NewRisk is what a person states when a risk is opened.
type NewRisk struct {
	Release             string   `json:"release,omitempty" doc:"Key or identifier of the release; none for a risk of a product or of the portfolio"`
	Product             string   `json:"product,omitempty" doc:"Key or identifier of the product; the release's if a release is named"`
	Title               string   `json:"title" doc:"What may happen, in a line" example:"Vendor slips"`
	Text                string   `json:"text,omitempty" doc:"What it would mean"`
	Cause               string   `json:"cause,omitempty" doc:"What brings it about"`
	Trigger             string   `json:"trigger,omitempty" doc:"The early sign that it begins"`
	Category            string   `json:"category,omitempty" doc:"A word to group by" example:"technical"`
	Probability         int      `json:"probability" minimum:"1" maximum:"5" doc:"1 rare to 5 almost certain"`
	Impact              int      `json:"impact" minimum:"1" maximum:"5" doc:"1 minor to 5 severe"`
	Response            Response `json:"response,omitempty" enum:"reduce,accept,transfer,avoid" doc:"What is done about it"`
	Mitigation          string   `json:"mitigation,omitempty" doc:"The response in words; required with a response"`
	ResidualProbability int      `json:"residualProbability,omitempty" minimum:"0" maximum:"5" doc:"Once the response works; as it is now unless stated"`
	ResidualImpact      int      `json:"residualImpact,omitempty" minimum:"0" maximum:"5" doc:"Once the response works; as it is now unless stated"`
	Owner               string   `json:"owner,omitempty" doc:"Key or identifier of the person who watches it"`
	Review              string   `json:"review,omitempty" format:"date" doc:"The day it is looked at again"`
	Blocks              Blocks   `json:"blocks,omitempty" enum:"none,gate" doc:"What it holds up while it is open; none unless stated"`
}

// Open adds a risk to the register. It fails with errs.Invalid for faulty fields, among them a release or a product that
// the caller does not see, with errs.Forbidden without the right, and with errs.Blocked for a release that has ended.
func (r *Register) Open(ctx context.Context, in NewRisk) (Risk, error) {
	return db.Writing(ctx, r.db, func(tx *db.Tx) (Risk, error) { return add(tx, in) })
}

func add(tx *db.Tx, in NewRisk) (Risk, error) {
	var f faults
	n := Risk{ID: id.New[ID](), Title: in.Title, Text: in.Text, Cause: in.Cause, Trigger: in.Trigger, Category: in.Category, Probability: in.Probability,
		Impact: in.Impact, Blocks: in.Blocks, Review: in.Review, State: Open, StateAt: tx.Now, StateBy: behalf(tx), Rev: 1,
		OpenedAt: tx.Now, OpenedBy: actor(tx), ChangedAt: tx.Now, ChangedBy: actor(tx)}
	if n.Blocks == "" {
		n.Blocks = BlocksNothing
	}
	n.respond(in.Response, in.Mitigation, in.ResidualProbability, in.ResidualImpact)
	f.place(tx, &n, in.Release, in.Product)
	if f.Failure != nil {
		return n, f.Failure
	}
	// Where the place is at fault nobody knows what right is needed there: the faults are the answer.
	if err := auth.Check(tx, "risk.open", Scope(n)); err != nil && len(f.Fields) == 0 {
		return n, err
	}
	n.Owner = f.person(tx, "owner", in.Owner)
	f.check(n)
	if err := f.err(); err != nil {
		return n, err
	}
	if err := living(tx, n.Release); err != nil {
		return n, err
	}
	var err error
	if n.Number, err = nextNumber(tx); err != nil {
		return n, err
	}
	n.derive(Risk{}, tx.Now)
	if err := insert(tx, n); err != nil {
		return n, err
	}
	return n, record(tx, nil, n, RiskOpened, "")
}

// place sets the release and the product of a risk from references; both may be "".
func (f *faults) place(tx *db.Tx, n *Risk, release, product string) {
	n.Release, n.ReleaseKey, n.ReleaseName, n.Product, n.ProductKey, n.ProductName = "", "", "", "", "", ""
	if release != "" {
		rel, err := plan.ReleaseByRef(tx, release)
		if errs.Is(err, errs.CodeNotFound) {
			f.Say("release", "release.unknown", "There is no release %.100q, or you may not see it.", release)
			return
		}
		f.Add(err)
		n.Release, n.ReleaseKey, n.ReleaseName, n.Product, n.ProductKey, n.ProductName = rel.ID, rel.Key, rel.Name, rel.Product, rel.ProductKey, rel.ProductName
		if product != "" && product != string(rel.Product) && product != rel.ProductKey {
			f.Say("product", "risk.product_differs", "%s is a release of %s. Leave the product empty, or name that one.", rel.Name, rel.ProductName)
		}
		return
	}
	if product == "" {
		return
	}
	p, err := catalog.ProductByRef(tx, product)
	if errs.Is(err, errs.CodeNotFound) {
		f.Say("product", "product.unknown", "There is no product %.60q, or you may not see it.", product)
		return
	}
	f.Add(err)
	n.Product, n.ProductKey, n.ProductName = p.ID, p.Key, p.Name
}

// respond sets the response. Where nothing is said of what it leaves, it leaves the score as it is.
func (r *Risk) respond(how Response, text string, probability, impact int) {
	r.Response, r.Mitigation, r.ResidualProbability, r.ResidualImpact = how, text, probability, impact
	if how == NoResponse {
		return
	}
	if probability == 0 {
		r.ResidualProbability = r.Probability
	}
	if impact == 0 {
		r.ResidualImpact = r.Impact
	}
}
