package plan

import (
	"context"
	"slices"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Edit says what to change of a release; what is nil stays. Reason is recorded with the change.
type Edit struct {
	Name            *string     `json:"name,omitempty" doc:"Name as pages show it"`
	Title           *string     `json:"title,omitempty" doc:"What it brings, in a few words"`
	Version         *string     `json:"version,omitempty" doc:"Version of the release"`
	Owner           *string     `json:"owner,omitempty" doc:"Key or identifier of the person who answers for it"`
	Runbook         *string     `json:"runbook,omitempty" doc:"Key of the runbook"`
	Window          *Window     `json:"window,omitempty" doc:"When it is to be deployed"`
	Environments    *[]string   `json:"environments,omitempty" doc:"Keys of all environments it goes to, in the order of promotion"`
	Services        *[]ItemSpec `json:"services,omitempty" doc:"The whole manifest"`
	Carry           []ItemSpec  `json:"carry,omitempty" doc:"Items to add to the manifest, or to replace by service"`
	Drop            []string    `json:"drop,omitempty" doc:"Services to take out of the manifest"`
	Objectives      *[]string   `json:"objectives,omitempty" doc:"What it is to achieve"`
	SuccessCriteria *[]string   `json:"successCriteria,omitempty" doc:"How its success is judged afterwards"`
	Reason          string      `json:"reason,omitempty" doc:"Why, as the record will say"`
}

// Set changes a release. rev is the version that the caller read. A change of a section takes an approved release back to
// active. It fails with errs.Conflict, carrying the present row, if that version is gone, with errs.Blocked if the release
// stands where its content does not change any more, and with errs.Invalid for faulty fields.
func (p *Plans) Set(ctx context.Context, ref string, rev int64, in Edit) (Release, error) {
	var out Release
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		r, err := p.editable(tx, ref, rev, "plan.edit")
		if err != nil {
			return err
		}
		out, _, err = p.edit(tx, r, in)
		return err
	})
	return out, err
}

// editable reads a release for a change. rev 0 takes whatever version there is.
func (p *Plans) editable(tx *db.Tx, ref string, rev int64, permission string) (Release, error) {
	r, err := ReleaseByRef(tx, ref)
	if err != nil {
		return r, err
	}
	if err := auth.Check(tx, permission, Scope(r)); err != nil {
		return r, err
	}
	if rev != 0 && r.Rev != rev {
		return r, stale(r, r.Name, r.ChangedAt)
	}
	return r, nil
}

// edited is what an edit leads to before anything is written.
type edited struct {
	release Release
	content content
	items   []ManifestItem
	gone    []ManifestItem // to delete
	diffs   []difference
	head    map[string]any // what changed outside of sections
}

// edit changes a release that the caller may change and returns which sections that touched.
func (p *Plans) edit(tx *db.Tx, r Release, in Edit) (Release, []string, error) {
	e, err := p.weigh(tx, r, in)
	if err != nil || len(e.diffs) == 0 && len(e.head) == 0 {
		return e.release, nil, err
	}
	if err := open(r, e.diffs); err != nil {
		return r, nil, err
	}
	if err := stillReady(e.release, len(e.items)); err != nil {
		return r, nil, err
	}
	if err := e.write(tx, r); err != nil {
		return r, nil, err
	}
	payload := map[string]any{"changes": summary(e.diffs), "reason": in.Reason}
	for k, v := range e.head {
		payload[k] = v
	}
	entry(tx, r, ReleaseChanged, payload)
	out, err := p.changed(tx, e.release, e.diffs, in.Reason, true)
	return out, sections(e.diffs), err
}

