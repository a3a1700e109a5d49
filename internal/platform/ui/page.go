package ui

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/platform/httpx"
)

// CSP is the content security policy of every page, the edge's.
const CSP = httpx.Policy

// Scheme is the colour scheme a person chose; empty leaves it to the system.
type Scheme string

// The schemes.
const (
	System Scheme = ""
	Light  Scheme = "light"
	Dark   Scheme = "dark"
)

// ThemeCookie names the cookie that carries the scheme; the switch in the shell writes it.
const ThemeCookie = "slipway_theme"

// SchemeOf reads the scheme from the request's cookie.
func SchemeOf(r *http.Request) Scheme {
	c, err := r.Cookie(ThemeCookie)
	if err != nil || (c.Value != string(Light) && c.Value != string(Dark)) {
		return System
	}
	return Scheme(c.Value)
}

// ThemeHandler switches the scheme without script: it takes the POST of the shell's button, writes the cookie and goes
// back to the path named in the field "back" (a local path only).
func ThemeHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next := Dark
		if r.PostFormValue("shown") == string(Dark) {
			next = Light
		}
		http.SetCookie(w, &http.Cookie{
			Name: ThemeCookie, Value: string(next), Path: "/", MaxAge: 31536000, SameSite: http.SameSiteLaxMode, Secure: httpx.Secure(r.Context()),
		})
		http.Redirect(w, r, localPath(r.PostFormValue("back")), http.StatusSeeOther) //nolint:gosec // localPath lets no other site through
	})
}

// localPath returns p if it stays on this site, else "/". A browser reads a backslash as a slash and drops control
// characters, so both are refused.
func localPath(p string) string {
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\x00\t\r\n") {
		return "/"
	}
	return p
}

// Viewer is the person the page is for.
type Viewer struct {
	Person
	Role    string
	Zone    *time.Location // display zone; UTC when nil
	Lang    string         // language tag; "en-GB" when empty
	KeysOff bool           // single-key shortcuts turned off in the profile
}

// NavItem is one entry of the navigation. The caller gives only areas that exist and that the viewer may open.
type NavItem struct {
	Key   string // compared with Page.Active
	Label string
	Icon  string
	Href  string
	Group string // heading above the entry; empty for the first group
	Count int    // 0 shows nothing
	Note  string // what the count means, as a title
	Hot   bool   // the count needs the viewer
	Live  bool   // a dot in the dock: something runs
	Go    string // letter after g that opens it
	Short string // for the dock; Label when empty
}

// Watch is what the watch bar shows on every page.
type Watch struct {
	Runs   []WatchRun
	Next   *WatchNext
	Freeze *WatchFreeze
}

// WatchRun is a run in progress.
type WatchRun struct{ Name, Step, Offset, Href string }

// WatchNext is the next thing to count down to.
type WatchNext struct {
	Name, Href string
	At         time.Time
}

// WatchFreeze is the running or the next freeze.
type WatchFreeze struct {
	Name, Href   string
	Starts, Ends time.Time
}

// Stream connects the page to its live stream.
type Stream struct {
	URL   string // path without since
	Since int64  // ledger sequence that the page was rendered from
}

// PaletteGroup is a heading of the command palette with its local commands.
type PaletteGroup struct {
	Title string
	Items []PaletteItem
}

// PaletteItem is a place to go or a thing to do.
type PaletteItem struct{ Label, Icon, Href, Note string }

// Palette configures the command palette.
type Palette struct {
	Search string // address of the server search (GET ?q=), answering with PaletteFound; empty leaves local commands only
	Groups []PaletteGroup
}

// Page is everything around the body of a page.
type Page struct {
	Title   string
	Org     string
	Active  string
	Nav     []NavItem
	Dock    []NavItem // at most five, for phones; the first five of Nav when nil
	More    string    // address of the dock's last entry, a page with the whole navigation; empty leaves it out
	Viewer  *Viewer   // nil for nobody
	Profile string    // address of the viewer's profile
	Home    string    // address of the brand; "/" when empty
	Watch   Watch
	Scheme  Scheme
	Now     time.Time
	Live    *Stream
	Class   string // class of main
	Palette Palette
	Toasts  []Toast
	Theme   string // where ThemeHandler is mounted; empty leaves the switch to script alone
	Path    string // of this page, for coming back after the switch
}

// Zone returns the zone in which the page shows times.
func (p Page) Zone() *time.Location {
	if p.Viewer != nil && p.Viewer.Zone != nil {
		return p.Viewer.Zone
	}
	return time.UTC
}

func (p Page) lang() string {
	if p.Viewer != nil && p.Viewer.Lang != "" {
		return p.Viewer.Lang
	}
	return "en-GB"
}

func (p Page) home() string {
	if p.Home != "" {
		return p.Home
	}
	return "/"
}

