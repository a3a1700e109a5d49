package periodpage

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiform"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

// form is a window or a freeze as a person fills it in.
type form struct {
	Key          string   `form:"key"`
	Name         string   `form:"name"`
	Reason       string   `form:"reason"`
	Owner        string   `form:"owner"`
	Start        string   `form:"start"`
	End          string   `form:"end"`
	Zone         string   `form:"zone"`
	RRule        string   `form:"rrule"`
	ExDates      string   `form:"exdates"` // one a line
	RDates       string   `form:"rdates"`
	Hardness     string   `form:"hardness"`
	Running      string   `form:"running"`
	Products     []string `form:"products"`
	Services     []string `form:"services"`
	ServiceTiers string   `form:"serviceTiers"`
	Environments []string `form:"environments"`
	Tiers        []string `form:"tiers"`
	Rev          int64    `form:"rev"`
	Publish      bool     `form:"publish"` // false: show the effect first
}

// spec turns the form into what the calendar is asked for.
func (f form) spec() (calendar.Spec, error) {
	s := calendar.Spec{Key: f.Key, Name: f.Name, Reason: f.Reason, Owner: f.Owner, Start: f.Start, End: f.End, Zone: f.Zone, RRule: f.RRule, ExDates: split(f.ExDates), RDates: split(f.RDates), Hardness: f.Hardness,
		Running: calendar.Running(f.Running), Scope: calendar.Scope{Products: f.Products, Services: uiform.Picked(f.Services), Environments: f.Environments, Tiers: f.Tiers}}
	for _, t := range split(f.ServiceTiers) {
		n, err := strconv.Atoi(t)
		if err != nil {
			return s, errs.InvalidField("serviceTiers", "scope.service_tier", "Give numbers such as 1, with commas between them.")
		}
		s.ServiceTiers = append(s.ServiceTiers, n)
	}
	return s, nil
}

func split(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })
}

func formOf(p calendar.Period) form {
	f := form{Key: p.Key, Name: p.Name, Reason: p.Reason, Owner: string(p.Owner), Start: p.Start, End: p.End, Zone: p.Zone, RRule: p.RRule, ExDates: strings.Join(p.ExDates, "\n"), RDates: strings.Join(p.RDates, "\n"), Hardness: p.Hardness(), Running: string(p.Running),
		Products: p.Scope.Products, Services: p.Scope.Services, Environments: p.Scope.Environments, Tiers: p.Scope.Tiers, Rev: p.Rev}
	var ts []string
	for _, t := range p.Scope.ServiceTiers {
		ts = append(ts, strconv.Itoa(t))
	}
	f.ServiceTiers = strings.Join(ts, ", ")
	return f
}

// formView is the form with its choices, its faults and the effect of what was filled in.
type formView struct {
	frame.Look
	form
	kind         calendar.Kind
	old          *calendar.Period // nil for a new one
	theirs       *calendar.Period // as somebody else saved it meanwhile
	errors       ui.Errors
	effect       *calendar.Effect
	owners       []ui.Option
	products     []ui.Option
	environments []ui.Option
	services     []ui.Option
}

func (v formView) action() string {
	if v.old != nil {
		return frame.Href(*v.old) + "/edit"
	}
	return frame.Periods(v.kind) + "/new"
}

func (v formView) title() string {
	if v.old != nil {
		return "Change " + v.old.Name
	}
	return "Add " + frame.Noun(v.kind)
}

func (v formView) back() string {
	if v.old != nil {
		return frame.Href(*v.old)
	}
	return "/calendar"
}

