package impactpage

import (
	"context"
	"net/http"
	"strconv"

	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/calendar/impact"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// form is an impact as a person fills it in. Numbers and times are kept as they were typed.
type form struct {
	Kind        string `form:"kind"`
	Minutes     string `form:"minutes"`
	Users       string `form:"users"`
	NoticeHours string `form:"noticeHours"`
	NoticeAt    string `form:"noticeAt"` // on the viewer's clock
	Rev         int64  `form:"rev"`
}

func formOf(l frame.Look, i impact.Impact) form {
	f := form{Kind: i.Kind, Minutes: strconv.FormatInt(i.Minutes, 10), Users: i.Users, NoticeAt: l.Local(i.NoticeAt), Rev: i.Rev}
	if i.NoticeHours > 0 {
		f.NoticeHours = strconv.FormatInt(i.NoticeHours, 10)
	}
	return f
}

// spec turns the form into what is stated. was is the row as it stands: a time that was not touched keeps its seconds.
func (f form) spec(l frame.Look, was impact.Impact) (impact.Spec, error) {
	in := impact.Spec{Kind: f.Kind, Users: f.Users, Rev: f.Rev}
	var bad errs.Faults
	number := func(to *int64, field, text, say string) {
		if text == "" {
			return
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			bad.Say(field, "form.number", "%s", say)
		}
		*to = n
	}
	number(&in.Minutes, "minutes", f.Minutes, "Write the minutes as a whole number, for example 30.")
	number(&in.NoticeHours, "noticeHours", f.NoticeHours, "Write the hours as a whole number, for example 48.")
	switch {
	case f.NoticeAt == "":
	case f.NoticeAt == l.Local(was.NoticeAt):
		in.NoticeAt = was.NoticeAt
	default:
		t, err := ui.ParseDateTime("noticeAt", f.NoticeAt, l.Zone)
		bad.Add(err)
		in.NoticeAt = db.At(t)
	}
	return in, bad.Err("The input is not valid.", 0)
}

// formView is the form with its faults.
type formView struct {
	frame.Look
	form
	release plan.Release
	service catalog.Service
	was     *impact.Impact // as it stands, nil if nothing is stated
	theirs  *impact.Impact // as somebody else saved it meanwhile
	mayNot  string
	errors  ui.Errors
}

func (v formView) page() web.Page {
	return web.Page{Title: "Impact on users of " + v.service.Name, Body: formBody(v)}
}

// rev is the version that is sent: after a refusal as stale, the one that is shown.
func (v formView) rev() map[string]string {
	n := v.Rev
	if v.theirs != nil {
		n = v.theirs.Rev
	}
	return map[string]string{"rev": strconv.FormatInt(n, 10)}
}

func (p pages) formView(ctx context.Context, ref, service string) (formView, error) {
	v := formView{Look: p.Look(ctx)}
	err := p.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if _, _, err := auth.Scopes(tx, "calendar.read"); err != nil {
			return err
		}
		if v.release, err = plan.ReleaseByRef(tx, ref); err != nil {
			return err
		}
		if v.service, err = catalog.ServiceByRef(tx, service); err != nil {
			return err
		}
		if v.mayNot, err = mayNot(tx, v.release); err != nil {
			return err
		}
		all, err := impact.OfTx(tx, v.release)
		for _, i := range all {
			if i.Service == v.service.ID {
				v.was = &i
			}
		}
		return err
	})
	return v, err
}

func (p pages) ask(w http.ResponseWriter, r *http.Request) error {
	v, err := p.formView(r.Context(), r.PathValue("ref"), r.PathValue("service"))
	if err != nil {
		return err
	}
	v.form = form{Kind: impact.Downtime}
	if v.was != nil {
		v.form = formOf(v.Look, *v.was)
	}
	return p.render(w, r, v.release.Key, v.page())
}

func (p pages) set(w http.ResponseWriter, r *http.Request) error {
	ctx, ref, service := r.Context(), r.PathValue("ref"), r.PathValue("service")
	var f form
	err := p.Site.Form(r, &f)
	v, fault := p.formView(ctx, ref, service)
	if fault != nil {
		return fault
	}
	var was impact.Impact
	if v.was != nil {
		was = *v.was
	}
	var in impact.Spec
	if err == nil {
		in, err = f.spec(v.Look, was)
	}
	if err == nil {
		var i impact.Impact
		if i, err = p.Impacts.Set(ctx, ref, service, in); err == nil {
			return p.Done(w, r, URL(v.release.Key), what(i)+" is stated", told(v.Look, i))
		}
	}
	if lost(err) {
		return err
	}
	v.form, v.errors = f, ui.ErrorsOf(err)
	if t, ok := errs.As(err).Theirs.(impact.Impact); ok && t.Rev > 0 {
		v.theirs, v.errors = &t, ui.Errors{} // the notice says so, with what it is now
	}
	return p.again(w, r, err, v.release.Key, v.page())
}

// tell marks users as told, from the page of the release or from the list.
func (p pages) tell(w http.ResponseWriter, r *http.Request) error {
	var f struct {
		Rev  int64 `form:"rev"`
		List bool  `form:"list"`
	}
	ctx, ref := r.Context(), r.PathValue("ref")
	err := p.Site.Form(r, &f)
	if err == nil {
		var i impact.Impact
		if i, err = p.Impacts.Tell(ctx, ref, r.PathValue("service"), f.Rev, 0); err == nil {
			to := URL(ref)
			if f.List {
				to = Path
			}
			return p.Done(w, r, to, "Users of "+i.ServiceName+" were told", told(p.Look(ctx), i))
		}
	}
	return p.shownAgain(w, r, err)
}

func (p pages) drop(w http.ResponseWriter, r *http.Request) error {
	var f struct{}
	err := p.Site.Form(r, &f)
	if err == nil {
		if err = p.Impacts.Drop(r.Context(), r.PathValue("ref"), r.PathValue("service")); err == nil {
			return p.Done(w, r, URL(r.PathValue("ref")), "Nothing is planned any more that its users would notice", "")
		}
	}
	return p.shownAgain(w, r, err)
}

// shownAgain draws the page of the release with the refusal of one of its buttons.
func (p pages) shownAgain(w http.ResponseWriter, r *http.Request, err error) error {
	if lost(err) {
		return err
	}
	v, fault := p.read(r.Context(), r.PathValue("ref"))
	if fault != nil {
		return fault
	}
	v.errors = ui.ErrorsOf(err)
	return p.again(w, r, err, v.release.Key, v.page())
}
