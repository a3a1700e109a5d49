package gateweb

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"slipway/internal/gate"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
)

// Verdict is the panel of the overview with the verdict, its reasons and the way to GO. Releases that went, or will not go, show none.
func (p *Pages) Verdict(tx *db.Tx, r plan.Release) (templ.Component, error) {
	switch r.State {
	case plan.Deployed, plan.Verified, plan.Closed, plan.Cancelled:
		return nil, nil
	}
	v, err := p.view(tx, r, showAll, "")
	if err != nil {
		return nil, err
	}
	return uiverdict.VerdictBox(v.verdict()), nil
}

// reasonsShown is how many reasons the verdict shows before it leads on.
const reasonsShown = 5

func (v *view) verdict() uiverdict.Verdict {
	d := v.Verdict
	out := uiverdict.Verdict{State: ui.Go, Word: "GO", When: "if the window opened now", Cause: "Every mandatory criterion is met",
		Foot: "Computed " + ui.Clock(v.Now, v.Zone) + " from " + ui.Plural(d.All.Total(), "criterion", "criteria") + "."}
	if d.Mandatory.Waived > 0 {
		out.Cause = "Every mandatory criterion is met or waived"
	}
	switch d.Word {
	case gate.NoGo:
		out.State, out.Word, out.Cause = ui.NoGo, "NO-GO", v.noGo(d.Reasons)
	case gate.Pending:
		out.State, out.Word, out.Cause = ui.Wait, "Not due", ui.Plural(d.Mandatory.Pending, "criterion is", "criteria are")+" awaited"
	}
	for i, r := range d.Reasons {
		if i == reasonsShown {
			out.Reasons = append(out.Reasons, uiverdict.Reason{State: ui.Skip, Title: ui.Plural(len(d.Reasons)-i, "more reason", "more reasons"), Link: "Readiness", Href: at(v.Release, tab)})
			break
		}
		out.Reasons = append(out.Reasons, v.reason(r))
	}
	for _, w := range d.Warnings {
		if len(out.Reasons) > reasonsShown+2 {
			break
		}
		x := v.reason(w)
		x.State = ui.Hold
		out.Reasons = append(out.Reasons, x)
	}
	out.Reasons = append(out.Reasons, v.waived()...)
	out.Steps = v.steps()
	if n := len(out.Steps); n > reasonsShown {
		out.Steps = out.Steps[:reasonsShown]
		out.WayNote = ui.Join(ui.Text("And "+strconv.Itoa(n-reasonsShown)+" more on "), ui.More("Readiness", at(v.Release, tab)))
	}
	return out
}

// noGo counts the criteria that stand against a release.
func (v *view) noGo(rs []gate.Reason) string {
	var keys []string
	for _, r := range rs {
		if r.State != gate.NotMet {
			continue
		}
		switch {
		case r.Criterion == "":
			return uiverdict.Told(r.Text, v.Now, v.Zone)
		case !slices.Contains(keys, r.Criterion):
			keys = append(keys, r.Criterion)
		}
	}
	return counted(len(keys), "mandatory criterion is", "mandatory criteria are") + " not met"
}

// counted writes a count at the beginning of a sentence, in words up to ten.
func counted(n int, one, many string) string {
	s := ui.Plural(n, one, many)
	words := []string{"No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"}
	if n >= len(words) {
		return s
	}
	return words[n] + strings.TrimPrefix(s, ui.Number(n))
}

func (v *view) reason(r gate.Reason) uiverdict.Reason {
	out := uiverdict.Reason{State: states[r.State].state, Title: uiverdict.Told(r.Text, v.Now, v.Zone), Code: r.Code}
	if c, ok := v.Criterion(r.Criterion); ok {
		out.Title, out.Text = c.Spec.Name, out.Title+" "
		out.Link, out.Href = "Open", opened(v.Release, c.Key, showAll)
	}
	return out
}

// waived says which waivers are in force.
func (v *view) waived() []uiverdict.Reason {
	var out []uiverdict.Reason
	for _, a := range v.Verdict.Answers {
		if a.State != gate.Waived {
			continue
		}
		for _, w := range v.Waivers[a.Criterion] {
			if w.ID == a.Waiver {
				out = append(out, uiverdict.Reason{State: ui.GoIf, Title: a.Title + " is waived", Text: "By " + v.people.Of(w.GrantedBy).Name + " until " + v.Mid(w.Until) + ". " + sentence(w.Measure) + " ",
					Link: "Open", Href: opened(v.Release, a.Criterion, showAll)})
			}
		}
	}
	return out
}

// ReadinessCard is the panel of the overview with the criteria by group.
func (p *Pages) ReadinessCard(tx *db.Tx, r plan.Release) (templ.Component, error) {
	v, err := p.view(tx, r, showAll, "")
	if err != nil {
		return nil, err
	}
	return readinessCard(v), nil
}

// Count is what stands beside the tab's name: how many criteria pass of how many.
func (p *Pages) Count(tx *db.Tx, r plan.Release) (string, error) {
	of, err := p.gate.Standings(tx, []plan.Release{r})
	l := Load(of[r.ID])
	if err != nil || l.Total() == 0 {
		return "", err
	}
	return strconv.Itoa(l.Met+l.Waived+l.AtRisk) + "/" + strconv.Itoa(l.Total()), nil
}