func (p pages) formView(ctx context.Context, k calendar.Kind, f form, old *calendar.Period) (formView, error) {
	v := formView{Look: p.Look(ctx), form: f, kind: k, old: old}
	ps, err := p.Catalog.Products(ctx, catalog.Filter{Limit: 200})
	if err != nil {
		return v, err
	}
	for _, x := range ps {
		v.products = append(v.products, ui.Option{Value: x.Key, Text: x.Name})
	}
	es, err := p.Catalog.Environments(ctx)
	if err != nil {
		return v, err
	}
	for _, x := range es {
		v.environments = append(v.environments, ui.Option{Value: x.Key, Text: x.Name})
	}
	if err := v.offer(ctx, p.Catalog); err != nil {
		return v, err
	}
	err = p.DB.Read(ctx, func(tx *db.Tx) error {
		seen := map[string]bool{}
		if who, ok := auth.Viewer(ctx); ok {
			v.owners, seen[string(who.Person)] = []ui.Option{{Value: string(who.Person), Text: who.Name}}, true
		}
		for _, role := range []string{auth.RoleReleaseManager, auth.RoleApprover, auth.RoleOperator} {
			hs, err := auth.Holders(tx, role, auth.Everywhere)
			if err != nil {
				return err
			}
			for _, h := range hs {
				if !seen[string(h.ID)] && len(v.owners) < 200 {
					v.owners, seen[string(h.ID)] = append(v.owners, ui.Option{Value: string(h.ID), Text: h.Name}), true
				}
			}
		}
		if old != nil && !seen[string(old.Owner)] {
			v.owners = append(v.owners, ui.Option{Value: string(old.Owner), Text: old.OwnerName})
		}
		return nil
	})
	if v.form.Zone == "" {
		v.form.Zone = v.Look.Zone.String()
	}
	return v, err
}

// servicesOffered bounds the services that the form offers; any other is typed.
const servicesOffered = 1_000

// offer reads the services that can be chosen.
func (v *formView) offer(ctx context.Context, c *catalog.Catalog) error {
	for after := ""; ; {
		page, err := c.Services(ctx, catalog.Filter{After: after, Limit: 200})
		if err != nil {
			return err
		}
		for _, x := range page {
			v.services = append(v.services, ui.Option{Value: x.Key, Text: x.Name})
		}
		if len(page) < 200 || len(v.services) >= servicesOffered {
			return nil
		}
		after = page[len(page)-1].Key
	}
}

// picked are the services of the form.
func (v formView) picked() []string { return uiform.Picked(v.Services) }

func (v formView) page(title string) web.Page {
	return web.Page{Title: title, Nav: "calendar", Crumbs: []web.Crumb{{Text: "Calendar", Href: "/calendar"}, {Text: title}}, Body: formBody(v)}
}

func (p pages) ask(k calendar.Kind) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if why, err := p.mayNot(r.Context(), k); err != nil || why != "" {
			return cmp.Or[error](err, errs.Forbidden("auth.permission_missing", "Not allowed: %s", why))
		}
		f := form{Owner: ""}
		if k == calendar.Freeze {
			f.Hardness, f.Running = "hard", "finish"
		}
		v, err := p.formView(r.Context(), k, f, nil)
		if err != nil {
			return err
		}
		return p.Site.Render(w, r, v.page(v.title()))
	}
}

func (p pages) add(k calendar.Kind) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return p.submit(w, r, k, nil, func(ctx context.Context, _ int64, s calendar.Spec) (calendar.Stated, error) {
			return p.Calendar.Add(ctx, k, s)
		})
	}
}

func (p pages) askChange(k calendar.Kind) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if why, err := p.mayNot(r.Context(), k); err != nil || why != "" {
			return cmp.Or[error](err, errs.Forbidden("auth.permission_missing", "Not allowed: %s", why))
		}
		old, err := p.Calendar.Get(r.Context(), k, r.PathValue("ref"))
		if err != nil {
			return err
		}
		v, err := p.formView(r.Context(), k, formOf(old.Period), &old.Period)
		if err != nil {
			return err
		}
		return p.Site.Render(w, r, v.page(v.title()))
	}
}

func (p pages) change(k calendar.Kind) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		old, err := p.Calendar.Get(r.Context(), k, r.PathValue("ref"))
		if err != nil {
			return err
		}
		return p.submit(w, r, k, &old.Period, func(ctx context.Context, rev int64, s calendar.Spec) (calendar.Stated, error) {
			return p.Calendar.Set(ctx, k, old.Key, rev, s)
		})
	}
}

