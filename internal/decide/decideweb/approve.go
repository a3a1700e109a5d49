package decideweb

import (
	"net/http"
	"slices"
	"strings"

	"slipway/internal/decide"
	"slipway/internal/decide/decideweb/view"
	"slipway/internal/errs"
	"slipway/internal/gate"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

// approveView is the page on which somebody approves.
type approveView struct {
	panel
	row      approvalRow
	owner    ui.Person
	verdict  gate.Verdict
	manifest []plan.ManifestItem
	since    *decide.Signature // the newest signature that counts as seen
	diffs    []decide.Difference
	own      *decide.Signature // the viewer's standing answer
	form     approveForm
	faults   ui.Errors
	declines bool // the form to decline is open
}

// approveForm is what is typed on the page.
type approveForm struct {
	Role    string `form:"role"`
	Content string `form:"content"`
	Comment string `form:"comment"`
	Until   string `form:"until"`
	Ground  string `form:"ground"`
	Wanted  string `form:"wanted"`
	Reason  string `form:"reason"`
	Person  string `form:"person"`
	Note    string `form:"note"`
}

func (p *Pages) approvePage(w http.ResponseWriter, r *http.Request) error {
	var q struct {
		Role    string `form:"role"`
		Decline string `form:"decline"`
	}
	if err := web.Query(r, &q); err != nil {
		return err
	}
	page, err := p.approving(r, approveForm{Role: q.Role}, nil, q.Decline != "")
	if err != nil {
		return err
	}
	return p.site.Render(w, r, page)
}

// approving draws the page with what was typed, and what was wrong with it.
func (p *Pages) approving(r *http.Request, form approveForm, fault error, declines bool) (web.Page, error) {
	var v *approveView
	err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		v, err = p.approveView(tx, r.PathValue("ref"), form.Role)
		return err
	})
	if err != nil {
		return web.Page{}, err
	}
	v.form, v.faults, v.declines = form, ui.ErrorsOf(fault), declines
	title := "Approve " + v.Release.Name
	return web.Page{Title: title, Nav: "releases", Live: []string{"release/" + string(v.Release.ID)}, Body: approveBody(v)}, nil
}

func (p *Pages) approveView(tx *db.Tx, ref, role string) (*approveView, error) {
	r, err := view.Readable(tx, ref)
	if err != nil {
		return nil, err
	}
	v := &approveView{panel: panel{Look: view.Of(tx)}}
	if v.Approvals, err = p.decisions.ApprovalsTx(tx, r); err != nil {
		return nil, err
	}
	if v.ask, err = auth.Allowed(tx, "approval.ask", plan.Scope(r)); err != nil {
		return nil, err
	}
	for _, s := range v.Roles {
		row := approvalRow{RoleState: s}
		if row.mine, err = p.decisions.Mine(tx, r, s.Role); err != nil {
			return nil, err
		}
		v.rows = append(v.rows, row)
		if err := learnSignatures(v.Look, tx, s, v.Differences); err != nil {
			return nil, err
		}
	}
	i := v.choose(role)
	if i < 0 && role != "" {
		return nil, errs.NotFound("approval.role_not_asked", "%s needs no approval of the role %.60q.", r.Name, role)
	}
	if i >= 0 {
		v.row = v.rows[i]
		if err := p.fillApprove(tx, v); err != nil {
			return nil, err
		}
	}
	if err := v.Who.Learn(tx, r.Owner); err != nil {
		return nil, err
	}
	v.owner = v.Who.Of(r.Owner)
	if v.manifest, err = plan.Manifest(tx, r.ID); err != nil {
		return nil, err
	}
	v.verdict, err = p.gate.VerdictTx(tx, r)
	return v, err
}

// choose returns the role that is asked for, or the viewer's first that has not signed; -1 without one.
func (v *approveView) choose(role string) int {
	if role != "" {
		return slices.IndexFunc(v.rows, func(r approvalRow) bool { return r.Role == role })
	}
	if i := slices.IndexFunc(v.rows, func(r approvalRow) bool { return r.mine && r.State != decide.Valid }); i >= 0 {
		return i
	}
	return slices.IndexFunc(v.rows, func(r approvalRow) bool { return r.mine })
}