// weigh checks an edit and compares it with what is.
func (p *Plans) weigh(tx *db.Tx, r Release, in Edit) (edited, error) {
	var f faults
	n := r
	for _, s := range []struct{ to, from *string }{{&n.Name, in.Name}, {&n.Title, in.Title}, {&n.Version, in.Version}, {&n.Runbook, in.Runbook}} {
		if s.from != nil {
			*s.to = *s.from
		}
	}
	f.head(n)
	f.text("reason", in.Reason, reasonMax, false)
	if in.Owner != nil {
		n.Owner = f.person(tx, "owner", *in.Owner)
	}
	if in.Window != nil {
		n.Window = *in.Window
		f.window("window", n.Window)
	}
	if in.Environments != nil {
		n.Environments, n.EnvironmentKeys = f.environments(tx, "environments", *in.Environments)
	}
	was, err := contentOf(tx, r.ID)
	if err != nil {
		return edited{}, err
	}
	e := edited{content: was, head: map[string]any{}}
	if in.Objectives != nil {
		e.content.Objectives = *in.Objectives
		f.lines("objectives", *in.Objectives)
	}
	if in.SuccessCriteria != nil {
		e.content.SuccessCriteria = *in.SuccessCriteria
		f.lines("successCriteria", *in.SuccessCriteria)
	}
	old, err := manifestOf(tx, r.ID)
	if err != nil {
		return e, err
	}
	e.items = f.mixed(tx, old, in)
	if err := f.err(); err != nil {
		return e, err
	}
	if n.ManifestDigest, err = digestOf(e.items); err != nil {
		return e, err
	}
	e.release = n
	e.compare(r, was, old)
	return e, nil
}

// mixed returns the manifest after an edit: replaced, added to, and taken from, in this order.
func (f *faults) mixed(tx *db.Tx, old []ManifestItem, in Edit) []ManifestItem {
	items := slices.Clone(old)
	if in.Services != nil {
		items = f.manifest(tx, "services", *in.Services)
	}
	for _, m := range f.manifest(tx, "carry", in.Carry) {
		items = slices.DeleteFunc(items, func(x ManifestItem) bool { return x.Service == m.Service })
		items = append(items, m)
	}
	for i, ref := range in.Drop {
		k := slices.IndexFunc(items, func(x ManifestItem) bool { return x.ServiceKey == ref || string(x.Service) == ref })
		if k < 0 {
			f.Say(at("drop", i), "service.not_carried", "The release does not carry the service %.60q.", ref)
			continue
		}
		items = slices.Delete(items, k, k+1)
	}
	f.count("services", len(items), itemsMax)
	slices.SortFunc(items, func(a, b ManifestItem) int { return strings.Compare(a.ServiceKey, b.ServiceKey) })
	return items
}

// compare finds what differs, section by section.
func (e *edited) compare(r Release, was content, old []ManifestItem) {
	n := e.release
	before, after := map[string]any{}, map[string]any{}
	differ := func(name string, b, a any, same bool) {
		if !same {
			before[name], after[name] = b, a
		}
	}
	differ("name", r.Name, n.Name, r.Name == n.Name)
	differ("title", r.Title, n.Title, r.Title == n.Title)
	differ("version", r.Version, n.Version, r.Version == n.Version)
	differ("objectives", list(was.Objectives), list(e.content.Objectives), slices.Equal(was.Objectives, e.content.Objectives))
	differ("successCriteria", list(was.SuccessCriteria), list(e.content.SuccessCriteria), slices.Equal(was.SuccessCriteria, e.content.SuccessCriteria))
	if len(after) > 0 {
		e.diffs = append(e.diffs, difference{SectionPlan, before, after})
	}
	if r.Window != n.Window || !slices.Equal(r.Environments, n.Environments) {
		e.diffs = append(e.diffs, difference{SectionWindow, r.windowContent(), n.windowContent()})
	}
	if r.ManifestDigest != n.ManifestDigest {
		e.gone = slices.DeleteFunc(slices.Clone(old), func(m ManifestItem) bool {
			return slices.ContainsFunc(e.items, func(x ManifestItem) bool { return x.Service == m.Service })
		})
		b := slices.DeleteFunc(slices.Clone(old), func(m ManifestItem) bool { return slices.Contains(e.items, m) })
		a := slices.DeleteFunc(slices.Clone(e.items), func(m ManifestItem) bool { return slices.Contains(old, m) })
		e.diffs = append(e.diffs, difference{SectionManifest, manifestContent(b), manifestContent(a)})
	}
	if r.Runbook != n.Runbook {
		e.diffs = append(e.diffs, difference{SectionRunbook, runbookContent{r.Runbook}, runbookContent{n.Runbook}})
	}
	if r.Owner != n.Owner {
		e.head["owner"] = map[string]any{"before": r.Owner, "after": n.Owner}
	}
}

