package decideweb

import (
	"slices"

	"github.com/a-h/templ"

	"slipway/internal/decide"
	"slipway/internal/decide/decideweb/view"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
)

// panel is the card of approvals.
type panel struct {
	view.Look
	decide.Approvals
	rows []approvalRow
	ask  bool // the viewer may ask
}

type approvalRow struct {
	decide.RoleState
	mine bool
	why  string // the viewer cannot sign, though the role is theirs
}

// ApprovalsPanel draws the card of the approvals of a release: each role, who signed when and what it covers; of a void one
// what changed since, and by whom. It costs about ten statements, and more for each role of the viewer.
func (p *Pages) ApprovalsPanel(tx *db.Tx, r plan.Release) (templ.Component, error) {
	v := panel{Look: view.Of(tx)}
	var err error
	if v.Approvals, err = p.decisions.ApprovalsTx(tx, r); err != nil {
		return nil, err
	}
	if v.ask, err = auth.Allowed(tx, "approval.ask", plan.Scope(r)); err != nil {
		return nil, err
	}
	slices.SortStableFunc(v.Roles, func(a, b decide.RoleState) int { return rank(a.State) - rank(b.State) })
	for _, s := range v.Roles {
		row := approvalRow{RoleState: s}
		if row.mine, err = p.decisions.Mine(tx, r, s.Role); err != nil {
			return nil, err
		}
		if row.mine && s.State != decide.Valid {
			if row.why, err = p.decisions.WhySign(tx, r, s.Requirement); err != nil {
				return nil, err
			}
		}
		v.rows = append(v.rows, row)
		if err := learnSignatures(v.Look, tx, s, v.Differences); err != nil {
			return nil, err
		}
	}
	return approvalsCard(v), nil
}

// rank puts what was void before what stands and what is awaited.
func rank(s decide.State) int {
	if s == decide.Void || s == decide.Declined {
		return 0
	}
	return 1
}

func learnSignatures(l view.Look, tx *db.Tx, s decide.RoleState, diffs map[string][]decide.Difference) error {
	var ids []id.Person
	for _, x := range s.Signatures {
		ids = append(ids, x.Person, x.Principal, x.WithdrawnBy)
		if err := l.LearnDiffs(tx, diffs[x.ID]); err != nil {
			return err
		}
	}
	for _, a := range s.Asks {
		ids = append(ids, a.Person, a.By)
	}
	return l.Who.Learn(tx, ids...)
}

func (v panel) note() string {
	if len(v.rows) == 0 {
		return ""
	}
	n := 0
	for _, r := range v.rows {
		if r.State == decide.Valid {
			n++
		}
	}
	return ui.Number(n) + " of " + ui.Number(len(v.rows)) + " valid"
}

// void draws a void signature; false if the row is none.
func (v panel) void(r approvalRow) (uiverdict.Void, bool) {
	i := slices.IndexFunc(r.Signatures, func(s decide.Signature) bool { return s.State == decide.Void })
	if r.State != decide.Void || i < 0 {
		return uiverdict.Void{}, false
	}
	s := r.Signatures[i]
	list := v.Differences[s.ID]
	out := uiverdict.Void{Role: r.Name, By: v.Who.Of(s.Person), Signed: v.Near(s.At), What: what(s.Changed), Covers: covers(r.Sections, s.Changed)}
	out.Parts = v.Parts(list)
	if n := len(out.Parts); n > partsShown {
		out.Parts, out.More = out.Parts[:partsShown], n-partsShown
	}
	if c, ok := view.Last(list); ok {
		out.Voided, out.Who, out.When = v.Near(c.At), v.Who.Of(c.Person), v.Near(c.At)
	}
	return out, true
}

// partsShown is how many differences stand in the card; the page of the signature has all.
const partsShown = 4

func what(changed []string) string {
	s := ui.List(changed...)
	return "The " + s + " changed"
}

// covers says which sections a signature covers, and which of them are as they were.
func covers(sections, changed []string) string {
	s := "Covers " + scopeWords(sections) + "."
	same := slices.DeleteFunc(slices.Clone(sections), func(x string) bool { return slices.Contains(changed, x) })
	switch {
	case len(same) == 0 && len(sections) > 1:
		return s + " All of it changed."
	case len(same) > 0 && len(changed) > 0:
		return s + " Unchanged: " + ui.List(same...) + "."
	}
	return s
}

func scopeWords(sections []string) string {
	if len(sections) == len(plan.SectionNames()) {
		return "everything"
	}
	return ui.List(sections...)
}

// signState returns the shape and the word of how an approval stands.
func signState(s decide.State) (ui.State, string) {
	switch s {
	case decide.Valid:
		return ui.Go, "Approved"
	case decide.Void:
		return ui.NoGo, "Voided"
	case decide.Declined:
		return ui.NoGo, "Declined"
	case decide.Expired:
		return ui.Hold, "Expired"
	case decide.Withdrawn:
		return ui.Wait, "Withdrawn"
	}
	return ui.Wait, "Waiting"
}

// said puts the newest answer of a role into words behind the name.
func (v panel) said(r approvalRow) string {
	s, ok := r.Newest()
	if !ok {
		if len(r.Asks) > 0 {
			a := r.Asks[0]
			if a.Person != "" {
				return v.Who.Of(a.Person).Name + " was asked " + v.Near(a.At)
			}
			return "asked " + v.Near(a.At)
		}
		return "nobody has signed yet"
	}
	t := " " + v.Near(s.At)
	if s.Principal != "" {
		t += " for " + v.Who.Of(s.Principal).Name
	}
	switch s.State {
	case decide.Declined:
		t = " declined" + t + ": “" + s.Comment + "”"
	case decide.Withdrawn:
		t = " withdrew " + v.Near(s.WithdrawnAt)
	case decide.Expired:
		t = " signed" + t + ", until " + v.Near(s.Until)
	default:
		if s.Comment != "" {
			t += ", “" + s.Comment + "”"
		}
		if !s.Until.IsZero() {
			t += ", until " + v.Near(s.Until)
		}
	}
	return t
}

func (v panel) count(r approvalRow) string {
	if r.Need < 2 {
		return ""
	}
	return ui.Number(r.Valid) + " of " + ui.Number(r.Need)
}

// button is what the viewer can do about a role; false for nothing.
func (v panel) button(r approvalRow) (ui.Button, bool) {
	b := ui.Button{Text: "Sign", ID: "sign-" + r.Role, Size: "sm", Href: view.ApproveURL(v.Release, r.Role)}
	switch {
	case r.mine && r.State == decide.Valid:
		b.Text, b.Kind, b.ID = "Your approval", "quiet", "own-"+r.Role
	case r.mine && r.State == decide.Void:
		b.Text = "Look and sign again"
		b.Why = view.Lower(r.why)
	case r.mine:
		b.Why = view.Lower(r.why)
	default:
		return b, false
	}
	return b, true
}

// remind reports whether the viewer may ask for the signature.
func (v panel) remind(r approvalRow) bool {
	if !v.ask || r.State == decide.Valid || v.Release.Ended() {
		return false
	}
	switch v.Release.State {
	case plan.Planned, plan.Active, plan.Approved, plan.Held:
		return true
	}
	return false
}