func (p *Pages) fillApprove(tx *db.Tx, v *approveView) error {
	var err error
	if v.row.why, err = p.decisions.WhySign(tx, v.Release, v.row.Requirement); err != nil {
		return err
	}
	if s, ok := v.row.Of(v.Me); ok && s.State != decide.Withdrawn {
		v.own = &s
	}
	// What changed is told from the viewer's own signature; without one from the newest of the role.
	i := slices.IndexFunc(v.row.Signatures, func(s decide.Signature) bool {
		return s.Answer == decide.Signed && (s.Person == v.Me || s.Principal == v.Me)
	})
	if i < 0 {
		i = slices.IndexFunc(v.row.Signatures, func(s decide.Signature) bool { return s.Answer == decide.Signed })
	}
	if i < 0 {
		return nil
	}
	v.since = &v.row.Signatures[i]
	if v.diffs, err = p.decisions.SignatureDifferences(tx, v.Release, *v.since); err != nil {
		return err
	}
	return v.LearnDiffs(tx, v.diffs)
}

func (v *approveView) crumbs() []ui.Crumb {
	return []ui.Crumb{{Text: "Releases", Href: "/releases"}, {Text: v.Release.Name, Href: view.At(v.Release)}, {Text: "Approval"}}
}

// whose says for whom the page is: "your signature, as quality assurance".
func (v *approveView) whose() string {
	if v.row.mine {
		return "your signature, as " + v.row.Name
	}
	return "signature of " + v.row.Name
}

// due says until when the signature is wanted, and whether that is soon.
func (v *approveView) due() (string, bool) {
	at := v.Release.Window.Start
	if len(v.row.Asks) > 0 && !v.row.Asks[0].Due.IsZero() {
		at = v.row.Asks[0].Due
	}
	if at.IsZero() || !at.Std().After(v.Now) {
		return "", false
	}
	left := at.Std().Sub(v.Now)
	return "by " + v.Near(at) + ", " + ui.Duration(left), left.Hours() < 8
}

// facts are the four lines that must be known before anything else.
func (v *approveView) facts() []ui.Fact {
	r := v.Release
	items := make([]string, 0, 4)
	for i, m := range v.manifest {
		if i == 4 {
			items = append(items, ui.Plural(len(v.manifest)-4, "other service", "other services"))
			break
		}
		items = append(items, m.ServiceKey+" "+m.Version)
	}
	carries := ui.List(items...)
	if carries == "" {
		carries = "Nothing yet"
	}
	where := ui.List(r.EnvironmentKeys...)
	if where == "" {
		where = "No environment yet"
	}
	return []ui.Fact{{Key: "When", Value: v.Period(r.Window)}, {Key: "Where", Value: where}, {Key: "What", Value: carries}, {Key: "Owner", Body: ui.Who(v.owner)}}
}

// verdictLine says what the verdict rests on.
func (v *approveView) verdictLine() string {
	t := v.verdict.All
	s := ui.Plural(t.Total(), "criterion", "criteria")
	switch {
	case t.Total() == 0:
		s = "Nothing guards this release."
	case v.verdict.Word == gate.Go:
		s = "All mandatory criteria met, " + ui.Number(t.Waived) + " waived of " + s + "."
	default:
		var open []string
		if t.NotMet > 0 {
			open = append(open, ui.Number(t.NotMet)+" not met")
		}
		if t.Pending > 0 {
			open = append(open, ui.Number(t.Pending)+" pending")
		}
		s = ui.List(open...) + " of " + s + "."
	}
	return s + " Computed " + ui.Clock(v.Now, v.Zone) + "."
}

// unchanged are the covered sections that are as they were signed.
func (v *approveView) unchanged() string {
	var out []string
	for _, s := range v.row.Sections {
		if !slices.ContainsFunc(v.diffs, func(d decide.Difference) bool { return d.Section == s }) {
			out = append(out, s)
		}
	}
	return ui.List(out...)
}

// others are the other approvals in a line each.
func (v *approveView) others() []approvalRow {
	return slices.DeleteFunc(slices.Clone(v.rows), func(r approvalRow) bool { return r.Role == v.row.Role })
}

