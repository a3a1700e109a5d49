package risk

import (
	"context"
	"slices"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Filter narrows the register. The order is by score, the worst first, then by number.
type Filter struct {
	Query       string   // words of key, title, text, cause, trigger and category
	Product     string   // key or identifier
	Release     string   // key or identifier
	Owner       string   // key or identifier
	States      []State  // open and accepted if none
	Response    Response //
	Category    string   //
	Probability int      // exactly; 0 any
	Impact      int      // exactly; 0 any
	MinScore    int      //
	Blocking    bool     // only open ones that block
	ReviewBy    string   // reviews due by this day
	Residual    bool     // order, score and levels are those that the response leaves
	AfterScore  int      // with AfterNumber the risk behind which the page starts
	AfterNumber int64    //
	Limit       int      // 1 to 201; 0 means 50
}

// Order returns what keyset paging needs of a risk in this order.
func (f Filter) Order(r Risk) (score int, number int64) {
	if f.Residual {
		return r.ResidualScore, r.Number
	}
	return r.Score, r.Number
}

// Levels returns probability and impact as the filter reads them.
func (f Filter) Levels(r Risk) (probability, impact int) {
	if f.Residual && r.Response != NoResponse {
		return r.ResidualProbability, r.ResidualImpact
	}
	return r.Probability, r.Impact
}

func (f Filter) limit() int {
	if f.Limit <= 0 {
		return 50
	}
	return min(f.Limit, 201)
}

// List returns one page of the risks that the caller may see.
func (r *Register) List(ctx context.Context, f Filter) ([]Risk, error) {
	return db.Reading(ctx, r.db, func(tx *db.Tx) ([]Risk, error) { return Risks(tx, f) })
}

// Risks is List inside the caller's snapshot. It costs one statement, and one more for each reference of the filter.
func Risks(tx *db.Tx, f Filter) ([]Risk, error) {
	w, err := f.where(tx)
	if err != nil {
		return nil, err
	}
	return list(tx, f, w)
}

// Stats are figures of a part of the register.
type Stats struct {
	Open, Accepted, Closed int64
	Blocking               int64 // open and block a gate
	Ten                    int64 // open or accepted, with a score of 10 or more
	Worst                  int64 // the highest score that is open or accepted; 0 without any
}

// StatsOf returns the figures of what passes the filter, whatever its states and its page.
func StatsOf(tx *db.Tx, f Filter) (Stats, error) {
	f.States, f.AfterNumber = States(), 0
	w, err := f.where(tx)
	if err != nil {
		return Stats{}, err
	}
	return stats(tx, w)
}

// Categories returns the categories in use that the caller may see, 100 at most.
func Categories(tx *db.Tx) ([]string, error) {
	var w db.Where
	all, scopes, err := auth.Scopes(tx, "risk.read")
	if err != nil {
		return nil, err
	}
	auth.Seen(&w, "r.product", "product", all, scopes)
	return categories(tx, w)
}

func (f Filter) where(tx *db.Tx) (db.Where, error) {
	var w db.Where
	var bad faults
	all, scopes, err := auth.Scopes(tx, "risk.read")
	if err != nil {
		return w, err
	}
	auth.Seen(&w, "r.product", "product", all, scopes)
	if f.Product != "" {
		p, err := catalog.ProductByRef(tx, f.Product)
		if errs.Is(err, errs.CodeNotFound) {
			bad.Say("product", "product.unknown", "There is no product %.60q, or you may not see it.", f.Product)
		} else {
			bad.Add(err)
		}
		w.And("r.product = ?", p.ID)
	}
	if f.Release != "" {
		rel, err := plan.ReleaseByRef(tx, f.Release)
		if errs.Is(err, errs.CodeNotFound) {
			bad.Say("release", "release.unknown", "There is no release %.100q, or you may not see it.", f.Release)
		} else {
			bad.Add(err)
		}
		w.And("r.release = ?", rel.ID)
	}
	if f.Owner != "" {
		w.And("r.owner = ?", bad.person(tx, "owner", f.Owner))
	}
	states := f.States
	if len(states) == 0 {
		states = []State{Open, Accepted}
	}
	for _, s := range states {
		if !slices.Contains(States(), s) {
			bad.Say("state", "state.unknown", "%.40q is not a state of a risk: open, accepted, closed.", string(s))
		}
	}
	if len(states) < len(States()) {
		db.In(&w, "r.state", states)
	}
	f.narrow(&w, &bad)
	return w, bad.err()
}

// narrow adds the conditions that need no reading.
func (f Filter) narrow(w *db.Where, bad *faults) {
	if f.Response != "" {
		if !slices.Contains(Responses(), f.Response) {
			bad.Say("response", "risk.response_unknown", "A response is reduce, accept, transfer or avoid.")
		}
		w.And("r.response = ?", string(f.Response))
	}
	if f.Category != "" {
		w.And("r.category = ?", f.Category)
	}
	score, probability, impact := "r.score", "r.probability", "r.impact"
	if f.Residual {
		score = "r.residual_score"
		probability = "CASE WHEN r.response = '' THEN r.probability ELSE r.residual_probability END"
		impact = "CASE WHEN r.response = '' THEN r.impact ELSE r.residual_impact END"
	}
	if f.Probability != 0 {
		bad.level("probability", f.Probability)
		w.And(probability+" = ?", f.Probability)
	}
	if f.Impact != 0 {
		bad.level("impact", f.Impact)
		w.And(impact+" = ?", f.Impact)
	}
	if f.MinScore > 0 {
		w.And(score+" >= ?", f.MinScore)
	}
	if f.Blocking {
		w.And("r.blocks_since IS NOT NULL")
	}
	if f.ReviewBy != "" {
		bad.date("review", f.ReviewBy)
		w.And("r.review <> '' AND r.review <= ?", f.ReviewBy)
	}
	bad.text("q", f.Query, 200, false)
	w.Words("r.search", f.Query)
	if f.AfterNumber != 0 {
		w.And("("+score+" < ? OR ("+score+" = ? AND r.number > ?))", f.AfterScore, f.AfterScore, f.AfterNumber)
	}
}
