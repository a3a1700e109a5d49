package frame

import (
	"net/http"

	"github.com/a-h/templ"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// around is what stands around every tab of a release.
type around struct {
	Look
	release plan.Release
	owner   ui.Person
	tabs    []ui.Tab
	actions []ui.Button
	ways    []act
	editWhy string // why the plan cannot be edited, "" when it can
	asked   bool   // the page is about a transition itself, so that the same questions do not stand there once more
}

// ReleasePage answers with page.Body inside the frame of a release: crumbs, title, window, environments, owner, state,
// countdown, actions and tabs. tab names the current one as its address does ("overview" for the first). Title, Nav,
// Crumbs and the topic of the release are added; page.Status and page.Block stay. It fails with errs.NotFound if the
// release does not exist or the caller may not see it. It costs about ten statements.
func (p *Frame) ReleasePage(w http.ResponseWriter, r *http.Request, ref, tab string, page web.Page) error {
	page, err := p.framed(r, ref, tab, page)
	if err != nil {
		return err
	}
	return p.Site.Render(w, r, page)
}

// ReleaseAgain answers a form of a tab whose input was refused, as web.Site.Again does, inside the frame.
func (p *Frame) ReleaseAgain(w http.ResponseWriter, r *http.Request, err error, ref, tab string, page web.Page) error {
	if c := errs.CodeOf(err); c == errs.CodeInternal || c == errs.CodeUnauthenticated || c == errs.CodeNotFound || c == errs.CodeUnavailable {
		return err
	}
	page, fault := p.framed(r, ref, tab, page)
	if fault != nil {
		return fault
	}
	httpx.Headers(w, err)
	return p.Site.Again(w, r, err, page)
}

// actions is the place of pages about transitions: no tab.
const actions = "do"

func (p *Frame) framed(r *http.Request, ref, tab string, page web.Page) (web.Page, error) {
	f := around{Look: p.Look(r), asked: tab == actions}
	err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if f.release, err = plan.ReleaseByRef(tx, ref); err != nil {
			return err
		}
		return p.fillFrame(tx, &f, tab)
	})
	if err != nil {
		return page, err
	}
	if page.Title == "" {
		page.Title = f.release.Name
	} else {
		page.Title += ", " + f.release.Name
	}
	page.Nav = "releases"
	page.Crumbs = nil
	page.Live = append(page.Live, "release/"+string(f.release.ID))
	page.Body = frameBody(f, page.Body)
	return page, nil
}

func (p *Frame) fillFrame(tx *db.Tx, f *around, tab string) error {
	r := f.release
	who, err := reader.WhoIs(tx, "Nobody", r.Owner)
	if err != nil {
		return err
	}
	f.owner = who.Of(r.Owner)
	ways, err := p.Plans.Ways(tx, r)
	if err != nil {
		return err
	}
	for _, w := range ways {
		f.ways = append(f.ways, actOf(w))
	}
	if f.editWhy, err = WhyNot(tx, r, "plan.edit"); err != nil {
		return err
	}
	if p.Options.Actions != nil {
		if f.actions, err = p.Options.Actions(tx, r); err != nil {
			return err
		}
	}
	if Locked(r) == "" {
		f.actions = append(f.actions, ui.Button{Text: "Move date", ID: "head-move", Icon: "calendar-days", Href: URL(r, "move"), Why: f.editWhy})
	}
	if err := p.room(tx, f); err != nil {
		return err
	}
	return p.fillTabs(tx, f, tab)
}

// room adds the way into the go/no-go, where the release is decided by a poll.
func (p *Frame) room(tx *db.Tx, f *around) error {
	if !p.Options.Room {
		return nil
	}
	t, err := plan.TemplateOf(tx, f.release)
	if err != nil || t.Poll == nil {
		return err
	}
	b := ui.Button{Text: "Go/No-Go room", Icon: "vote", Href: URL(f.release, "go-no-go")}
	switch f.release.State {
	case plan.Draft, plan.Planned:
		b.Why = "the room opens once the release is active."
	case plan.Active, plan.Approved:
		b.Kind = "primary"
	default:
	}
	f.actions = append(f.actions, b)
	return nil
}

