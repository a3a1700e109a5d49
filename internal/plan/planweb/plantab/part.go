package plantab

import (
	"context"
	"net/http"
	"strings"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// fromWindow says a distance from the window in words: "2 d before the window".
func fromWindow(o plan.Offset) string {
	d := o.Duration()
	switch {
	case d == 0:
		return "when the window opens"
	case d < 0:
		return ui.Duration(-d) + " before the window"
	}
	return ui.Duration(d) + " after the window opens"
}

type passes func(ctx context.Context, ref, phase string, when db.Time) (plan.Phase, error)

func (p *tab) passPhase(pass passes, said string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var in struct {
			Phase string `form:"phase"`
		}
		if err := p.Site.Form(r, &in); err != nil {
			return err
		}
		ref := r.PathValue("ref")
		x, err := pass(r.Context(), ref, in.Phase, 0)
		if err != nil {
			return err
		}
		return p.Done(w, r, "/releases/"+ref+"/plan#phases", x.Name+" "+said)
	}
}

// partForm is a milestone or a deliverable.
type partForm struct {
	ID     string `form:"id"`
	Rev    int64  `form:"rev"`
	Name   string `form:"name"`
	Owner  string `form:"owner"`
	Offset string `form:"offset"` // of a milestone
	At     string `form:"at"`     // of a milestone
	URL    string `form:"url"`    // of a deliverable
	Reason string `form:"reason"`
}

var partFields = []string{"name", "owner", "offset", "at", "url", "reason"}

// part is what the two kinds differ in on the page.
type part struct {
	noun string // milestone
	path string // milestones
}

var (
	milestonePart   = part{"milestone", "milestones"}
	deliverablePart = part{"deliverable", "deliverables"}
)

// partPage is the form of a part of the plan; a new one has no identifier.
func (p *tab) partPage(r *http.Request, k part, f partForm, err error) (plan.Release, web.Page, error) {
	rel, why, hits, fault := p.Editable(r, "plan.edit", plan.SectionPlan)
	if fault != nil {
		return rel, web.Page{}, fault
	}
	var owners []ui.Option
	fault = p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		owners, err = reader.People(tx, "Nobody")
		return err
	})
	if fault != nil {
		return rel, web.Page{}, fault
	}
	e := frame.Shown(err, partFields...)
	v := frame.EditView{Title: "Add a " + k.noun, Action: frame.URL(rel, "plan", k.path), Hidden: map[string]string{"id": f.ID, "rev": frame.Rev(f.Rev)}, Errors: e,
		Fields: partBody(k, p.Look(r), f, owners, e), Submit: "Add " + k.noun, Back: frame.URL(rel, "plan") + "#" + k.path, Why: why, Hits: hits}
	if f.ID != "" {
		v.Title, v.Submit = "Edit "+k.noun, "Save"
		v.Remove = &frame.Removal{Action: v.Action + "/remove", Hidden: v.Hidden, Title: "Take it out of the plan", Text: "That is a change of the plan, on the record with before and after.", Label: "Remove " + k.noun, Why: why}
	}
	if now, ok := frame.Theirs[plan.Milestone](err); ok && f.ID != "" {
		v.Hidden["rev"] = frame.Rev(now.Rev)
		date := ""
		if now.Offset == "" {
			date = ui.DateTimeValue(now.PlannedAt.Std(), p.Look(r).Zone)
		}
		v.Theirs = frame.Differ(frame.Text("name", now.Name, f.Name), frame.Text("from window", string(now.Offset), f.Offset), frame.Text("date", date, f.At))
	}
	if now, ok := frame.Theirs[plan.Deliverable](err); ok && f.ID != "" {
		v.Hidden["rev"] = frame.Rev(now.Rev)
		v.Theirs = frame.Differ(frame.Text("name", now.Name, f.Name), frame.Text("address", now.URL, f.URL))
	}
	return rel, web.Page{Title: v.Title, Body: frame.EditPage(v)}, nil
}

// milestoneNow reads a milestone as the form shows it.
func (p *tab) milestoneNow(r *http.Request, ref string) (partForm, error) {
	all, err := p.Plans.MilestonesOf(r.Context(), r.PathValue("ref"))
	if err != nil || ref == "" {
		return partForm{}, err
	}
	for _, m := range all {
		if m.ID != ref && m.Key != ref {
			continue
		}
		f := partForm{ID: m.ID, Rev: m.Rev, Name: m.Name, Offset: string(m.Offset)}
		if m.Offset == "" {
			f.At = ui.DateTimeValue(m.PlannedAt.Std(), p.Look(r).Zone)
		}
		f.Owner, err = p.OwnerKey(r, m.Owner)
		return f, err
	}
	return partForm{}, auth.Unseen("milestone")
}

func (p *tab) askMilestone(w http.ResponseWriter, r *http.Request) error {
	f, err := p.milestoneNow(r, r.URL.Query().Get("id"))
	return p.askPart(w, r, milestonePart, f, err)
}

func (p *tab) askPart(w http.ResponseWriter, r *http.Request, k part, f partForm, err error) error {
	if err != nil {
		return err
	}
	rel, page, err := p.partPage(r, k, f, nil)
	if err != nil {
		return err
	}
	return p.ReleasePage(w, r, rel.Key, "plan", page)
}

// endPart answers the form of a part: with the plan if it was carried out, with the form again if not.
func (p *tab) endPart(w http.ResponseWriter, r *http.Request, k part, f partForm, said string, err error) error {
	ref := r.PathValue("ref")
	if err == nil {
		return p.Done(w, r, "/releases/"+ref+"/plan#"+k.path, said)
	}
	_, page, fault := p.partPage(r, k, f, err)
	if fault != nil {
		return fault
	}
	return p.ReleaseAgain(w, r, err, ref, "plan", page)
}

