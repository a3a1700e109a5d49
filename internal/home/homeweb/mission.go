package homeweb

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"slipway/internal/deploy"
	"slipway/internal/gate"
	"slipway/internal/home"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

// itemsShown is how many items stand on the page before all are asked for.
const itemsShown = 6

type missionView struct {
	reader.Reader
	home.Mission
	every   bool // every item is shown
	version string
	host    string
	has     func(string) bool
}

func (p *Pages) mission(w http.ResponseWriter, r *http.Request) error {
	v := missionView{Reader: reader.Of(r.Context(), p.db.Clock().Now()), every: r.URL.Query().Get("items") == "all", version: p.o.Version, host: r.Host, has: p.o.Exists}
	err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		v.Mission, err = p.home.Mission(tx, r.URL.Query().Get("scope") == "all")
		return err
	})
	if err != nil {
		return err
	}
	page := web.Page{Title: "Mission control", Nav: "home", Live: []string{"releases", "runs", "risks"}, Body: missionBody(v)}
	if v.Setup != nil {
		page.Body = setupBody(v)
	}
	return p.site.Render(w, r, page)
}

// sub is the line under the title.
func (v missionView) sub() string {
	_, week := v.Now.In(v.Zone).ISOWeek()
	s := fmt.Sprintf("%s, week %d. ", ui.LongDate(v.Now, v.Zone), week)
	switch n := len(v.Runs); n {
	case 0:
		s += "Nothing is being deployed"
	default:
		s += capital(ui.Plural(n, "deployment", "deployments")) + " running"
	}
	due := 0
	for _, i := range v.Items {
		if i.Mine && !i.Due.IsZero() && i.Due.Sub(db.At(v.Now)) < 24*time.Hour {
			due++
		}
	}
	if due > 0 {
		s += ", " + ui.Plural(due, "item", "items") + " of yours due within a day"
	}
	return s + "."
}

func capital(s string) string {
	if strings.HasPrefix(s, "1 ") {
		return "One" + s[1:]
	}
	return s
}

func (v missionView) here(all, every bool) string {
	q := url.Values{}
	if all {
		q.Set("scope", "all")
	}
	if every {
		q.Set("items", "all")
	}
	if len(q) == 0 {
		return "/"
	}
	return "/?" + q.Encode()
}

func (v missionView) scopes() []ui.Tab {
	return []ui.Tab{{Text: "Mine", Href: v.here(false, v.every), Current: !v.All}, {Text: "All teams", Href: v.here(true, v.every), Current: v.All}}
}

func (v missionView) shown() []home.Item {
	if v.every {
		return v.Items
	}
	return v.Items[:min(len(v.Items), itemsShown)]
}

func (v missionView) needsTitle() string {
	if v.All {
		return "Needs somebody now"
	}
	return "Needs you now"
}

func weight(i home.Item) ui.State {
	switch i.Weight {
	case home.Stops:
		return ui.NoGo
	case home.Presses:
		return ui.Hold
	}
	return ui.Wait
}

func said(i home.Item) string {
	switch i.Weight {
	case home.Stops:
		return "Stops something"
	case home.Presses:
		return "Presses"
	}
	return "Waits"
}

// due says until when: "window 21:00", "in 3 h 50 min", "Tomorrow 12:00".
func (v missionView) due(i home.Item) string {
	if i.Due.IsZero() {
		return ""
	}
	t := i.Due.Std()
	d := t.Sub(v.Now)
	text := ui.Near(t, v.Now, v.Zone)
	switch {
	case i.DueFor == "window" && d > 0 && strings.HasPrefix(text, "Today "):
		return "window " + strings.TrimPrefix(text, "Today ")
	case i.DueFor == "window" && d > 0:
		return "window " + text
	case i.DueFor == "window":
		return "window open"
	case d < 0:
		return ui.Duration(-d) + " late"
	case d < 8*time.Hour:
		return "in " + ui.Duration(d)
	}
	return text
}

func (v missionView) hot(i home.Item) bool {
	return !i.Due.IsZero() && i.Due.Sub(db.At(v.Now)) < 8*time.Hour
}

// way returns where an item is dealt with and the word on its button.
func way(i home.Item) (href, text string) {
	rel := "/releases/" + url.PathEscape(i.Release)
	switch i.Kind {
	case home.KindVerdict:
		if i.Poll {
			return rel + "/go-no-go", "Join the room"
		}
		return rel + "/readiness", "See what is missing"
	case home.KindConflict:
		return rel + "/scope/window", "Resolve"
	case home.KindAnswer:
		return rel + "/go-no-go", "Answer"
	case home.KindCondition:
		return rel + "/go-no-go", "Open"
	case home.KindStep:
		return "/runs/" + url.PathEscape(i.Ref), "Open step"
	case home.KindTrouble:
		return "/runs/" + url.PathEscape(i.Ref), "Decide"
	case home.KindApproval:
		return rel + "/approve?role=" + url.QueryEscape(i.Ref), "Review"
	case home.KindVoid:
		return rel + "/approve?role=" + url.QueryEscape(i.Ref), "See the change"
	case home.KindCriterion:
		return rel + "/readiness?criterion=" + url.QueryEscape(i.Ref), "Confirm"
	case home.KindEvidence:
		return rel + "/readiness?criterion=" + url.QueryEscape(i.Ref), "Add evidence"
	case home.KindTask:
		return rel + "/tasks/" + url.PathEscape(i.Ref), "Open"
	case home.KindAction:
		return "/actions/" + url.PathEscape(i.Ref), "Open"
	case home.KindNotice:
		return rel + "/impact", "Tell them"
	case home.KindReading:
		return "/calendar/versions/" + url.PathEscape(i.Ref), "Read"
	case home.KindRisk:
		return "/risks/" + url.PathEscape(i.Ref), "Review"
	}
	return rel, "Open"
}

