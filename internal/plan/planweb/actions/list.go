package actions

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/register"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

const pageLimit = 100

// query is the state of the register, as the address carries it.
type query struct {
	Q        string `form:"q"`
	Show     string `form:"show"` // overdue, mine, proof, gating or ended; "" for open
	Source   string `form:"source"`
	Release  string `form:"release"`
	Selected string `form:"sel"`
	Do       string `form:"do"` // which form of the selected action the panel shows: back or done; "" for none
	After    string `form:"after"`
}

func (q query) values() url.Values {
	v := url.Values{}
	for k, s := range map[string]string{"q": q.Q, "show": q.Show, "source": q.Source, "release": q.Release, "sel": q.Selected, "do": q.Do, "after": q.After} {
		if s != "" {
			v.Set(k, s)
		}
	}
	return v
}

func (q query) narrowed() bool { return q.Q != "" || q.Show != "" || q.Source != "" || q.Release != "" }

func (q query) filter() (register.Filter, error) {
	f := register.Filter{Query: q.Q, Source: q.Source, Release: q.Release}
	switch q.Show {
	case "overdue":
		f.Overdue = true
	case "mine":
		f.Mine, f.Open = true, true
	case "proof":
		f.States = []register.State{register.Said}
	case "gating":
		f.Gating, f.Open = true, true
	case "ended":
		f.States = []register.State{register.Closed, register.Dropped}
	case "":
		f.Open = true
	default:
		return f, errs.InvalidField("show", "action.show_unknown", "The list shows what is overdue, mine, proof, gating or ended, not %.30q.", q.Show)
	}
	return f, nil
}

// view is the register.
type view struct {
	look
	query
	groups []group
	count  int
	tally  register.Tally
	who    reader.Who
	card   *card
	next   string
	addWhy string
	of     string // the name of the release that the list is narrowed to
}

// group is the actions of one stretch of time.
type group struct {
	title string
	rows  []register.Action
}

// url writes the state as an address, changed by fn, from its first page on.
func (v view) url(fn func(*query)) string {
	q := v.query
	q.After, q.Do = "", ""
	fn(&q)
	return Path + encode(q.values())
}

// exported are the filters that a download keeps.
func (v view) exported() url.Values {
	q := v.query
	q.Selected, q.Do, q.After = "", "", ""
	return q.values()
}

// addURL is where an action is added, of the release that the list is narrowed to.
func (v view) addURL() string {
	q := url.Values{}
	if v.Release != "" {
		q.Set("release", v.Release)
	}
	return Path + "/new" + encode(q)
}

func (v view) shows(what string) string {
	return v.url(func(q *query) {
		if q.Selected = ""; q.Show == what {
			q.Show = ""
			return
		}
		q.Show = what
	})
}

func (v view) summary() string {
	t := v.tally
	var of []string
	for _, x := range []struct {
		n         int64
		one, many string
	}{{t.Overdue, "overdue", "overdue"}, {t.Said, "waits for proof", "wait for proof"}, {t.Gating, "gates a release", "gate a release"}} {
		switch {
		case x.n == 1:
			of = append(of, "1 "+x.one)
		case x.n > 1:
			of = append(of, ui.Number(int(x.n))+" "+x.many)
		}
	}
	s := ui.Number(int(t.Open)) + " open"
	if len(of) > 0 {
		s += ": " + strings.Join(of, ", ")
	}
	s += "."
	if t.Ended > 0 {
		s += " " + strconv.Itoa(int(t.InTime*100/t.Ended)) + " % of the last quarter closed in time."
	}
	return s
}

type place struct {
	At     int64 `json:"t"`
	Number int64 `json:"n"`
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	v := view{look: p.look(r.Context())}
	if err := web.Query(r, &v.query); err != nil {
		return err
	}
	if err := p.read(r, &v); err != nil {
		return err
	}
	return p.site.Render(w, r, listPage(v))
}

func listPage(v view) web.Page {
	return web.Page{Title: "Actions", Nav: "actions", Live: []string{"actions"}, Body: body(v)}
}

