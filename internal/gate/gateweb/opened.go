package gateweb

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"slipway/internal/gate"
	"slipway/internal/plan"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
)

// asks says in a sentence what the criterion asks for.
func (v *view) asks(c gate.Criterion) string {
	s := c.Spec
	parts := []string{kindWords[s.Kind]}
	if e := s.Evidence; e != nil {
		if s.Kind == plan.KindJUnit {
			parts = append(parts, ui.Plural(max(1, e.MinTests), "test", "tests")+" at least", "failures up to "+ui.Number(e.MaxFailures), "errors up to "+ui.Number(e.MaxErrors))
			if e.MaxSkipped != nil {
				parts = append(parts, "skipped up to "+ui.Number(*e.MaxSkipped))
			}
		} else {
			parts = append(parts, s.Condition)
		}
		if len(e.Services) > 0 {
			parts = append(parts, "for each of "+ui.List(e.Services...))
		}
		if e.MaxAge != "" {
			parts = append(parts, "not older than "+ui.Duration(e.MaxAge.Duration()))
		}
		if e.Subject == "release" {
			parts = append(parts, "holds whatever the release carries")
		}
	}
	if who := cmp.Or(s.Role, ""); who != "" {
		_, name := v.owner(who)
		parts = append(parts, strconv.Itoa(max(1, s.Count))+" of "+name)
	}
	if s.Rehearsed != "" {
		parts = append(parts, "rehearsed within "+ui.Duration(s.Rehearsed.Duration()))
	}
	if due := c.Due(v.Release); !due.IsZero() {
		parts = append(parts, "due "+v.Mid(due))
	}
	return strings.Join(parts, ", ") + "."
}

func servicesOf(c gate.Criterion) []string {
	if c.Spec.Evidence == nil {
		return nil
	}
	return c.Spec.Evidence.Services
}

// proven is a piece of evidence as the opened row lists it.
func (v *view) proven(e gate.Evidence) uiverdict.Proven {
	p := uiverdict.Proven{State: ui.NoGo, Said: "Failed", Title: cmp.Or(e.Source, "Evidence"), Text: " " + content(e) + ", " + v.Mid(e.ReceivedAt)}
	if e.Passed {
		p.State, p.Said = ui.Go, "Passed"
	}
	notes := []string{}
	switch {
	case e.Stale:
		p.State, p.Said = ui.Skip, "Stale"
		notes = append(notes, "Of another content: "+cmp.Or(bound(e), "another manifest")+". It does not count.")
	case e.Counts:
		notes = append(notes, "This is what the verdict uses.")
	default:
		p.State, p.Said = ui.Skip, "Replaced"
		notes = append(notes, "Newer evidence replaced it.")
	}
	if e.Finding != "" && !e.Passed {
		notes = append(notes, sentence(e.Finding))
	}
	p.Note = strings.Join(notes, " ")
	return p
}

// bound names the version that evidence of a service was for.
func bound(e gate.Evidence) string {
	if e.Service == "" {
		return ""
	}
	return e.Service + " " + e.Version
}

// content says what evidence holds.
func content(e gate.Evidence) string {
	of := ""
	if e.Service != "" {
		of = "of " + bound(e) + ", "
	}
	if e.Kind != plan.KindJUnit {
		return of + "a fact"
	}
	return of + ui.Plural(e.Tests, "test", "tests") + ", " + ui.Plural(e.Failures, "failure", "failures") + ", " + ui.Plural(e.Errors, "error", "errors") + skipped(e.Skipped)
}

func (v *view) unanswered(c gate.Criterion) bool {
	return !slices.ContainsFunc(v.Answers, func(a gate.Confirmation) bool { return a.Criterion == c.Key })
}

func (v *view) answeredByMe(c gate.Criterion) bool {
	return slices.ContainsFunc(v.Answers, func(a gate.Confirmation) bool {
		return a.Criterion == c.Key && a.Answer != gate.Withdrawn && a.Person == v.Me
	})
}

// answered is a person's answer as the opened row lists it.
func (v *view) answered(a gate.Confirmation) uiverdict.Proven {
	p := uiverdict.Proven{Title: v.people.Of(a.Person).Name, Note: a.Note}
	switch {
	case a.Answer == gate.Withdrawn:
		p.State, p.Said, p.Text = ui.Skip, "Taken back", " took the answer back, "+v.Mid(a.At)
	case a.Manifest != v.Release.ManifestDigest:
		p.State, p.Said, p.Text = ui.Skip, "Stale", " answered for another manifest, "+v.Mid(a.At)
	case a.Answer == gate.Denied:
		p.State, p.Said, p.Text = ui.NoGo, "Not fulfilled", " says that it is not fulfilled, "+v.Mid(a.At)
	default:
		p.State, p.Said, p.Text = ui.Go, "Confirmed", " confirmed it, "+v.Mid(a.At)
	}
	return p
}

