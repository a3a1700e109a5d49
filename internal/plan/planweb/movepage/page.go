package movepage

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/move"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/db"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

type pages struct {
	*frame.Frame
	moves *move.Moves
}

// Mount adds the page to the site.
func Mount(f *frame.Frame, m *move.Moves) {
	p := &pages{f, m}
	p.Site.Handle("GET /releases/{ref}/move", "plan.read", p.show)
	p.Site.Handle("POST /releases/{ref}/move", "plan.edit", p.save)
}

// query is the date that is looked at: Start and End as an address has them, or what was chosen on the page.
type query struct {
	Start string `form:"start"` // RFC 3339, or wall time of the viewer
	End   string `form:"end"`
	D     string `form:"d"`   // the radio that is chosen: a start, or "own"
	Own   string `form:"own"` // wall time
	Was   string `form:"was"` // Own as it was drawn: another one is chosen by being typed
}

const own = "own"

// chosen is the text of the start that is looked at; typed says that it was typed.
func (q query) chosen() (text string, typed bool) {
	switch {
	case q.Own != "" && (q.Own != q.Was || q.D == own):
		return q.Own, true
	case q.D != "" && q.D != own:
		return q.D, false
	case q.D == own:
		return "", true
	}
	return q.Start, false
}

// form is a date as it is saved.
type form struct {
	Start  string   `form:"start"`
	End    string   `form:"end"`
	Rev    int64    `form:"rev"`
	Seen   string   `form:"seen"`
	Reason string   `form:"reason"`
	Choice []string `form:"choice"` // identifier=value; of several for one hit the last counts
}

func (f form) choices() move.Choices {
	out := move.Choices{}
	for _, c := range f.Choice {
		if i := strings.LastIndex(c, "="); i > 0 {
			out[c[:i]] = c[i+1:]
		}
	}
	return out
}

// view is the page.
type view struct {
	frame.Look
	release plan.Release
	offers  move.Offers
	f       *move.Foresight // nil if no date is looked at
	own     string          // as it was typed
	ownErr  string
	form    form
	errors  ui.Errors
	theirs  []uiverdict.DiffPart
	differs []move.Difference
	why     string
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	var q query
	if err := web.Query(r, &q); err != nil {
		return err
	}
	v := view{Look: p.Look(r)}
	text, typed := q.chosen()
	start, err := instant(text, v.Zone)
	if err != nil {
		v.own, v.ownErr = text, err.Error()
	}
	end, err := instant(q.End, v.Zone)
	if err != nil || q.Start == "" {
		end = 0
	}
	if v.own = cmp.Or(v.own, q.Own); typed && start != 0 {
		v.own = text
	}
	if err := p.fill(r.Context(), &v, r.PathValue("ref"), plan.Window{Start: start, End: end}); err != nil {
		return err
	}
	return p.Site.Render(w, r, p.page(v))
}

// instant reads a start; nothing is none.
func instant(text string, zone *time.Location) (db.Time, error) {
	if text == "" {
		return 0, nil
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return db.At(t), nil
	}
	t, err := ui.ParseDateTime("start", text, zone)
	if e := errs.As(err); e != nil {
		return 0, errs.Invalid("form.instant", "%s", e.Fields[0].Msg)
	}
	return db.At(t), nil
}

// fill reads everything of the page in one snapshot. Without a date it looks at the offer that is most likely kept.
func (p *pages) fill(ctx context.Context, v *view, ref string, w plan.Window) error {
	return p.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if v.release, err = plan.ReleaseByRef(tx, ref); err != nil {
			return err
		}
		if v.why, err = frame.WhyNot(tx, v.release, "plan.edit"); err != nil {
			return err
		}
		if v.offers, err = p.moves.OffersTx(tx, ref); err != nil {
			return err
		}
		if w.Start.IsZero() && v.ownErr == "" {
			w = best(v.offers)
		}
		if w.Start.IsZero() {
			return nil
		}
		f, err := p.moves.ForeseeTx(tx, ref, w)
		if e := errs.As(err); e != nil && e.Code == errs.CodeInvalid {
			v.ownErr = e.Error()
			if len(e.Fields) > 0 {
				v.ownErr = e.Fields[0].Msg
			}
			v.own = cmp.Or(v.own, ui.DateTimeValue(w.Start.Std(), v.Zone))
			return nil
		}
		if err != nil {
			return err
		}
		v.f = &f
		if !v.offered(f.Window.Start) {
			v.own = ui.DateTimeValue(f.Window.Start.Std(), v.Zone)
		}
		return nil
	})
}

