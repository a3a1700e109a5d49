package risk

import (
	"slices"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Limits of texts in bytes, beside those of the catalog.
const (
	titleMax    = 200
	categoryMax = 60
	reasonMax   = 2_000
)

// faultsShown bounds how many faults a refusal names.
const faultsShown = 20

// faults gathers what is wrong with an input.
type faults struct{ errs.Faults }

func (f *faults) err() error {
	return f.Err("Not saved. Some fields need your attention.", faultsShown)
}

func (f *faults) text(field, s string, limit int, required bool) {
	f.Add(catalog.CheckText(field, s, limit, required))
}

func (f *faults) level(field string, n int) {
	if n < 1 || n > 5 {
		f.Say(field, "risk.out_of_range", "Give 1 to 5, where 5 is the worst.")
	}
}

func (f *faults) date(field, s string) {
	if s == "" {
		return
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		f.Say(field, "form.date", "Give a date, for example 2026-11-26.")
	}
}

// person looks somebody up for a field; "" is nobody.
func (f *faults) person(tx *db.Tx, field, ref string) id.Person {
	if ref == "" {
		return ""
	}
	p, err := auth.PersonByRef(tx, ref)
	if errs.Is(err, errs.CodeNotFound) {
		f.Say(field, "person.unknown", "There is no person %.60q. Give a person's key.", ref)
		return ""
	}
	f.Add(err)
	return p.ID
}

// check finds what is wrong with a risk as it would be.
func (f *faults) check(r Risk) {
	f.text("title", r.Title, titleMax, true)
	f.text("text", r.Text, catalog.TextMax, false)
	f.text("cause", r.Cause, catalog.TextMax, false)
	f.text("trigger", r.Trigger, catalog.TextMax, false)
	f.text("category", r.Category, categoryMax, false)
	f.level("probability", r.Probability)
	f.level("impact", r.Impact)
	f.date("review", r.Review)
	if r.Blocks != BlocksNothing && r.Blocks != BlocksGate {
		f.Say("blocks", "risk.blocks_unknown", "A risk blocks none or gate.")
	}
	if r.Blocks == BlocksGate && r.Release == "" {
		f.Say("blocks", "risk.no_gate", "A risk of no release has no gate to block. Name the release, or choose none.")
	}
	if r.Response == NoResponse {
		return
	}
	if !slices.Contains(Responses(), r.Response) {
		f.Say("response", "risk.response_unknown", "A response is reduce, accept, transfer or avoid.")
	}
	f.text("mitigation", r.Mitigation, catalog.TextMax, true)
	f.level("residualProbability", r.ResidualProbability)
	f.level("residualImpact", r.ResidualImpact)
	if was := r.Probability * r.Impact; r.ResidualProbability*r.ResidualImpact > was {
		f.Say("residualImpact", "risk.residual_higher", "A response does not make it worse: the score is %d now.", was)
	}
}
