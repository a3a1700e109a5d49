package frame

import (
	"context"
	"net/http"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// act is a transition as the pages offer it.
type act struct {
	verb   string
	icon   string
	title  string // in the menu
	label  string // of the button that does it
	text   string // the consequence
	told   string // what else is to be known
	kind   string // of the button in the dialog
	reason bool   // one must be given
	why    string // it is not available, as a sentence
}

var acts = map[string]act{
	"plan": {icon: "check", title: "Plan", label: "Plan it", kind: "primary",
		text: "The draft becomes planned: window, manifest, owner and environments are promised. All of it can still be changed, on the record."},
	"activate": {icon: "play", title: "Activate", label: "Activate it", kind: "primary",
		text: "Work begins. From now on its gates are judged, and its verdict counts for every pipeline that asks."},
	"hold": {icon: "pause", title: "Put on hold", label: "Put on hold", kind: "primary",
		text: "Nothing of it is deployed until somebody resumes it: its verdict is NO-GO with the reason you give.", told: "Approvals, evidence and tasks stay as they are."},
	"resume": {icon: "play", title: "Resume", label: "Resume it", kind: "primary",
		text: "It returns to where it was held. What was signed then is valid as far as nothing it covers has changed."},
	"cancel": {icon: "ban", title: "Cancel", label: "Cancel the release", kind: "danger solid",
		text: "It ends here and cannot be taken up again. An open poll is closed.", told: "Tasks, evidence, approvals and the record are kept."},
	"verify": {icon: "circle-check-big", title: "Mark as verified", label: "Mark as verified", kind: "primary",
		text: "You say that what was deployed works. Say below what you looked at, where the run did not prove it."},
	"close": {icon: "circle-check-big", title: "Close", label: "Close the release", kind: "primary",
		text: "It ends here: nothing of it changes any more. Its record stays and can be exported."},
	"retarget": {icon: "repeat", title: "Retarget", label: "Retarget it",
		text: "It was rolled back. With another manifest or another window it becomes active again."},
}

// verbPermissions are the permissions of the routes, as the service checks them.
var verbPermissions = map[string]string{
	"plan": "plan.advance", "activate": "plan.advance", "verify": "plan.advance", "close": "plan.advance",
	"hold": "plan.hold", "resume": "plan.hold", "cancel": "plan.cancel",
}

func actOf(w plan.Way) act {
	a := acts[w.Verb]
	a.verb, a.reason = w.Verb, w.Reason
	if w.Verb == "resume" {
		a.text = strings.Replace(a.text, "to where it was held", "to "+w.To.Words(), 1)
	}
	if !w.Allowed {
		why := make([]string, 0, len(w.Reasons))
		for _, x := range w.Reasons {
			s := x.Text
			if x.Next != "" {
				s += " " + x.Next
			}
			why = append(why, s)
		}
		a.why = strings.Join(why, " ")
	}
	return a
}

// dialog reports whether the act is done in a dialog of the header; a retarget has a page of its own.
func (a act) dialog() bool { return a.why == "" && a.verb != "retarget" }

func (a act) button(f around) ui.Button {
	b := ui.Button{Text: a.label, ID: "act-" + a.verb, Size: "sm", Href: a.action(f.release), Why: a.why}
	if a.dialog() && !f.asked {
		b.Dialog = "do-" + a.verb
	}
	if a.kind == "danger solid" {
		b.Kind = "danger"
	}
	return b
}

func (a act) action(r plan.Release) string {
	if a.verb == "retarget" {
		return URL(r, "retarget")
	}
	return URL(r, "do", a.verb)
}

func (a act) question(r plan.Release) string {
	switch a.verb {
	case "hold":
		return "Put " + r.Name + " on hold?"
	case "verify":
		return "Mark " + r.Name + " as verified?"
	}
	return a.title + " " + r.Name + "?"
}

// asks reports whether the transition takes a reason.
func (a act) asks() bool { return a.reason || a.verb == "verify" || a.verb == "close" }

func (a act) reasonLabel() string {
	if a.reason {
		return "Reason, as it will stand in the record"
	}
	return "Note for the record, if any"
}

// MountVerbs adds the transitions to the site.
func (p *Frame) MountVerbs() {
	p.Site.Handle("GET /releases/{ref}/do", "plan.read", p.askActions)
	p.Site.Handle("GET /releases/{ref}/do/{verb}", "plan.read", p.askVerb)
	for _, verb := range []string{"plan", "activate", "hold", "resume", "cancel", "verify", "close"} {
		p.Site.Handle("POST /releases/{ref}/do/"+verb, verbPermissions[verb], func(w http.ResponseWriter, r *http.Request) error {
			return p.doVerb(w, r, verb)
		})
	}
}

func (p *Frame) askActions(w http.ResponseWriter, r *http.Request) error {
	ref := r.PathValue("ref")
	f := around{Look: p.Look(r), asked: true}
	err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if f.release, err = plan.ReleaseByRef(tx, ref); err != nil {
			return err
		}
		return p.fillFrame(tx, &f, "")
	})
	if err != nil {
		return err
	}
	return p.ReleasePage(w, r, ref, actions, web.Page{Title: "Actions", Body: actsPage(f)})
}