// submit shows the effect of the form, or publishes it.
func (p pages) submit(w http.ResponseWriter, r *http.Request, k calendar.Kind, old *calendar.Period, save func(context.Context, int64, calendar.Spec) (calendar.Stated, error)) error {
	var f form
	ctx := r.Context()
	err := p.Site.Form(r, &f)
	var s calendar.Spec
	if err == nil {
		s, err = f.spec()
	}
	ref := ""
	if old != nil {
		ref = old.Key
	}
	var effect *calendar.Effect
	if err == nil && f.Publish {
		var saved calendar.Stated
		if saved, err = save(ctx, f.Rev, s); err == nil {
			text := "From now on every answer counts with it."
			if len(saved.Notes) > 0 {
				text = saved.Notes[0].Msg
			}
			return p.Done(w, r, frame.Href(saved.Period), saved.Name+" is published", text)
		}
	} else if err == nil {
		var e calendar.Effect
		if e, err = p.Calendar.Effect(ctx, k, ref, s); err == nil {
			effect = &e
		}
	}
	if err != nil && errs.CodeOf(err) == errs.CodeForbidden {
		return err
	}
	v, e := p.formView(ctx, k, f, old)
	if e != nil {
		return e
	}
	v.effect, v.errors = effect, ui.ErrorsOf(scoped(err))
	if err != nil {
		if t, ok := errs.As(err).Theirs.(calendar.Period); ok {
			v.theirs = &t
		}
	}
	if err != nil {
		return p.Site.Again(w, r, err, v.page(v.title()))
	}
	return p.Site.Render(w, r, v.page(v.title()))
}

// scoped names the field of the form instead of one of its members.
func scoped(err error) error {
	if err == nil {
		return nil
	}
	e := *errs.As(err)
	fields := make([]errs.Field, len(e.Fields))
	for i, f := range e.Fields {
		f.Name, _, _ = strings.Cut(f.Name, "[")
		fields[i] = f
	}
	e.Fields = fields
	return &e
}

// releaseHit is what is hit alike in environments.
type releaseHit struct {
	calendar.ReleaseHit
	environments []string
}

// releaseHits joins hits that differ by the environment alone, in their order.
func releaseHits(list []calendar.ReleaseHit) []releaseHit {
	var out []releaseHit
	for _, h := range list {
		i := slices.IndexFunc(out, func(o releaseHit) bool {
			return o.Key == h.Key && o.Before == h.Before && o.After == h.After && o.Text == h.Text && slices.Equal(o.Services, h.Services)
		})
		if i < 0 {
			i = len(out)
			out = append(out, releaseHit{ReleaseHit: h})
		}
		out[i].environments = append(out[i].environments, h.Environment)
	}
	return out
}

// hits writes an effect as consequences.
func (v formView) hits() []uiverdict.Hit { return hits(v.Look, *v.effect) }

func hits(l frame.Look, e calendar.Effect) []uiverdict.Hit {
	var out []uiverdict.Hit
	words := map[calendar.State]string{calendar.Open: "Opens", calendar.Closed: "Closes", calendar.NeedsApproval: "Asks"}
	states := map[calendar.State]ui.State{calendar.Open: ui.Go, calendar.Closed: ui.NoGo, calendar.NeedsApproval: ui.Hold}
	for _, h := range releaseHits(e.Releases) {
		text := ui.Period(h.Start.Std(), h.End.Std(), l.Now, l.Zone) + ", " + ui.List(h.Services...) + " in " + ui.List(h.environments...) + ". " + uiverdict.Told(h.Text, l.Now, l.Zone)
		if h.Live {
			text += " A live run is under way now. " + e.Running
		}
		x := uiverdict.Hit{State: states[h.After], Thing: h.Name, Text: text, Word: words[h.After]}
		if h.After == h.Before { // a busy time closes nothing
			x.State, x.Word = ui.Hold, "Falls in it"
		}
		out = append(out, x)
	}
	for _, h := range e.Bookings {
		out = append(out, uiverdict.Hit{State: ui.Hold, Thing: h.Environment + " booked for " + h.For, Text: l.Between(h.Start, h.End) + ". " + uiverdict.Told(h.Text, l.Now, l.Zone), Word: "Falls in it"})
	}
	for _, h := range e.Windows {
		out = append(out, uiverdict.Hit{State: ui.Hold, Thing: h.Name, Text: ui.Period(h.From.Std(), h.To.Std(), l.Now, l.Zone) + ". " + uiverdict.Told(h.Text, l.Now, l.Zone), Word: "Meets"})
	}
	return out
}
