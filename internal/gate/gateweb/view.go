package gateweb

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
)

// What of the criteria is shown.
const (
	showAll      = "all"
	showBlocking = "blocking"
	showMine     = "mine"
)

// view is the tab as one snapshot shows it.
type view struct {
	look
	gate.Readiness
	rights    rights
	owners    map[string]owner
	people    reader.Who
	show      string
	open      string // key of the opened criterion
	proofs    []gate.Evidence
	report    *gate.Report // of the newest piece that counts for the opened criterion
	approvals templ.Component
	form      input // what was typed into a form that was refused
	faults    ui.Errors
	limits    string // what a piece of evidence may have, in words
}

// input is what a person types into the forms of an opened row.
type input struct {
	Form    string `form:"-"` // which of the forms
	Answer  string `form:"answer"`
	Note    string `form:"note"`
	Reason  string `form:"reason"`
	Measure string `form:"measure"`
	Until   string `form:"until"`
	Owner   string `form:"owner"`
	Waiver  string `form:"waiver"`
}

// proofsShown is how many pieces of evidence an opened row lists.
const proofsShown = 6

// seen returns a release whose gate the viewer may read.
func seen(tx *db.Tx, ref string) (plan.Release, error) {
	r, err := plan.ReleaseByRef(tx, ref)
	if err != nil {
		return r, err
	}
	return r, auth.CheckSeen(tx, "gate.read", plan.Scope(r), "release")
}

func (p *Pages) view(tx *db.Tx, r plan.Release, show, open string) (*view, error) {
	rd, err := p.gate.ReadinessTx(tx, r)
	if err != nil {
		return nil, err
	}
	v := &view{look: lookOf(tx), Readiness: rd, show: show, open: open, limits: p.gate.EvidenceLimits()}
	if !slices.Contains([]string{showBlocking, showMine}, show) {
		v.show = showAll
	}
	if v.rights, err = rightsAt(tx, rd); err != nil {
		return nil, err
	}
	if _, ok := rd.Criterion(open); ok {
		if v.proofs, err = p.gate.EvidenceTx(tx, r, gate.EvidenceFilter{Criterion: open, Limit: proofsShown}); err != nil {
			return nil, err
		}
		for _, e := range v.proofs {
			if e.Counts && e.Kind == plan.KindJUnit && v.report == nil {
				if v.report, err = p.gate.ReportTx(tx, e); err != nil {
					return nil, err
				}
			}
		}
	} else {
		v.open = ""
	}
	return v, v.names(tx)
}

// names looks up everybody whom the tab names.
func (v *view) names(tx *db.Tx) error {
	var keys []string
	var ids []id.Person
	for _, c := range v.Criteria {
		keys = append(keys, c.Spec.Owner, c.Spec.Role)
	}
	for _, r := range v.Verdict.Reasons {
		keys = append(keys, r.Owner)
	}
	for _, s := range v.Verdict.Steps {
		keys = append(keys, s.Owner)
	}
	for _, a := range v.Answers {
		ids = append(ids, a.Person)
	}
	for _, ws := range v.Waivers {
		for _, w := range ws {
			ids = append(ids, w.AskedBy, w.GrantedBy, w.Owner, w.EndedBy)
		}
	}
	for _, e := range v.proofs {
		ids = append(ids, e.Person)
	}
	if v.Release.Owner != "" {
		ids = append(ids, v.Release.Owner)
	}
	var err error
	if v.owners, err = ownersOf(tx, keys...); err != nil {
		return err
	}
	v.people, err = reader.WhoIs(tx, "Slipway", ids...)
	return err
}

// owner returns who is named by a key: a person, or only the name of a role.
func (v *view) owner(key string) (person *ui.Person, name string) {
	o := v.owners[key]
	if o.Person != "" {
		return &ui.Person{ID: string(o.Person), Name: o.Name}, o.Name
	}
	return nil, cmp.Or(o.Name, key)
}