// wayOf returns the act of a verb from where the release stands.
func (p *Frame) wayOf(ctx context.Context, ref, verb string) (plan.Release, act, error) {
	var out act
	var rel plan.Release
	err := p.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if rel, err = plan.ReleaseByRef(tx, ref); err != nil {
			return err
		}
		ways, err := p.Plans.Ways(tx, rel)
		for _, w := range ways {
			if w.Verb == verb {
				out = actOf(w)
			}
		}
		return err
	})
	if err == nil && out.verb == "" {
		out = acts[verb]
		if out.title == "" {
			return rel, out, errs.NotFound("page.not_found", "There is no such action on a release.")
		}
		out.verb, out.why = verb, "the release is "+rel.State.Words()+"."
	}
	return rel, out, err
}

func (p *Frame) askVerb(w http.ResponseWriter, r *http.Request) error {
	ref := r.PathValue("ref")
	rel, a, err := p.wayOf(r.Context(), ref, r.PathValue("verb"))
	if err != nil {
		return err
	}
	return p.ReleasePage(w, r, ref, actions, web.Page{Title: a.title, Body: actPage(rel, a, ui.Errors{}, nil, "")})
}

func (p *Frame) doVerb(w http.ResponseWriter, r *http.Request, verb string) error {
	ref := r.PathValue("ref")
	var in struct {
		Reason string `form:"reason"`
	}
	err := p.Site.Form(r, &in)
	var rel plan.Release
	if err == nil {
		rel, err = p.verb(r.Context(), ref, verb, in.Reason)
	}
	if err == nil {
		_, word := StateOf(rel)
		return p.Site.Redirect(w, r, URL(rel), web.Toast{Title: rel.Name + ": " + strings.ToLower(word), State: ui.Go})
	}
	rel, a, fault := p.wayOf(r.Context(), ref, verb)
	if fault != nil {
		return fault
	}
	e := errs.As(err)
	var faults []string
	for _, f := range e.Fields {
		if f.Name == "" {
			faults = append(faults, f.Msg)
		}
	}
	shown := ui.ErrorsOf(err)
	if len(faults) > 0 {
		shown.Msg = e.Msg
	}
	return p.ReleaseAgain(w, r, err, ref, actions, web.Page{Title: a.title, Body: actPage(rel, a, shown, faults, in.Reason)})
}

func (p *Frame) verb(ctx context.Context, ref, verb, reason string) (plan.Release, error) {
	switch verb {
	case "plan":
		return p.Plans.Plan(ctx, ref)
	case "activate":
		return p.Plans.Activate(ctx, ref)
	case "hold":
		return p.Plans.Hold(ctx, ref, reason)
	case "resume":
		return p.Plans.Resume(ctx, ref)
	case "cancel":
		return p.Plans.Cancel(ctx, ref, reason)
	case "verify":
		return p.Plans.Verify(ctx, ref, reason)
	}
	return p.Plans.Close(ctx, ref, reason)
}
