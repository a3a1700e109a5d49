package periodpage

import (
	"net/http"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// showView is the page of a window or a freeze.
type showView struct {
	frame.Look
	calendar.Listed
	permits  []calendar.Permit
	mayNot   string // edit
	noPermit string // why the viewer lets nothing pass
	effect   *calendar.Effect
	errors   ui.Errors
	reason   string
	release  string
	failed   string // the form that was refused: withdraw or permit
}

func (p pages) showView(r *http.Request, k calendar.Kind) (showView, error) {
	ctx := r.Context()
	v := showView{Look: p.Look(ctx)}
	var err error
	if v.Listed, err = p.Calendar.Get(ctx, k, r.PathValue("ref")); err != nil {
		return v, err
	}
	if v.mayNot, err = p.mayNot(ctx, k); err != nil {
		return v, err
	}
	if k != calendar.Freeze || v.Hard {
		return v, nil
	}
	if v.permits, err = p.Calendar.Permits(ctx, v.Key); err != nil {
		return v, err
	}
	err = p.DB.Read(ctx, func(tx *db.Tx) error {
		all, scopes, err := auth.Scopes(tx, "freeze.permit")
		if err == nil && (auth.Me(tx) != v.Owner || !all && len(scopes) == 0) {
			v.noPermit = "only " + v.OwnerName + ", who owns it, lets a release pass."
		}
		return err
	})
	return v, err
}

func (v showView) page() web.Page {
	return web.Page{Title: v.Name, Nav: "calendar", Live: []string{string(v.Kind) + "/" + string(v.ID)}, Body: showBody(v)}
}

func (p pages) show(k calendar.Kind) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := p.showView(r, k)
		if err != nil {
			return err
		}
		if v.mayNot == "" && v.Withdrawn.IsZero() {
			e, err := p.Calendar.EffectOfWithdrawal(r.Context(), k, v.Key)
			switch {
			case err == nil:
				v.effect = &e
			case errs.Is(err, errs.CodeForbidden):
				v.mayNot = "it reaches beyond the products that you manage."
			default:
				return err
			}
		}
		return p.Site.Render(w, r, v.page())
	}
}

// again draws the page with the refusal of one of its forms.
func (p pages) again(w http.ResponseWriter, r *http.Request, k calendar.Kind, failed, reason, release string, err error) error {
	v, e := p.showView(r, k)
	if e != nil {
		return e
	}
	v.errors, v.failed, v.reason, v.release = ui.ErrorsOf(err), failed, reason, release
	return p.Site.Again(w, r, err, v.page())
}

func (p pages) withdraw(k calendar.Kind) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var f struct {
			Reason string `form:"reason"`
			Rev    int64  `form:"rev"`
		}
		err := p.Site.Form(r, &f)
		if err == nil {
			var x calendar.Period
			if x, err = p.Calendar.Withdraw(r.Context(), k, r.PathValue("ref"), f.Rev, f.Reason); err == nil {
				return p.Done(w, r, frame.Href(x), x.Name+" is withdrawn", "It counts no more.")
			}
		}
		return p.again(w, r, k, "withdraw", f.Reason, "", err)
	}
}

func (p pages) permit(w http.ResponseWriter, r *http.Request) error {
	var f struct {
		Release string `form:"release"`
		Reason  string `form:"reason"`
	}
	err := p.Site.Form(r, &f)
	if err == nil {
		var x calendar.Permit
		if x, err = p.Calendar.Permit(r.Context(), r.PathValue("ref"), calendar.PermitSpec{Release: f.Release, Reason: f.Reason}); err == nil {
			return p.Done(w, r, "/calendar/freezes/"+r.PathValue("ref"), x.ReleaseName+" may pass", "You can take it back here.")
		}
	}
	return p.again(w, r, calendar.Freeze, "permit", f.Reason, f.Release, err)
}

func (p pages) unpermit(w http.ResponseWriter, r *http.Request) error {
	x, err := p.Calendar.WithdrawPermit(r.Context(), r.PathValue("ref"), r.PathValue("permit"))
	if err != nil {
		return err
	}
	return p.Done(w, r, "/calendar/freezes/"+r.PathValue("ref"), "Taken back", x.ReleaseName+" may no longer pass.")
}

// facts says what a period is.
// wall writes a time on the clock of a period's zone as dates are read; text that is none stays as it is.
func wall(l frame.Look, s string) string {
	t, err := time.Parse(ui.DateTimeLayout, s)
	if err != nil {
		return s
	}
	return ui.Date(t, l.Now, time.UTC) + ", " + ui.Clock(t, time.UTC)
}

func facts(l frame.Look, x calendar.Period) []ui.Fact {
	fs := []ui.Fact{{Key: "Applies to", Value: frame.Reach(x.Scope)}, {Key: "Starts", Value: wall(l, x.Start)}, {Key: "Ends", Value: wall(l, x.End)}, {Key: "Zone", Value: x.Zone}}
	if x.RRule != "" {
		fs = append(fs, ui.Fact{Key: "Recurs", Value: x.RRule})
	}
	if x.Kind == calendar.Freeze {
		fs = append(fs, ui.Fact{Key: "How hard", Value: x.Hardness()}, ui.Fact{Key: "A live run at its start", Value: map[calendar.Running]string{
			calendar.Finish: "goes on to its end", calendar.Pause: "pauses before its next step", calendar.Abort: "is aborted"}[x.Running]})
	}
	if x.Reason != "" {
		fs = append(fs, ui.Fact{Key: "Reason", Value: x.Reason})
	}
	return append(fs, ui.Fact{Key: "Owner", Value: x.OwnerName}, ui.Fact{Key: "Key", Value: x.Key},
		ui.Fact{Key: "Last changed", Value: ui.Instant(x.ChangedAt.Std(), l.Now, l.Zone)})
}

func (v showView) state() (ui.State, string) {
	s := ui.Go
	switch v.Kind {
	case calendar.Freeze:
		s = ui.Freeze
	case calendar.Busy:
		s = ui.Hold
	}
	switch {
	case !v.Withdrawn.IsZero():
		return ui.Skip, "Withdrawn"
	case v.Active:
		return s, "Active"
	case v.Next != nil:
		return ui.Wait, "To come"
	}
	return ui.Skip, "Over"
}

func (v showView) sub() string {
	if !v.Withdrawn.IsZero() {
		return "Withdrawn " + ui.Instant(v.Withdrawn.Std(), v.Now, v.Look.Zone) + ": " + v.WithdrawnW
	}
	if v.Next == nil {
		return "It is over."
	}
	word := "Next "
	if v.Active {
		word = "Now: "
	}
	return word + v.Stretch(*v.Next) + "."
}