// blocking reports whether a criterion stands in the way.
func blocking(a gate.Answer) bool {
	return a.Mandatory && (a.State == gate.NotMet || a.State == gate.Awaited)
}

func (v *view) shown(c gate.Criterion) bool {
	switch v.show {
	case showBlocking:
		return blocking(v.Answer(c.Key)) || c.Key == v.open
	case showMine:
		return v.rights.Mine[c.Key] || c.Key == v.open
	}
	return true
}

func (v *view) counts() (blocks, mine int) {
	for _, c := range v.Criteria {
		if blocking(v.Answer(c.Key)) {
			blocks++
		}
		if v.rights.Mine[c.Key] {
			mine++
		}
	}
	return blocks, mine
}

func (v *view) filters() []ui.Tab {
	blocks, mine := v.counts()
	one := func(text, show string, n int) ui.Tab {
		return ui.Tab{Text: text, Count: strconv.Itoa(n), Href: opened(v.Release, v.open, show), Current: v.show == show}
	}
	return []ui.Tab{one("All", showAll, len(v.Criteria)), one("Blocking", showBlocking, blocks), one("Mine", showMine, mine)}
}

// group is the criteria that stand under one head.
type group struct {
	title    string
	note     string
	criteria []gate.Criterion
}

func (v *view) groups() []group {
	var out []group
	tallies := map[string][]gate.State{}
	title := func(c gate.Criterion) string { return cmp.Or(c.Spec.Group, "Gate to production") }
	for _, c := range v.Criteria {
		t := title(c)
		tallies[t] = append(tallies[t], v.Answer(c.Key).State)
		if !v.shown(c) {
			continue
		}
		i := slices.IndexFunc(out, func(g group) bool { return g.title == t })
		if i < 0 {
			out = append(out, group{title: t})
			i = len(out) - 1
		}
		out[i].criteria = append(out[i].criteria, c)
	}
	for i := range out {
		out[i].note = tally(tallies[out[i].title])
	}
	return out
}

// tally says how many criteria are in which state: "3 of 3 met", or "2 met, 1 waived, 1 not met".
func tally(list []gate.State) string {
	n := map[gate.State]int{}
	for _, s := range list {
		n[s]++
	}
	if n[gate.Met] == len(list) {
		return strconv.Itoa(len(list)) + " of " + strconv.Itoa(len(list)) + " met"
	}
	var parts []string
	for _, s := range []gate.State{gate.Met, gate.Waived, gate.AtRisk, gate.NotMet, gate.Awaited} {
		if n[s] > 0 {
			parts = append(parts, strconv.Itoa(n[s])+" "+strings.ToLower(states[s].word))
		}
	}
	return strings.Join(parts, ", ")
}

func (v *view) load() ui.Load {
	t := v.Verdict.All
	return ui.Load{Met: t.Met, Waived: t.Waived, AtRisk: t.AtRisk, NotMet: t.NotMet, Pending: t.Pending}
}

// cardLoad is the load line of the card, big where every criterion gets a segment of its own to be seen.
func (v *view) cardLoad() ui.Load {
	l := v.load()
	l.Big = l.Total() <= 30
	return l
}

func (v *view) computed() string { return "Computed " + ui.Clock(v.Now, v.Zone) + "." }

func (v *view) four() uiverdict.Four {
	f := uiverdict.Four{Load: v.load(), Computed: v.computed()}
	for i, a := range []*uiverdict.Answer{&f.Traceable, &f.Secure, &f.Tested, &f.Authorised} {
		if i >= len(v.Verdict.Questions) {
			break
		}
		q := v.Verdict.Questions[i]
		a.State = states[q.State].state
		switch {
		case q.Total == 0:
			a.Note = "no criterion asks"
		case q.Passing == q.Total:
			a.Note = strconv.Itoa(q.Passing) + " of " + strconv.Itoa(q.Total) + " met"
		default:
			a.Note = v.missing(string(q.Question), q.Total-q.Passing)
		}
	}
	return f
}