func (p *Pages) read(r *http.Request, v *view) error {
	at, _, err := api.DecodeCursor[place]("actions", v.After)
	if err != nil {
		return err
	}
	return p.db.Read(r.Context(), func(tx *db.Tx) error {
		f, err := v.filter()
		if err != nil {
			return err
		}
		f.AfterSort, f.AfterNumber, f.Limit = at.At, at.Number, pageLimit+1
		rows, err := p.register.Read(tx, f)
		if err != nil {
			return err
		}
		if len(rows) > pageLimit {
			rows = rows[:pageLimit]
			last := rows[pageLimit-1]
			if v.next, err = api.EncodeCursor("actions", place{last.Order(), last.Number}); err != nil {
				return err
			}
		}
		if v.tally, err = p.register.Tally(tx, register.Filter{Query: v.Q, Source: v.Source, Release: v.Release}); err != nil {
			return err
		}
		if v.who, err = named(tx, rows); err != nil {
			return err
		}
		v.count, v.groups = len(rows), v.grouped(rows)
		if v.Release != "" {
			of, err := plan.ReleaseByRef(tx, v.Release)
			if err != nil {
				return err
			}
			v.of = of.Name
		}
		if v.Selected != "" {
			c, err := p.cardOf(tx, v.look, v.Selected)
			if err != nil {
				return err
			}
			c.back = v.query
			v.card = &c
		}
		all, scopes, err := auth.Scopes(tx, "action.add")
		if err == nil && !all && len(scopes) == 0 {
			v.addWhy = "your roles do not carry action.add."
		}
		return err
	})
}

// The groups of the list, in order.
const (
	overdue  = "Overdue"
	thisWeek = "This week"
	awaiting = "Waits for proof"
	later    = "Later"
	dateless = "Without a date"
	ended    = "Ended"
)

// grouped cuts a page of the list, which is by due date, into groups.
func (v view) grouped(rows []register.Action) []group {
	by := map[string][]register.Action{}
	add := func(title string, a register.Action) { by[title] = append(by[title], a) }
	now := v.Now.In(v.Zone)
	week := time.Date(now.Year(), now.Month(), now.Day()+8-weekday(now), 0, 0, 0, 0, v.Zone)
	for _, a := range rows {
		switch {
		case a.State.Ended():
			add(ended, a)
		case a.State == register.Said:
			add(awaiting, a)
		case v.overdue(a):
			add(overdue, a)
		case a.Due.IsZero():
			add(dateless, a)
		case a.Due.Std().Before(week):
			add(thisWeek, a)
		default:
			add(later, a)
		}
	}
	var out []group
	for _, t := range []string{overdue, thisWeek, awaiting, later, dateless, ended} {
		if len(by[t]) > 0 {
			out = append(out, group{t, by[t]})
		}
	}
	return out
}

// weekday is 1 for Monday to 7 for Sunday.
func weekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

func sourceText(a register.Action) string {
	word := strings.ToUpper(a.Source.Kind[:1]) + a.Source.Kind[1:]
	switch {
	case a.Source.Kind == "itself":
		return ""
	case a.Source.Kind == "condition":
		return a.Source.Name
	case a.Source.Name == "":
		return word
	case strings.HasPrefix(strings.ToLower(a.Source.Name), a.Source.Kind):
		return a.Source.Name
	case a.Source.Kind == register.SourceRisk:
		return word + " " + a.Source.Name
	}
	return word + ", " + a.Source.Name
}

// sourceShort is sourceText for a column: of a risk the key alone.
func sourceShort(a register.Action) string {
	if a.Source.Kind == register.SourceRisk && a.Source.Ref != "" {
		return "Risk " + a.Source.Ref
	}
	return sourceText(a)
}

func (l look) overdue(a register.Action) bool { return a.Overdue(db.At(l.Now)) }

// mark is the shape of an action in the list.
func (l look) mark(a register.Action) (ui.State, string) {
	switch {
	case a.State == register.Closed:
		return ui.Go, "Closed"
	case a.State == register.Dropped:
		return ui.Skip, "Dropped"
	case a.State == register.Said:
		return ui.GoIf, "Waits for proof"
	case l.overdue(a):
		return ui.NoGo, "Overdue"
	case a.State == register.Started:
		return ui.Live, "Started"
	}
	return ui.Wait, "Open"
}

// note is the second line of an action in the list.
func (v view) note(a register.Action) string {
	s := a.Key
	if v.overdue(a) {
		s += ", " + ui.Age(a.Due.Std(), v.Now) + " late"
	}
	switch {
	case !a.EscalatedAt.IsZero() && !a.State.Ended():
		s += ", escalated"
	case a.State == register.Said:
		s += ", done, proof shown"
	case a.State == register.Started:
		s += ", started"
	}
	if a.Gates && !a.State.Ended() {
		s += ", gates the release"
	}
	if a.Owner != "" && a.Owner == v.Me {
		s += ", yours"
	}
	return s
}
