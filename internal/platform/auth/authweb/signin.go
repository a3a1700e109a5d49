package authweb

import (
	"net/http"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/auth/signin"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiproblem"
	"slipway/internal/platform/web"
)

type signInView struct {
	org, host, version string
	login, next        string
	notice             string
	errors             ui.Errors
	people             []auth.Identity // of the demonstration
}

func (p *pages) signInView(r *http.Request) (signInView, error) {
	people, err := p.s.DemoPeople(r.Context())
	v := signInView{org: p.o.Org, host: p.o.Host, version: p.o.Version, people: people}
	if why := auth.Absence(r.Context()); why != nil {
		v.notice = errs.As(why).Msg
	}
	return v, err
}

func (p *pages) signInPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.signInView(r)
	if err != nil {
		return err
	}
	v.next = web.Local(r.URL.Query().Get("next"))
	if _, in := auth.Viewer(r.Context()); in {
		return p.site.Redirect(w, r, v.next)
	}
	return p.site.Render(w, r, web.Page{Title: "Sign in", Bare: true, Body: signInBody(v)})
}

func (p *pages) signIn(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Login    string `form:"login"`
		Password string `form:"password,raw"`
		Next     string `form:"next"`
	}
	err := p.site.Form(r, &in)
	var o credential.Opened
	if err == nil {
		o, err = p.s.SignIn(r.Context(), signin.SignIn{Login: in.Login, Password: in.Password, Origin: origin(r)})
	}
	if err == nil {
		return p.enter(w, r, o, in.Next)
	}
	v, verr := p.signInView(r)
	if verr != nil {
		return verr
	}
	v.login, v.next, v.errors, v.notice = in.Login, web.Local(in.Next), ui.ErrorsOf(err), ""
	page := web.Page{Title: "Sign in", Bare: true, Body: signInBody(v)}
	if errs.Is(err, errs.CodeUnauthenticated) {
		page.Status = http.StatusUnprocessableEntity // the answer to a form, which nobody could ask to be signed in for
		return p.site.Render(w, r, page)
	}
	return p.site.Again(w, r, err, page)
}

func (p *pages) signInDemo(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Person id.Person `form:"person"`
		Next   string    `form:"next"`
	}
	if err := p.site.Form(r, &in); err != nil {
		return err
	}
	o, err := p.s.SignInAs(r.Context(), in.Person, origin(r))
	if err != nil {
		return err
	}
	return p.enter(w, r, o, in.Next)
}

// enter gives the browser its session and goes on to where it wanted to go.
func (p *pages) enter(w http.ResponseWriter, r *http.Request, o credential.Opened, next string) error {
	cookie(w, r, o.Secret, int(o.Session.ExpiresAt.Sub(o.Session.MadeAt).Seconds()))
	return p.site.Redirect(w, r, next)
}

func cookie(w http.ResponseWriter, r *http.Request, value string, seconds int) {
	secure := httpx.Secure(r.Context())
	name := credential.CookieName
	if secure {
		name = "__Host-" + name
	}
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: seconds, Secure: secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func (p *pages) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := p.s.SignOut(r.Context()); err != nil {
		return err
	}
	cookie(w, r, "", -1)
	return p.site.Redirect(w, r, "/sign-in", web.Toast{State: ui.Go, Title: "Signed out"})
}

type firstRunView struct {
	link, name, email, zone string
	house                   string // the zone of the installation
	errors                  ui.Errors
}

func (p *pages) firstRunPage(w http.ResponseWriter, r *http.Request) error {
	v := firstRunView{link: r.PathValue("link"), house: p.house()}
	if err := p.s.FirstRunOpen(r.Context(), v.link); err != nil {
		return p.linkGone(w, r, err, "Restart Slipway while nobody can sign in, and it prints a new link. Once an administrator exists, sign in instead.")
	}
	return p.site.Render(w, r, web.Page{Title: "Welcome", Bare: true, Body: firstRunBody(v)})
}

func (p *pages) linkGone(w http.ResponseWriter, r *http.Request, err error, do string) error {
	e := errs.As(err)
	if e.Code != errs.CodeNotFound {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "The link does not work", Bare: true, Status: http.StatusNotFound, Body: linkGoneBody(uiproblem.Problem{
		Status: http.StatusNotFound, Title: "This link does not work any more", Happened: e.Msg, Do: do, Reason: e.Reason,
		Request: httpx.RequestID(r.Context()), Href: "/sign-in", Link: "Sign in",
	})})
}

func (p *pages) firstRun(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Name     string `form:"name"`
		Email    string `form:"email"`
		Zone     string `form:"zone"`
		Password string `form:"password,raw"`
		Again    string `form:"again,raw"`
	}
	link := r.PathValue("link")
	err := p.site.Form(r, &in)
	if err == nil {
		err = same(in.Password, in.Again)
	}
	var o credential.Opened
	if err == nil {
		o, err = p.s.FirstRun(r.Context(), link, signin.FirstAdministrator{Name: in.Name, Email: in.Email, Password: in.Password, Zone: in.Zone, Origin: origin(r)})
	}
	switch {
	case err == nil:
		return p.enter(w, r, o, "/")
	case errs.Is(err, errs.CodeNotFound):
		return p.linkGone(w, r, err, "If you have made the administrator just now, sign in.")
	}
	v := firstRunView{link: link, name: in.Name, email: in.Email, zone: in.Zone, house: p.house(), errors: ui.ErrorsOf(err)}
	return p.site.Again(w, r, err, web.Page{Title: "Welcome", Bare: true, Body: firstRunBody(v)})
}

func same(password, again string) error {
	if password != again {
		return errs.InvalidField("again", "password.differs", "The two passwords differ. Type the same one twice.")
	}
	return nil
}

type invitationView struct {
	link, name, email string
	errors            ui.Errors
}

const askAgain = "Ask an administrator for a new link."

func (p *pages) invitationPage(w http.ResponseWriter, r *http.Request) error {
	link := r.PathValue("link")
	who, err := p.s.Invited(r.Context(), link)
	if err != nil {
		return p.linkGone(w, r, err, askAgain)
	}
	return p.site.Render(w, r, web.Page{Title: "Set your password", Bare: true, Body: invitationBody(invitationView{link: link, name: who.Name, email: who.Email})})
}

func (p *pages) invitation(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Password string `form:"password,raw"`
		Again    string `form:"again,raw"`
		Login    string `form:"login"` // for password managers; not looked at
	}
	link := r.PathValue("link")
	who, err := p.s.Invited(r.Context(), link)
	if err != nil {
		return p.linkGone(w, r, err, askAgain)
	}
	if err = p.site.Form(r, &in); err == nil {
		err = same(in.Password, in.Again)
	}
	var o credential.Opened
	if err == nil {
		o, err = p.s.AcceptInvitation(r.Context(), link, in.Password, origin(r))
	}
	if err == nil {
		return p.enter(w, r, o, "/")
	}
	return p.site.Again(w, r, err, web.Page{Title: "Set your password", Bare: true, Body: invitationBody(invitationView{link: link, name: who.Name, email: who.Email, errors: ui.ErrorsOf(err)})})
}
