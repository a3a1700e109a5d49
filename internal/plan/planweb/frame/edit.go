package frame

import (
	"net/http"
	"strconv"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

// Editable reads a release for a form: why it cannot be changed, and what a change of the sections would hit.
func (p *Frame) Editable(r *http.Request, permission string, sections ...string) (rel plan.Release, why string, hits []uiverdict.Hit, err error) {
	err = p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if rel, err = plan.ReleaseByRef(tx, r.PathValue("ref")); err != nil {
			return err
		}
		if why, err = WhyNot(tx, rel, permission); err != nil {
			return err
		}
		hits, err = p.Hits(tx, rel, sections)
		return err
	})
	return rel, why, hits, err
}

// Hits returns what a change of the sections would hit.
func (p *Frame) Hits(tx *db.Tx, rel plan.Release, sections []string) ([]uiverdict.Hit, error) {
	var out []uiverdict.Hit
	if rel.State == plan.Approved && len(sections) > 0 {
		out = append(out, uiverdict.Hit{State: ui.Hold, Thing: "The release", Text: "is approved; it becomes active again", Word: "To settle"})
	}
	if p.Options.Consequences == nil {
		return out, nil
	}
	seen := map[uiverdict.Hit]bool{}
	for _, s := range sections {
		hits, err := p.Options.Consequences(tx, rel, s)
		if err != nil {
			return nil, err
		}
		for _, h := range hits {
			if !seen[h] {
				seen[h] = true
				out = append(out, h)
			}
		}
	}
	return out, nil
}

// Rev writes the version of a row for a form.
func Rev(n int64) string { return strconv.FormatInt(n, 10) }

// Text is one text of a form as it is now and as it was typed, for Differ.
func Text(name, now, typed string) [3]string { return [3]string{name, now, typed} }

// Differ shows the fields in which what was typed differs from what is now.
func Differ(texts ...[3]string) []uiverdict.DiffPart {
	var out []uiverdict.DiffPart
	for _, t := range texts {
		name, now, typed := t[0], t[1], t[2]
		if now == typed {
			continue
		}
		d := uiverdict.DiffPart{Section: name}
		if now != "" {
			d.Del = []string{now}
		}
		if typed != "" {
			d.Ins = []string{typed}
		}
		out = append(out, d)
	}
	return out
}

// Theirs returns the row that a conflict carries.
func Theirs[T any](err error) (T, bool) {
	var none T
	e := errs.As(err)
	if e == nil || e.Code != errs.CodeConflict {
		return none, false
	}
	t, ok := e.Theirs.(T)
	return t, ok
}

// Done ends a form that was carried out.
func (p *Frame) Done(w http.ResponseWriter, r *http.Request, to, title string) error {
	return p.Site.Redirect(w, r, to, web.Toast{Title: title, State: ui.Go})
}