// write stores the parts beside the row itself.
func (e *edited) write(tx *db.Tx, r Release) error {
	n := e.release
	if err := putContent(tx, r.ID, e.content); err != nil {
		return err
	}
	if !slices.Equal(r.Environments, n.Environments) {
		if err := putTargets(tx, n); err != nil {
			return err
		}
	}
	if r.ManifestDigest != n.ManifestDigest {
		for _, m := range e.gone {
			if err := deleteItem(tx, r.ID, m.Service); err != nil {
				return err
			}
		}
		for _, m := range e.items {
			if err := putItem(tx, r.ID, m); err != nil {
				return err
			}
		}
	}
	if r.Window.Start != n.Window.Start {
		return follow(tx, n)
	}
	return nil
}

// follow moves what is dated from the window.
func follow(tx *db.Tx, r Release) error {
	phases, err := Phases(tx, r.ID)
	if err != nil {
		return err
	}
	for _, x := range plannedPhases(phases, r.Window) {
		if err := updatePhase(tx, r.ID, x); err != nil {
			return err
		}
	}
	milestones, err := Milestones(tx, r.ID)
	if err != nil {
		return err
	}
	for _, m := range milestones {
		if m.Offset != "" {
			m.PlannedAt = m.Offset.From(r.Window.Start)
			if err := updateMilestone(tx, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// open refuses changes where the release stands too far: of content after it is approved, of anything once it has ended.
func open(r Release, diffs []difference) error {
	if r.Ended() {
		return errs.Blocked("plan.ended", "%s is %s. Nothing of it changes any more.", r.Name, r.State.Words())
	}
	if len(diffs) == 0 {
		return nil
	}
	switch r.State {
	case Draft, Planned, Active, Approved, Held:
		return nil
	case RolledBack:
		return errs.Blocked("plan.rolled_back", "%s was rolled back, so its %s cannot change as it stands. Retarget it with another manifest or window.", r.Name, and(sections(diffs)))
	case Deploying:
		return errs.Blocked("plan.locked", "%s is being deployed, so its %s cannot change. Wait for the run, or abort it.", r.Name, and(sections(diffs)))
	}
	return errs.Blocked("plan.locked", "%s is %s, so its %s cannot change any more. Plan another release for what is to follow.", r.Name, r.State.Words(), and(sections(diffs)))
}

func sections(diffs []difference) []string {
	out := make([]string, len(diffs))
	for i, d := range diffs {
		out[i] = d.section
	}
	return out
}

func summary(diffs []difference) []map[string]any {
	out := make([]map[string]any, len(diffs))
	for i, d := range diffs {
		out[i] = map[string]any{"section": d.section, "before": d.before, "after": d.after}
	}
	return out
}

// changed records differences, takes an approved release back to active, writes the row if it must be written, and tells
// those who follow. The caller has written the parts and the entry.
func (p *Plans) changed(tx *db.Tx, r Release, diffs []difference, reason string, dirty bool) (Release, error) {
	for _, d := range diffs {
		if err := record(tx, r.ID, d, reason); err != nil {
			return r, err
		}
	}
	names := sections(diffs)
	r, fell := fallen(tx, r, names)
	if dirty || fell {
		var err error
		if r, err = save(tx, r); err != nil {
			return r, err
		}
	}
	if fell {
		entry(tx, r, ReleaseReopened, map[string]any{"sections": names, "reason": reason})
	}
	if len(names) == 0 {
		return r, nil
	}
	for _, f := range p.followers {
		if err := f.ReleaseChanged(tx, r, names); err != nil {
			return r, err
		}
	}
	return r, nil
}
