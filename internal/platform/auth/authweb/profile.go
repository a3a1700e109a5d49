package authweb

import (
	"net/http"

	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

type profileForm struct {
	Zone   string `form:"zone"`
	Locale string `form:"locale"`
	Theme  string `form:"theme"`
	Keys   bool   `form:"keys"`
	Rev    int64  `form:"rev"`
}

type profileView struct {
	adminView
	person   auth.Person
	role     string
	sessions []credential.Session
	form     profileForm
	errors   ui.Errors
	password ui.Errors
}

func (p *pages) profileView(r *http.Request) (v profileView, err error) {
	ctx := r.Context()
	if v.person, err = p.s.Me(ctx); err != nil {
		return v, err
	}
	me, _ := auth.Viewer(ctx)
	v.role = me.Role
	v.now, v.zone = p.now(ctx)
	v.house = p.house()
	v.sessions, err = p.s.Sessions(ctx, "")
	v.form = profileForm{v.person.Zone, v.person.Locale, v.person.Theme, v.person.Keys, v.person.Rev}
	return v, err
}

func (p *pages) profilePage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.profileView(r)
	if err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Your profile", Nav: "profile", Body: profileBody(v)})
}

func (p *pages) profile(w http.ResponseWriter, r *http.Request) error {
	var in profileForm
	err := p.site.Form(r, &in)
	if err == nil {
		_, err = p.s.SetProfile(r.Context(), people.PersonChange{Zone: &in.Zone, Locale: &in.Locale, Theme: &in.Theme, Keys: &in.Keys, Version: in.Rev})
	}
	if err == nil {
		setScheme(w, r, in.Theme)
		return p.site.Redirect(w, r, "/profile", web.Toast{State: ui.Go, Title: "Saved"})
	}
	v, verr := p.profileView(r)
	if verr != nil {
		return verr
	}
	if theirs, ok := errs.As(err).Theirs.(auth.Person); ok {
		in.Rev = theirs.Rev
	}
	v.form, v.errors = in, ui.ErrorsOf(err)
	return p.site.Again(w, r, err, web.Page{Title: "Your profile", Nav: "profile", Body: profileBody(v)})
}

// setScheme brings the browser's cookie, which pages are drawn by, to what the person chose.
func setScheme(w http.ResponseWriter, r *http.Request, theme string) {
	c := &http.Cookie{Name: ui.ThemeCookie, Value: theme, Path: "/", MaxAge: 31536000, SameSite: http.SameSiteLaxMode, Secure: secure(r)}
	if theme == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func (p *pages) password(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Login    string `form:"login"` // for password managers; not looked at
		Old      string `form:"old,raw"`
		Password string `form:"password,raw"`
		Again    string `form:"again,raw"`
	}
	err := p.site.Form(r, &in)
	if err == nil {
		err = same(in.Password, in.Again)
	}
	if err == nil {
		err = p.s.ChangePassword(r.Context(), in.Old, in.Password, origin(r))
	}
	if err == nil {
		return p.site.Redirect(w, r, "/profile", web.Toast{State: ui.Go, Title: "Password changed", Text: "Your other sessions have ended."})
	}
	v, verr := p.profileView(r)
	if verr != nil {
		return verr
	}
	v.password = ui.ErrorsOf(err)
	return p.site.Again(w, r, err, web.Page{Title: "Your profile", Nav: "profile", Body: profileBody(v)})
}

func (p *pages) closeSession(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Back string `form:"back"`
	}
	if err := p.site.Form(r, &in); err != nil {
		return err
	}
	if err := p.s.CloseSession(r.Context(), auth.SessionID(r.PathValue("session"))); err != nil {
		return err
	}
	if in.Back == "" {
		in.Back = "/profile"
	}
	return p.site.Redirect(w, r, in.Back, web.Toast{State: ui.Go, Title: "Session ended"})
}

func (p *pages) closeOthers(w http.ResponseWriter, r *http.Request) error {
	n, err := p.s.CloseOtherSessions(r.Context())
	if err != nil {
		return err
	}
	return p.site.Redirect(w, r, "/profile", web.Toast{State: ui.Go, Title: ui.Plural(n, "session", "sessions") + " ended"})
}