// waiver is a waiver as the opened row lists it.
func (v *view) waiver(w gate.Waiver) uiverdict.Proven {
	state := w.State(v.At)
	p := uiverdict.Proven{Title: "Waiver " + state, Text: " until " + v.Mid(w.Until) + ". " + sentence(w.Reason), Note: w.Measure}
	switch state {
	case gate.WaiverInForce:
		p.State, p.Said = ui.GoIf, "In force"
	case gate.WaiverOpen:
		p.State, p.Said = ui.Wait, "Asked for"
	default:
		p.State, p.Said = ui.Skip, state
		if w.EndReason != "" {
			p.Note = v.people.Of(w.EndedBy).Name + ": " + w.EndReason
		}
	}
	return p
}

// standing returns the waiver that is asked for or in force.
func (v *view) standing(criterion string) gate.Waiver {
	for _, w := range v.Waivers[criterion] {
		if s := w.State(v.At); s == gate.WaiverOpen || s == gate.WaiverInForce {
			return w
		}
	}
	return gate.Waiver{}
}

func (v *view) standingTitle(w gate.Waiver) string {
	if w.GrantedAt.IsZero() {
		return "A waiver is asked for"
	}
	return "Waived by " + v.people.Of(w.GrantedBy).Name
}

func (v *view) waiveNote() string {
	switch {
	case v.rights.Grant == "" && !v.FourEyes:
		return "In force as soon as you ask for it."
	case v.FourEyes:
		return "Granted by an approver who did not ask for it."
	}
	return "Granted by an approver."
}

func (v *view) waiveVerb() string {
	if v.rights.Grant == "" && !v.FourEyes {
		return "Waive it"
	}
	return "Ask for a waiver"
}

func (v *view) grantWhy(w gate.Waiver) string {
	if v.rights.Grant == "" && v.FourEyes && w.AskedBy == v.Me {
		return "you asked for it, and the policy is four eyes."
	}
	return v.rights.Grant
}

func (v *view) endWhy(w gate.Waiver) string {
	if w.GrantedAt.IsZero() && w.AskedBy == v.Me {
		return ""
	}
	return v.rights.Grant
}

func (v *view) endVerb(w gate.Waiver) string {
	if w.AskedBy == v.Me && v.rights.Grant != "" {
		return "Take it back"
	}
	return "Refuse"
}

// until is what the field Expires shows first: a day behind the end of the window.
func (v *view) until() string {
	if v.form.Form == "waive" {
		return v.form.Until
	}
	end := v.Release.Window.End.Std()
	if end.Before(v.Now) {
		end = v.Now
	}
	return ui.DateTimeValue(end.Add(24*time.Hour).Truncate(time.Hour), v.Zone)
}

// errorsOf returns the faults of one form of the opened row.
func (v *view) errorsOf(form string) ui.Errors {
	if v.form.Form != form {
		return ui.Errors{}
	}
	return v.faults
}

// steps are the way to GO, each with its owner and the criterion that it serves.
func (v *view) steps() []uiverdict.Step {
	out := make([]uiverdict.Step, len(v.Verdict.Steps))
	for i, s := range v.Verdict.Steps {
		step := uiverdict.Step{State: ui.Wait, Said: "To do", Text: s.Text}
		if len(s.Criteria) > 0 {
			step.Href = opened(v.Release, s.Criteria[0], showAll)
		}
		var notes []string
		for _, key := range s.Criteria {
			if c, ok := v.Criterion(key); ok {
				notes = append(notes, c.Spec.Name)
			}
		}
		if len(notes) > 2 {
			notes = append(notes[:2], ui.Number(len(notes)-2)+" more")
		}
		if !s.By.IsZero() {
			notes = append(notes, "by "+v.near(s.By))
		}
		if p, name := v.owner(s.Owner); p != nil {
			step.Owner = p
		} else if name != "" {
			notes = append(notes, name)
		}
		step.Note = strings.Join(notes, ", ")
		out[i] = step
	}
	return out
}

// sentence writes a text as one: a capital first, a full stop last.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return s
	}
	r := []rune(s)
	r[0] = unicode.ToUpper(r[0])
	if !strings.ContainsRune(".!?…", r[len(r)-1]) {
		r = append(r, '.')
	}
	return string(r)
}