// best is the first offer past P80, without a forecast the first that comes later than the present window.
func best(o move.Offers) plan.Window {
	var later plan.Window
	for _, x := range o.Offers {
		if strings.Contains(x.Why, "P80") {
			return x.Window
		}
		if later.IsZero() && x.Window.Start > o.Window.Start {
			later = x.Window
		}
	}
	return later
}

// offered reports whether a start is one of the offers.
func (v view) offered(t db.Time) bool {
	return slices.ContainsFunc(v.offers.Offers, func(o move.Offer) bool { return o.Window.Start == t })
}

// chose reports whether a start is the one that is looked at.
func (v view) chose(t db.Time) bool { return v.f != nil && v.f.Window.Start == t }

// ownChosen reports whether another date than the offers is looked at.
func (v view) ownChosen() bool { return v.ownErr != "" || v.f != nil && !v.offered(v.f.Window.Start) }

func (p *pages) page(v view) web.Page {
	return web.Page{Title: "Move " + v.release.Name, Nav: "releases", Live: []string{"release/" + string(v.release.ID)}, Body: body(v)}
}

func (p *pages) save(w http.ResponseWriter, r *http.Request) error {
	v, ref := view{Look: p.Look(r)}, r.PathValue("ref")
	err := p.Site.Form(r, &v.form)
	var at plan.Window
	if err == nil {
		at.Start, err = instant(v.form.Start, v.Zone)
	}
	if err == nil {
		at.End, err = instant(v.form.End, v.Zone)
	}
	if err == nil {
		var done move.Result
		done, err = p.moves.Save(r.Context(), ref, v.form.Rev, move.Spec{Start: at.Start, End: at.End, Reason: v.form.Reason, Choices: v.form.choices(), Seen: v.form.Seen})
		if err == nil {
			return p.Site.Redirect(w, r, frame.URL(done.Release), web.Toast{Title: "Moved to " + v.Day(done.Window.Start), Text: said(done.Moved), State: ui.Go})
		}
	}
	switch errs.CodeOf(err) {
	case errs.CodeInternal, errs.CodeUnauthenticated, errs.CodeNotFound, errs.CodeUnavailable:
		return err
	}
	if fault := p.fill(r.Context(), &v, ref, at); fault != nil {
		return fault
	}
	v.errors = frame.Shown(err, "reason")
	if now, ok := frame.Theirs[plan.Release](err); ok {
		v.theirs = frame.Differ(frame.Text("window", v.Period(now.Window), v.Period(at)))
	}
	if c, ok := frame.Theirs[move.Changed](err); ok {
		v.differs, v.errors = c.Differences, ui.Errors{}
	}
	httpx.Headers(w, err)
	return p.Site.Again(w, r, err, p.page(v))
}

// said counts what a save moved.
func said(moved []move.Moved) string {
	n := map[string]int{}
	for _, m := range moved {
		n[m.Kind]++
	}
	var out []string
	for _, k := range []struct{ kind, one, many string }{{"milestone", "milestone", "milestones"}, {"task", "task", "tasks"}, {"booking", "booking", "bookings"}} {
		if n[k.kind] > 0 {
			out = append(out, ui.Plural(n[k.kind], k.one, k.many))
		}
	}
	text := ""
	if len(out) > 0 {
		text = ui.List(out...) + " moved with it. "
	}
	if n["request"] > 0 {
		text += ui.Plural(n["request"], "person is", "people are") + " asked to stand in. "
	}
	return text + "The reason is on the record."
}