// missing names what is missing for a question: the criterion, or how many.
func (v *view) missing(question string, n int) string {
	if n > 1 {
		failed := slices.ContainsFunc(v.Criteria, func(c gate.Criterion) bool {
			return c.Spec.Question == question && v.Answer(c.Key).State == gate.NotMet
		})
		if !failed {
			return strconv.Itoa(n) + " criteria awaited"
		}
		return strconv.Itoa(n) + " criteria not met"
	}
	for _, c := range v.Criteria {
		if a := v.Answer(c.Key); c.Spec.Question == question && blocking(a) {
			if a.State == gate.Awaited {
				return "awaited: " + c.Spec.Name
			}
			return c.Spec.Name
		}
	}
	return "not met"
}

// second is the line under the name of a criterion: what was found, or what is wrong.
func (v *view) second(c gate.Criterion) string {
	a := v.Answer(c.Key)
	if len(a.Reasons) > 0 {
		return clip(uiverdict.Told(a.Reasons[0].Text, v.Now, v.Zone))
	}
	for _, e := range a.Evidence {
		if p, ok := v.Evidence[e]; ok && p.Kind == plan.KindJUnit {
			return ui.Number(p.Tests-p.Failures-p.Errors-p.Skipped) + " passed, " + ui.Number(p.Failures+p.Errors) + " failed" + skipped(p.Skipped)
		}
	}
	if c.Spec.Kind == plan.KindFact {
		return clip(strings.ReplaceAll(c.Spec.Condition, "fact.", ""))
	}
	return clip(c.Spec.Text)
}

func skipped(n int) string {
	if n == 0 {
		return ""
	}
	return ", " + ui.Number(n) + " skipped"
}

func clip(s string) string {
	if r := []rune(s); len(r) > 160 {
		return string(r[:159]) + "…"
	}
	return s
}

// next is the last column: what to do, or when the state ends.
func (v *view) next(c gate.Criterion) (text string, hot bool) {
	a := v.Answer(c.Key)
	switch {
	case a.State == gate.Waived:
		return "Waiver ends " + v.near(a.Until), false
	case a.State == gate.AtRisk:
		return "Lapses " + v.near(a.Until), true
	case len(a.Reasons) > 0 && a.State == gate.Awaited && !a.Reasons[0].Due.IsZero():
		return a.Reasons[0].Next + " Due " + v.near(a.Reasons[0].Due) + ".", false
	case len(a.Reasons) > 0:
		return a.Reasons[0].Next, true
	case !a.Until.IsZero():
		return "Holds until " + v.near(a.Until), false
	}
	return "", false
}

// proof is the link of the column Evidence.
type proof struct{ icon, text, href string }

func (v *view) proof(c gate.Criterion) proof {
	here := opened(v.Release, c.Key, v.show)
	a := v.Answer(c.Key)
	switch c.Spec.Kind {
	case plan.KindJUnit, plan.KindFact:
		for _, ids := range [][]string{a.Evidence, a.Stale} {
			for _, e := range ids {
				if p, ok := v.Evidence[e]; ok {
					return proof{"file-text", cmp.Or(p.Source, map[string]string{plan.KindJUnit: "test report", plan.KindFact: "fact"}[p.Kind]), here}
				}
			}
		}
		return proof{}
	case plan.KindConfirmation:
		for _, x := range v.Answers {
			if x.Criterion == c.Key && x.Answer != gate.Withdrawn {
				return proof{"file-check", "attestation", here}
			}
		}
		return proof{}
	case plan.KindApproval:
		return proof{"pen-line", "approvals", at(v.Release, "approve")}
	case plan.KindRisk:
		return proof{"shield-alert", "risks", at(v.Release, "risks")}
	case plan.KindBackout:
		return proof{"undo-2", "back-out", at(v.Release, "runbook")}
	case plan.KindWindow:
		return proof{"calendar-days", "calendar", "/calendar"}
	case plan.KindPoll:
		return proof{"vote", "go/no-go", at(v.Release, "go-no-go")}
	}
	return proof{}
}