// dock returns the entries of the bar on small screens: the last place is for More when there is one.
func (p Page) dock() []NavItem {
	d := p.Dock
	if d == nil {
		d = p.Nav
	}
	limit := 5
	if p.More != "" {
		limit = 4
	}
	return d[:min(len(d), limit)]
}

func (p Page) dockColumns() templ.SafeCSS {
	n := len(p.dock())
	if p.More != "" {
		n++
	}
	return templ.SafeCSS("grid-template-columns:repeat(" + Number(max(n, 1)) + ",1fr)")
}

func (p Page) keys() string {
	if p.Viewer != nil && p.Viewer.KeysOff {
		return "off"
	}
	return "on"
}

// Partial reports whether htmx asks for the body of a page alone.
func Partial(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-Request-Type") == "partial"
}

// Headers writes what every answer with HTML carries: type, policy and the headers the answer depends on.
func Headers(h http.Header) {
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", CSP)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "HX-Request")
	h.Add("Vary", "HX-Request-Type")
}

// Render answers with the body in the shell, or with the body alone when htmx asks for a part. The body is rendered into
// memory first, so that an error leaves the answer untouched.
func (p Page) Render(w http.ResponseWriter, r *http.Request, status int, body templ.Component) error {
	if t, ok := TakeToast(w, r); ok {
		p.Toasts = append(p.Toasts, t)
	}
	if p.Scheme == System {
		p.Scheme = SchemeOf(r)
	}
	if p.Path == "" {
		p.Path = r.URL.RequestURI()
	}
	whole := Shell(p, body)
	if Partial(r) {
		whole = body
	}
	return write(w, r, status, whole)
}

// RenderBare answers with a page without navigation: sign-in, first run, errors for people who are not signed in.
func (p Page) RenderBare(w http.ResponseWriter, r *http.Request, status int, body templ.Component) error {
	if p.Scheme == System {
		p.Scheme = SchemeOf(r)
	}
	whole := Bare(p, body)
	if Partial(r) {
		whole = body
	}
	return write(w, r, status, whole)
}

// RenderPart answers with a component alone, for htmx targets that are no page.
func RenderPart(w http.ResponseWriter, r *http.Request, status int, part templ.Component) error {
	return write(w, r, status, part)
}

// Redirect leads on after an act that worked: with 303, or by htmx's own header when a form was sent by htmx.
func Redirect(w http.ResponseWriter, r *http.Request, path string) {
	if r.Header.Get("HX-Request") == "true" {
		w.Header().Set("HX-Redirect", path)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
}

func write(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	buf := templ.GetBuffer()
	defer templ.ReleaseBuffer(buf)
	if err := c.Render(r.Context(), buf); err != nil {
		return err
	}
	Headers(w.Header())
	w.WriteHeader(status)
	_, _ = w.Write(buf.Bytes()) // the reader has gone away: nobody to tell
	return nil
}

// Toast is a short word after something reversible.
type Toast struct {
	Title string `json:"title"`
	Text  string `json:"text,omitempty"`
	State State  `json:"state,omitempty"`
}

const toastCookie = "slipway_toast"

// SendToast shows a toast with the answer to r: at once when htmx asked, on the next page (after a redirect) otherwise.
// Call it before the answer is written.
func SendToast(w http.ResponseWriter, r *http.Request, t Toast) {
	if t.State == "" {
		t.State = Go
	}
	if r.Header.Get("HX-Request") == "true" {
		// A header carries ASCII only.
		w.Header().Set("HX-Trigger", ascii(map[string]Toast{"toast": t}))
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: toastCookie, Value: base64.RawURLEncoding.EncodeToString([]byte(ascii(t))), Path: "/", MaxAge: 60,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: httpx.Secure(r.Context()),
	})
}

// TakeToast returns the toast that a redirect brought, once.
func TakeToast(w http.ResponseWriter, r *http.Request) (Toast, bool) {
	c, err := r.Cookie(toastCookie)
	if err != nil {
		return Toast{}, false
	}
	http.SetCookie(w, &http.Cookie{Name: toastCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: httpx.Secure(r.Context())})
	raw, err := base64.RawURLEncoding.DecodeString(c.Value)
	var t Toast
	if err != nil || json.Unmarshal(raw, &t) != nil || stateWords[t.State] == "" {
		return Toast{}, false
	}
	return t, true
}

// ascii marshals with all other characters escaped.
func ascii(v any) string {
	raw, _ := json.Marshal(v) // strings only: cannot fail
	var b strings.Builder
	for _, r := range string(raw) {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		for _, u := range utf16(r) {
			b.WriteString(`\u`)
			const digits = "0123456789abcdef"
			for shift := 12; shift >= 0; shift -= 4 {
				b.WriteByte(digits[u>>shift&15])
			}
		}
	}
	return b.String()
}

func utf16(r rune) []uint16 {
	if r < 0x10000 {
		return []uint16{uint16(r)}
	}
	r -= 0x10000
	return []uint16{uint16(0xd800 + r>>10), uint16(0xdc00 + r&0x3ff)}
}
