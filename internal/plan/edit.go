package plan

import (
	"context"
	"slices"
	"strings"

	"slipway/internal/plan/fault"
	"slipway/internal/plan/item"
	"slipway/internal/plan/release"
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
	return change(ctx, p, ref, rev, "plan.edit", func(tx *db.Tx, r Release) (Release, error) {
		out, _, err := p.edit(tx, r, in)
		return out, err
	})
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
		return r, release.Stale(r, r.Name, r.ChangedAt)
	}
	return r, nil
}

// read answers from a release that the caller may see.
func read[T any](ctx context.Context, p *Plans, ref string, answer func(*db.Tx, Release) (T, error)) (T, error) {
	return db.Reading(ctx, p.db, func(tx *db.Tx) (T, error) {
		r, err := ReleaseByRef(tx, ref)
		if err != nil {
			var none T
			return none, err
		}
		return answer(tx, r)
	})
}

// change does something to a release that the caller may see, with a permission on it. rev 0 takes whatever version there is.
func change[T any](ctx context.Context, p *Plans, ref string, rev int64, permission string, do func(*db.Tx, Release) (T, error)) (T, error) {
	return db.Writing(ctx, p.db, func(tx *db.Tx) (T, error) {
		r, err := p.editable(tx, ref, rev, permission)
		if err != nil {
			var none T
			return none, err
		}
		return do(tx, r)
	})
}

// edited is what an edit leads to before anything is written.
type edited struct {
	release Release
	content release.Content
	items   []ManifestItem
	gone    []ManifestItem // to delete
	diffs   []release.Delta
	head    map[string]any // what changed outside of sections
}

// edit changes a release that the caller may change and returns which sections that touched.
func (p *Plans) edit(tx *db.Tx, r Release, in Edit) (Release, []string, error) {
	e, err := p.weigh(tx, r, in)
	if err != nil || len(e.diffs) == 0 && len(e.head) == 0 {
		return e.release, nil, err
	}
	if err := release.Open(r, e.diffs); err != nil {
		return r, nil, err
	}
	if err := stillReady(e.release, len(e.items)); err != nil {
		return r, nil, err
	}
	if err := e.write(tx, r, in.Reason); err != nil {
		return r, nil, err
	}
	payload := map[string]any{"changes": release.Summary(e.diffs), "reason": in.Reason}
	for k, v := range e.head {
		payload[k] = v
	}
	release.Entry(tx, r, ReleaseChanged, payload)
	out, err := p.followers.Changed(tx, e.release, e.diffs, in.Reason, true)
	if err == nil && len(e.diffs) == 0 && r.Owner != out.Owner {
		err = p.followers.Reassigned(tx, out)
	}
	return out, release.Sections(e.diffs), err
}

// weigh checks an edit and compares it with what is.
func (p *Plans) weigh(tx *db.Tx, r Release, in Edit) (edited, error) {
	var f fault.List
	n := r
	for _, s := range []struct{ to, from *string }{{&n.Name, in.Name}, {&n.Title, in.Title}, {&n.Version, in.Version}, {&n.Runbook, in.Runbook}} {
		if s.from != nil {
			*s.to = *s.from
		}
	}
	checkHead(&f, n)
	f.Text("reason", in.Reason, fault.ReasonMax, false)
	if in.Owner != nil {
		n.Owner = f.Person(tx, "owner", *in.Owner)
	}
	if in.Window != nil {
		n.Window = *in.Window
		release.CheckWindow(&f, "window", n.Window)
	}
	if in.Environments != nil {
		n.Environments, n.EnvironmentKeys = release.Environments(tx, &f, "environments", *in.Environments)
	}
	was, err := release.ContentOf(tx, r.ID)
	if err != nil {
		return edited{}, err
	}
	e := edited{content: was, head: map[string]any{}}
	if in.Objectives != nil {
		e.content.Objectives = *in.Objectives
		f.Lines("objectives", *in.Objectives)
	}
	if in.SuccessCriteria != nil {
		e.content.SuccessCriteria = *in.SuccessCriteria
		f.Lines("successCriteria", *in.SuccessCriteria)
	}
	old, err := release.Manifest(tx, r.ID)
	if err != nil {
		return e, err
	}
	e.items = mixed(tx, &f, old, in)
	if err := f.Err(); err != nil {
		return e, err
	}
	if n.ManifestDigest, err = release.DigestOf(e.items); err != nil {
		return e, err
	}
	e.release = n
	e.compare(r, was, old)
	return e, nil
}