func (p *Frame) fillTabs(tx *db.Tx, f *around, tab string) error {
	n, err := plan.CountScope(tx, f.release.ID)
	if err != nil {
		return err
	}
	list := []Tab{{Name: "overview", Text: "Overview"}, {Name: "plan", Text: "Plan"}, {Name: "scope", Text: "Scope"}}
	if n.Items > 0 {
		list[2].Count = ui.Number(int(n.Items))
	}
	if p.Options.Tabs != nil {
		more, err := p.Options.Tabs(tx, f.release)
		if err != nil {
			return err
		}
		list = append(list, more...)
	}
	for _, t := range list {
		href := URL(f.release, t.Name)
		if t.Name == "overview" {
			href = URL(f.release)
		}
		f.tabs = append(f.tabs, ui.Tab{Text: t.Text, Count: t.Count, Href: href, Current: t.Name == tab})
	}
	return nil
}

// WhyNot says in a sentence why the caller may not change the content of a release, "" when it may.
func WhyNot(tx *db.Tx, r plan.Release, permission string) (string, error) {
	may, err := auth.Allowed(tx, permission, plan.Scope(r))
	switch {
	case err != nil:
		return "", err
	case !may && permission == "plan.edit":
		return "only a release manager of " + r.ProductName + " changes the plan.", nil
	case !may:
		return "your roles do not carry " + permission + " here.", nil
	}
	return Locked(r), nil
}

// Locked says why the content of a release does not change where it stands, "" when it does.
func Locked(r plan.Release) string {
	switch r.State {
	case plan.Draft, plan.Planned, plan.Active, plan.Approved, plan.Held:
		return ""
	case plan.RolledBack:
		return "the release was rolled back. Retarget it with another manifest or window."
	case plan.Deploying:
		return "the release is being deployed."
	default:
		return "the release is " + r.State.Words() + "."
	}
}

// countdown is T-minus to the window, T-plus from its opening on, and nothing once the release is through.
func (f around) countdown() *ui.Countdown {
	r := f.release
	c := ui.Countdown{At: r.Window.Start.Std(), Now: f.Now, To: "to window opening"}
	switch {
	case r.Window.IsZero():
		return nil
	case r.State == plan.Deployed || r.State == plan.Verified || r.State == plan.RolledBack || r.Ended():
		return nil
	case !r.Window.Start.Std().After(f.Now):
		c.To = "since the window opened"
	}
	return &c
}

func (f around) head() ui.ReleaseHead {
	r := f.release
	h := ui.ReleaseHead{
		Crumbs:  []ui.Crumb{{Text: "Releases", Href: "/releases"}, {Text: r.ProductName, Href: "/releases?product=" + r.ProductKey}, {Text: r.Version}},
		Name:    r.Name,
		Title:   r.Title,
		Running: r.State == plan.Deploying,
		Meta:    []templ.Component{ui.MetaIcon("calendar-days", f.Period(r.Window))},
	}
	if len(r.EnvironmentKeys) > 0 {
		h.Meta = append(h.Meta, ui.MetaIcon("server", ui.List(r.EnvironmentKeys...)))
	}
	if r.Owner != "" {
		h.Meta = append(h.Meta, ui.Who(f.owner))
	}
	state, word := StateOf(r)
	h.Meta = append(h.Meta, ui.Pill(state, word))
	h.Countdown = f.countdown()
	return h
}

// StateOf returns the shape and the word of where a release stands.
func StateOf(r plan.Release) (ui.State, string) {
	switch r.State {
	case plan.Active:
		return ui.Live, "Active"
	case plan.Approved:
		return ui.Go, "Approved"
	case plan.Deploying:
		return ui.Live, "Deploying"
	case plan.Deployed:
		return ui.Live, "Deployed, to be verified"
	case plan.Verified:
		return ui.Go, "Verified"
	case plan.Closed:
		return ui.Go, "Closed"
	case plan.Held:
		return ui.Hold, "On hold"
	case plan.Cancelled:
		return ui.Skip, "Cancelled"
	case plan.RolledBack:
		return ui.NoGo, "Rolled back"
	case plan.Planned:
		return ui.Wait, "Planned"
	default:
		return ui.Wait, "Draft"
	}
}

// tells reports whether the state has a reason that every tab must show.
func (f around) tells() bool {
	s := f.release.State
	return s == plan.Held || s == plan.Cancelled || s == plan.RolledBack || s == plan.Active
}

func (f around) noteState() ui.State {
	s, _ := StateOf(f.release)
	if s == ui.Live {
		return ui.Hold
	}
	return s
}

func (f around) noteLead() string {
	_, word := StateOf(f.release)
	return word + " " + f.Since(f.release.StateAt) + "."
}

// menu opens the list of actions; without script it is a page.
func (f around) menu() ui.Button {
	b := ui.Button{Icon: "ellipsis", Label: "More actions", Href: URL(f.release, actions)}
	if !f.asked {
		b.Dialog = "release-acts"
	}
	return b
}