// authors names who changed what was signed.
func (v *approveView) authors() []string {
	var out []string
	for _, d := range v.diffs {
		for _, c := range d.By {
			s := d.Section + ": " + v.Who.Of(c.Person).Name + ", " + v.Near(c.At)
			if c.Reason != "" {
				s += ", “" + c.Reason + "”"
			}
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

func (v *approveView) diffParts() []uiverdict.DiffPart { return v.Look.Parts(v.diffs) }

// signed reports whether the viewer's own signature counts now.
func (v *approveView) signed() bool { return v.own != nil && v.own.State == decide.Valid }

// signs reports whether the form to sign is shown: there is no answer of the viewer's that could be withdrawn instead.
func (v *approveView) signs() bool {
	return v.own == nil || v.own.State != decide.Valid && v.own.State != decide.Declined
}

func (v *approveView) untilHint() string {
	return "In " + ui.ZoneName(v.Now, v.Zone) + ". Empty: it holds until what it covers changes."
}

var groundWords = []ui.Option{{Value: "evidence", Text: "I need more time or evidence"}, {Value: "time", Text: "The time is wrong"}, {Value: "content", Text: "The content is wrong"},
	{Value: "other", Text: "I should not sign this"}}

func (p *Pages) sign(w http.ResponseWriter, r *http.Request) error {
	var in approveForm
	err := p.site.Form(r, &in)
	var s decide.Signature
	if err == nil {
		x := decide.NewSignature{Content: in.Content, Comment: in.Comment}
		if in.Until != "" {
			t, fault := ui.ParseDateTime("until", in.Until, view.Zone(r))
			err = fault
			x.Until = db.At(t)
		}
		if err == nil {
			s, err = p.decisions.Sign(r.Context(), r.PathValue("ref"), in.Role, x)
		}
	}
	if err != nil {
		return p.approveAgain(w, r, in, err, false)
	}
	return p.site.Redirect(w, r, p.back(r, s.Role), web.Toast{Title: "Signed", Text: "You can withdraw it until the deployment starts.", State: ui.Go})
}

func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	var in approveForm
	err := p.site.Form(r, &in)
	if err == nil {
		_, err = p.decisions.Withdraw(r.Context(), r.PathValue("ref"), in.Role, in.Reason)
	}
	if err != nil {
		return p.approveAgain(w, r, in, err, false)
	}
	return p.site.Redirect(w, r, p.back(r, in.Role), web.Toast{Title: "Withdrawn", Text: "The approval does not count any more.", State: ui.Wait})
}

func (p *Pages) decline(w http.ResponseWriter, r *http.Request) error {
	var in approveForm
	err := p.site.Form(r, &in)
	if err == nil {
		_, err = p.decisions.Decline(r.Context(), r.PathValue("ref"), in.Role, decide.NewRefusal{Ground: in.Ground, Wanted: in.Wanted})
	}
	if err != nil {
		return p.approveAgain(w, r, in, err, true)
	}
	return p.site.Redirect(w, r, p.back(r, in.Role), web.Toast{Title: "Declined", Text: "What would make you sign stands as the next action.", State: ui.NoGo})
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	var in approveForm
	err := p.site.Form(r, &in)
	if err == nil {
		_, err = p.decisions.Ask(r.Context(), r.PathValue("ref"), in.Role, decide.NewAsk{Person: in.Person, Note: in.Note})
	}
	if err != nil {
		return p.approveAgain(w, r, in, err, false)
	}
	return p.site.Redirect(w, r, p.back(r, in.Role), web.Toast{Title: "Asked", Text: "The record says who was asked, when and by whom.", State: ui.Go})
}

func (p *Pages) approveAgain(w http.ResponseWriter, r *http.Request, in approveForm, err error, declines bool) error {
	switch errs.CodeOf(err) {
	case errs.CodeInternal, errs.CodeUnauthenticated, errs.CodeNotFound, errs.CodeUnavailable:
		return err
	}
	page, fault := p.approving(r, in, err, declines)
	if fault != nil {
		return fault
	}
	return p.site.Again(w, r, err, page)
}

// back is the page of a role, where everything that a form did can be seen.
func (p *Pages) back(r *http.Request, role string) string {
	return strings.TrimSuffix(view.ApproveURL(plan.Release{Key: r.PathValue("ref")}, role), "?")
}