func button(i home.Item, first bool) ui.Button {
	href, text := way(i)
	b := ui.Button{Text: text, Href: href, Size: "sm"}
	if first && i.Weight == home.Stops {
		b.Kind = "primary"
	}
	return b
}

// why is the second line of an item.
func (v missionView) why(i home.Item) string {
	if v.All && !i.Mine && i.Who != "" {
		return strings.TrimSpace(uiverdict.Told(i.Why, v.Now, v.Zone) + " Waits for " + i.Who + ".")
	}
	return uiverdict.Told(i.Why, v.Now, v.Zone)
}

func load(s gate.Standing) ui.Load {
	return ui.Load{Met: s.Met, Waived: s.Waived, AtRisk: s.AtRisk, NotMet: s.NotMet, Pending: s.Pending}
}

// plate is the verdict as the list shows it: state, word and how strongly.
func plate(u home.Upcoming) (ui.State, string, string) {
	s := u.Standing
	switch {
	case u.State == plan.Held:
		return ui.Hold, "On hold", "soft"
	case u.State == plan.Draft:
		return ui.Wait, "Draft", "open"
	case s.Word == gate.Go:
		return ui.Go, "GO", ""
	case s.Word == gate.NoGo:
		return ui.NoGo, "NO-GO", ""
	case s.AtRisk > 0:
		return ui.Hold, "AT RISK", "soft"
	}
	return ui.Wait, "Not due", "open"
}

func services(list []string) string {
	if len(list) > 3 {
		return strings.Join(list[:2], ", ") + fmt.Sprintf(", +%d", len(list)-2)
	}
	return strings.Join(list, ", ")
}

func (v missionView) person(p plan.Release) ui.Person {
	return ui.Person{ID: string(p.Owner), Name: v.People[p.Owner].Name}
}

// day is one day of the strip.
type day struct {
	Number, Name string
	Weekend      bool
	Today        bool
	Frozen       bool
	Label        string // of the freeze that begins on it, or before the strip
	Events       []home.Upcoming
	Live         []deploy.View // today: what is being deployed
}

// strip is the next three weeks, day by day in the viewer's zone.
func (v missionView) strip() []day {
	now := v.Now.In(v.Zone)
	first := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, v.Zone)
	out := make([]day, 21)
	labelled := map[string]bool{}
	for n := range out {
		from := first.AddDate(0, 0, n)
		to := first.AddDate(0, 0, n+1)
		d := day{Number: from.Format("2"), Name: from.Format("Mon"), Today: n == 0, Weekend: from.Weekday() == time.Saturday || from.Weekday() == time.Sunday}
		if n == 0 {
			d.Live = v.Runs
		}
		for _, f := range v.Freezes {
			if f.Starts.Std().Before(to) && f.Ends.Std().After(from) {
				d.Frozen = true
				if !labelled[f.Key] {
					labelled[f.Key] = true
					d.Label = f.Name + ", to " + ui.Date(f.Ends.Std().Add(-time.Second), v.Now, v.Zone)
				}
			}
		}
		for _, u := range v.Upcoming {
			at := u.Window.Start.Std()
			if n == 0 && at.Before(to) || !at.Before(from) && at.Before(to) {
				d.Events = append(d.Events, u)
			}
		}
		out[n] = d
	}
	return out
}

// columns are the widths of the days: those with something on them are wider.
func columns(ds []day) string {
	w := make([]string, len(ds))
	for i, d := range ds {
		switch {
		case len(d.Events)+len(d.Live) > 0:
			w[i] = "1fr"
		case d.Weekend:
			w[i] = ".4fr"
		default:
			w[i] = ".6fr"
		}
	}
	return "min-width:68rem;--cols:" + strings.Join(w, " ")
}

// short is the name of a release without its version, as a chip has room for.
func short(r plan.Release) string {
	if s := strings.TrimSpace(strings.TrimSuffix(r.Name, r.Version)); s != "" {
		return s
	}
	return r.Name
}

// chip is the name of a release without what reads as its version.
func chip(name string) string {
	if i := strings.LastIndexByte(name, ' '); i > 0 && strings.ContainsAny(name[i+1:], "0123456789") {
		return name[:i]
	}
	return name
}

// whoWhere is the second line of recent activity: who, and on which release if the sentence does not name it.
func whoWhere(e home.Entry) string {
	if e.ReleaseName == "" || strings.Contains(e.Sentence(), e.ReleaseName) {
		return by(e)
	}
	return e.ReleaseName + ", " + by(e)
}

func eventState(u home.Upcoming) (ui.State, string) {
	s, word, _ := plate(u)
	return s, word
}

func (d day) class() string {
	var c []string
	if d.Weekend {
		c = append(c, "we")
	}
	if d.Frozen {
		c = append(c, "fz")
	}
	if d.Today {
		c = append(c, "today")
	}
	return strings.Join(c, " ")
}

// entriesOf are the entries of the strip of recent activity.
func (v missionView) entries() []home.Entry { return slices.Clone(v.Activity) }