// mixed returns the manifest after an edit: replaced, added to, and taken from, in this order.
func mixed(tx *db.Tx, f *fault.List, old []ManifestItem, in Edit) []ManifestItem {
	items := slices.Clone(old)
	if in.Services != nil {
		items = release.Items(tx, f, "services", *in.Services)
	}
	for _, m := range release.Items(tx, f, "carry", in.Carry) {
		items = slices.DeleteFunc(items, func(x ManifestItem) bool { return x.Service == m.Service })
		items = append(items, m)
	}
	for i, ref := range in.Drop {
		k := slices.IndexFunc(items, func(x ManifestItem) bool { return x.ServiceKey == ref || string(x.Service) == ref })
		if k < 0 {
			f.Say(fault.At("drop", i), "service.not_carried", "The release does not carry the service %.60q.", ref)
			continue
		}
		items = slices.Delete(items, k, k+1)
	}
	f.Count("services", len(items), fault.ItemsMax)
	slices.SortFunc(items, func(a, b ManifestItem) int { return strings.Compare(a.ServiceKey, b.ServiceKey) })
	return items
}

// compare finds what differs, section by section.
func (e *edited) compare(r Release, was release.Content, old []ManifestItem) {
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
	differ("objectives", release.List(was.Objectives), release.List(e.content.Objectives), slices.Equal(was.Objectives, e.content.Objectives))
	differ("successCriteria", release.List(was.SuccessCriteria), release.List(e.content.SuccessCriteria), slices.Equal(was.SuccessCriteria, e.content.SuccessCriteria))
	if len(after) > 0 {
		e.diffs = append(e.diffs, release.Delta{Section: SectionPlan, Before: before, After: after})
	}
	if r.Window != n.Window || !slices.Equal(r.Environments, n.Environments) {
		e.diffs = append(e.diffs, release.Delta{Section: SectionWindow, Before: r.WindowContent(), After: n.WindowContent()})
	}
	if r.ManifestDigest != n.ManifestDigest {
		e.gone = slices.DeleteFunc(slices.Clone(old), func(m ManifestItem) bool {
			return slices.ContainsFunc(e.items, func(x ManifestItem) bool { return x.Service == m.Service })
		})
		b := slices.DeleteFunc(slices.Clone(old), func(m ManifestItem) bool { return slices.Contains(e.items, m) })
		a := slices.DeleteFunc(slices.Clone(e.items), func(m ManifestItem) bool { return slices.Contains(old, m) })
		e.diffs = append(e.diffs, release.Delta{Section: SectionManifest, Before: release.ManifestContents(b), After: release.ManifestContents(a)})
	}
	if r.Runbook != n.Runbook {
		e.diffs = append(e.diffs, release.Delta{Section: SectionRunbook, Before: runbookContent{r.Runbook}, After: runbookContent{n.Runbook}})
	}
	if r.Owner != n.Owner {
		e.head["owner"] = map[string]any{"before": r.Owner, "after": n.Owner}
	}
}

// write stores the parts beside the row itself.
func (e *edited) write(tx *db.Tx, r Release, reason string) error {
	n := e.release
	if err := release.PutContent(tx, r.ID, e.content); err != nil {
		return err
	}
	if !slices.Equal(r.Environments, n.Environments) {
		if err := release.PutTargets(tx, n); err != nil {
			return err
		}
	}
	if r.ManifestDigest != n.ManifestDigest {
		for _, m := range e.gone {
			if err := release.DropItem(tx, r.ID, m.Service); err != nil {
				return err
			}
		}
		for _, m := range e.items {
			if err := release.PutItem(tx, r.ID, m); err != nil {
				return err
			}
		}
	}
	return item.Follow(tx, r, n, reason)
}