func (p *tab) setMilestone(w http.ResponseWriter, r *http.Request) error {
	var in partForm
	err := p.Site.Form(r, &in)
	ref := r.PathValue("ref")
	var f frame.Faults
	at := f.Instant("at", in.At, p.Look(r).Zone)
	offset := plan.Offset(strings.TrimSpace(in.Offset))
	f.Named(in.Name)
	if err == nil {
		err = f.Err()
	}
	if err == nil && in.ID == "" {
		_, err = p.Plans.AddMilestone(r.Context(), ref, plan.MilestoneSpec{Key: id.Keyed(in.Name), Name: in.Name, Owner: in.Owner, Offset: offset, At: at})
	} else if err == nil {
		e := plan.MilestoneEdit{Name: &in.Name, Owner: &in.Owner, Reason: in.Reason}
		if offset != "" {
			e.Offset = &offset
		}
		if offset == "" || at != 0 {
			e.At = &at
		}
		_, err = p.Plans.SetMilestone(r.Context(), ref, in.ID, in.Rev, e)
	}
	return p.endPart(w, r, milestonePart, in, in.Name+" is saved", frame.Placed(err, map[string]string{"key": "name"}))
}

func (p *tab) reachMilestone(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		ID  string `form:"id"`
		Rev int64  `form:"rev"`
		Do  string `form:"do"`
	}
	if err := p.Site.Form(r, &in); err != nil {
		return err
	}
	ref := r.PathValue("ref")
	m, err := p.Plans.SetMilestone(r.Context(), ref, in.ID, in.Rev, plan.MilestoneEdit{Reached: in.Do != "open", Open: in.Do == "open"})
	if err != nil {
		return err
	}
	said := m.Name + " is reached"
	if in.Do == "open" {
		said = m.Name + " is not reached after all"
	}
	return p.Done(w, r, "/releases/"+ref+"/plan#milestones", said)
}

func (p *tab) removeMilestone(w http.ResponseWriter, r *http.Request) error {
	var in partForm
	err := p.Site.Form(r, &in)
	if err == nil {
		err = p.Plans.RemoveMilestone(r.Context(), r.PathValue("ref"), in.ID, in.Rev, in.Reason)
	}
	f := in
	if err != nil {
		now, fault := p.milestoneNow(r, in.ID)
		if fault != nil {
			return fault
		}
		f = now
	}
	return p.endPart(w, r, milestonePart, f, "The milestone is out of the plan", err)
}

// deliverableNow reads a deliverable as the form shows it.
func (p *tab) deliverableNow(r *http.Request, ref string) (partForm, error) {
	all, err := p.Plans.DeliverablesOf(r.Context(), r.PathValue("ref"))
	if err != nil || ref == "" {
		return partForm{}, err
	}
	for _, d := range all {
		if d.ID == ref || d.Key == ref {
			f := partForm{ID: d.ID, Rev: d.Rev, Name: d.Name, URL: d.URL}
			f.Owner, err = p.OwnerKey(r, d.Owner)
			return f, err
		}
	}
	return partForm{}, auth.Unseen("deliverable")
}

func (p *tab) askDeliverable(w http.ResponseWriter, r *http.Request) error {
	f, err := p.deliverableNow(r, r.URL.Query().Get("id"))
	return p.askPart(w, r, deliverablePart, f, err)
}

func (p *tab) setDeliverable(w http.ResponseWriter, r *http.Request) error {
	var in partForm
	err := p.Site.Form(r, &in)
	ref := r.PathValue("ref")
	var f frame.Faults
	if f.Named(in.Name); err == nil {
		err = f.Err()
	}
	if err == nil && in.ID == "" {
		_, err = p.Plans.AddDeliverable(r.Context(), ref, plan.DeliverableSpec{Key: id.Keyed(in.Name), Name: in.Name, Owner: in.Owner, URL: in.URL})
	} else if err == nil {
		_, err = p.Plans.SetDeliverable(r.Context(), ref, in.ID, in.Rev, plan.DeliverableEdit{Name: &in.Name, Owner: &in.Owner, URL: &in.URL, Reason: in.Reason})
	}
	return p.endPart(w, r, deliverablePart, in, in.Name+" is saved", frame.Placed(err, map[string]string{"key": "name"}))
}

func (p *tab) passDeliverable(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		ID    string                `form:"id"`
		Rev   int64                 `form:"rev"`
		State plan.DeliverableState `form:"state"`
	}
	if err := p.Site.Form(r, &in); err != nil {
		return err
	}
	ref := r.PathValue("ref")
	d, err := p.Plans.SetDeliverable(r.Context(), ref, in.ID, in.Rev, plan.DeliverableEdit{State: &in.State})
	if err != nil {
		return err
	}
	return p.Done(w, r, "/releases/"+ref+"/plan#deliverables", d.Name+" is "+string(d.State))
}

func (p *tab) removeDeliverable(w http.ResponseWriter, r *http.Request) error {
	var in partForm
	err := p.Site.Form(r, &in)
	if err == nil {
		err = p.Plans.RemoveDeliverable(r.Context(), r.PathValue("ref"), in.ID, in.Rev, in.Reason)
	}
	f := in
	if err != nil {
		now, fault := p.deliverableNow(r, in.ID)
		if fault != nil {
			return fault
		}
		f = now
	}
	return p.endPart(w, r, deliverablePart, f, "The deliverable is out of the plan", err)
}
