package dependencies

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/draw"
	"slipway/internal/platform/web"
	"slipway/internal/work/dependency"
)

// smallest is how much a wide map shrinks before it scrolls: below that its texts are too small to read.
const smallest = 0.78

// rowsMost is how many dependencies the table shows at once.
const rowsMost = 50

// view is everything that the page shows.
type view struct {
	look
	query
	m        dependency.Map
	svg      draw.SVG
	least    string // the width at which the map begins to scroll
	lost     string // the focus was not found
	service  catalog.Service
	release  plan.Release
	team     auth.Team
	who      reader.Who
	hits     []dependency.Hit
	slipErr  string
	rows     []dependency.Dependency
	total    int64
	open     int64
	late     int64
	next     string
	releases []ui.Option
	addWhy   string
}

type afterKey struct {
	At int64  `json:"t"`
	ID string `json:"i"`
}

func (p *Pages) overview(w http.ResponseWriter, r *http.Request) error {
	v, err := p.view(r)
	if err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Dependencies", Nav: "dependencies", Live: []string{"dependencies", "releases"}, Body: overviewBody(v)})
}

func (p *Pages) view(r *http.Request) (view, error) {
	v := view{look: p.look(r.Context())}
	if err := web.Query(r, &v.query); err != nil {
		return v, err
	}
	err := p.db.Read(r.Context(), v.read)
	if err != nil {
		return v, err
	}
	svg, wide, err := v.picture(false)
	v.svg, v.least = draw.SVG(svg), strconv.FormatFloat(max(wide*smallest/16, 20), 'f', 1, 64)+"rem"
	return v, err
}

// download answers with the map as a file of its own.
func (p *Pages) download(w http.ResponseWriter, r *http.Request) error {
	v, err := p.view(r)
	if err != nil {
		return err
	}
	svg, _, err := v.picture(true)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/svg+xml; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="dependencies.svg"`)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, err = w.Write([]byte(svg)) //nolint:gosec // the picture escapes every text, and the header keeps it from being a page
	return err
}

func (v *view) read(tx *db.Tx) (err error) {
	q := v.query.question()
	v.m, err = dependency.MapOf(tx, q)
	if e := errs.As(err); err != nil && e.Code == errs.CodeInvalid && len(e.Fields) == 1 && e.Fields[0].Name == "focus" {
		v.lost, q.Focus = e.Fields[0].Msg, ""
		v.m, err = dependency.MapOf(tx, q)
	}
	if err != nil {
		return err
	}
	if err := v.readFocus(tx); err != nil {
		return err
	}
	if err := v.readRows(tx); err != nil {
		return err
	}
	return v.readChoices(tx)
}

// readFocus reads more about the place in focus, and who is hit if it slips.
func (v *view) readFocus(tx *db.Tx) (err error) {
	if v.m.At < 0 {
		return nil
	}
	p := v.m.Places[v.m.At]
	switch p.Kind {
	case dependency.Service:
		v.service, err = catalog.ServiceByRef(tx, p.ID)
		if err == nil && v.service.Team != "" {
			v.team, err = auth.TeamByRef(tx, string(v.service.Team))
		}
	case dependency.Team:
		v.team, err = auth.TeamByRef(tx, p.ID)
	case dependency.Release:
		v.release, err = plan.ReleaseByRef(tx, p.ID)
	}
	if errs.Is(err, errs.CodeNotFound) { // what the viewer may not see shows by its name alone
		v.service, v.release, v.team, err = catalog.Service{}, plan.Release{}, auth.Team{}, nil
	}
	if err != nil {
		return err
	}
	if v.who, err = reader.WhoIs(tx, "", v.service.Owner, v.release.Owner); err != nil {
		return err
	}
	if v.Slip == "" || v.release.ID == "" {
		return nil
	}
	o, said := offset(v.Slip)
	if !said {
		v.slipErr = "Write a time such as 2d, 12h or -1d."
		return nil
	}
	v.hits, err = dependency.HitsOf(tx, dependency.Slip{Release: string(v.release.ID), By: o.Duration()})
	return err
}

// offset reads a time that a person wrote, and whether it is one.
func offset(text string) (o plan.Offset, is bool) {
	err := o.UnmarshalText([]byte(text))
	return o, err == nil
}

func (v *view) readRows(tx *db.Tx) error {
	f := dependency.Filter{Open: v.Show == "", Late: v.Show == "late", Limit: rowsMost + 1}
	if v.Show != "" && v.Show != "late" && v.Show != "all" {
		return errs.InvalidField("show", "dependency.show_unknown", "The table shows late, all, or what is open, not %.30q.", v.Show)
	}
	if v.m.At >= 0 {
		f.Party = v.m.Places[v.m.At].Ref()
		if k := v.m.Places[v.m.At]; k.Kind == dependency.Release {
			if v.release.ID == "" {
				return nil // a release that the viewer may not see has no table
			}
			f.Party, f.Release = "", k.ID
		}
	}
	at, _, err := api.DecodeCursor[afterKey]("dependencies-page", v.After)
	if err != nil {
		return err
	}
	f.AfterSort, f.AfterID = at.At, at.ID
	if v.rows, err = dependency.List(tx, f); err != nil {
		return err
	}
	if len(v.rows) > rowsMost {
		v.rows = v.rows[:rowsMost]
		last := v.rows[rowsMost-1]
		if v.next, err = api.EncodeCursor("dependencies-page", afterKey{last.Order(), string(last.ID)}); err != nil {
			return err
		}
	}
	f.AfterSort, f.AfterID = 0, ""
	if v.total, err = dependency.CountOf(tx, f); err != nil {
		return err
	}
	f.Open, f.Late = true, false
	if v.open, err = dependency.CountOf(tx, f); err != nil {
		return err
	}
	f.Late = true
	v.late, err = dependency.CountOf(tx, f)
	return err
}

// choicesMost bounds the releases that the filter offers.
const choicesMost = 200

func (v *view) readChoices(tx *db.Tx) error {
	open := false
	rs, err := plan.Releases(tx, plan.Filter{Ended: &open, Limit: choicesMost})
	if err != nil {
		return err
	}
	v.releases = []ui.Option{{Text: "Changes in: no release"}}
	for _, r := range rs {
		v.releases = append(v.releases, ui.Option{Value: r.Key, Text: "Changes in " + r.Name})
	}
	if v.Release != "" && !slices.ContainsFunc(v.releases, func(o ui.Option) bool { return o.Value == v.Release }) {
		v.releases = append(v.releases, ui.Option{Value: v.Release, Text: "Changes in " + cmp.Or(v.m.Marked.Name, v.Release)})
	}
	all, scopes, err := auth.Scopes(tx, "dependency.plan")
	if err == nil && !all && len(scopes) == 0 {
		v.addWhy = "your roles do not carry dependency.plan anywhere."
	}
	return err
}

// sub is the line under the title.
func (v view) sub() string {
	s := strings.ToUpper(v.counted()[:1]) + v.counted()[1:] + "."
	if v.m.Marked.ID != "" {
		s += " Marked: what " + v.m.Marked.Name + " changes."
	}
	if v.m.Beyond > 0 {
		s += " " + ui.Plural(v.m.Beyond, "place lies", "places lie") + " farther away."
	}
	return s
}

func (v view) views() []ui.Tab {
	var out []ui.Tab
	for _, x := range dependency.Views() {
		out = append(out, ui.Tab{Text: strings.ToUpper(string(x[:1])) + string(x[1:]), Current: x == v.query.view(),
			Href: v.query.url(func(q *query) { *q = query{View: string(x), Release: q.Release, Depth: q.Depth} })})
	}
	return out
}

// neighbour is a line of the list beside the map.
type neighbour struct {
	dependency.Place
	state ui.State
	word  string
	text  string
	href  string
}

// around are the places around the focus, the nearest and worst first.
func (v view) around() (out []neighbour, direct, indirect int) {
	at := v.m.At
	best := map[int]neighbour{}
	for _, w := range v.m.Ways {
		k := w.From
		if k == at {
			k = w.To
		}
		if w.From != at && w.To != at {
			continue
		}
		for _, i := range w.Dependencies {
			d := v.m.Dependencies[i]
			state, word := v.stateOf(d)
			if has, known := best[k]; !known || worse[state] > worse[has.state] {
				best[k] = neighbour{Place: v.m.Places[k], state: state, word: word, text: sentence(d), href: v.query.url(func(q *query) { q.Q, q.Slip = v.m.Places[k].Ref(), "" })}
			}
		}
	}
	for k, p := range v.m.Places {
		n, near := best[k]
		switch {
		case near:
			direct++
		case p.Distance > 1:
			indirect++
			n = neighbour{Place: p, state: ui.Skip, word: "Indirect", text: "Indirect, " + ui.Plural(p.Distance, "hop", "hops") + " away.", href: v.query.url(func(q *query) { q.Q, q.Slip = p.Ref(), "" })}
		default:
			continue
		}
		out = append(out, n)
	}
	slices.SortStableFunc(out, func(a, b neighbour) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(worse[b.state], worse[a.state]), strings.Compare(a.Name, b.Name))
	})
	return out, direct, indirect
}

// sentence says what a dependency is about, and what was said of it.
func sentence(d dependency.Dependency) string {
	s := strings.TrimSuffix(d.What, ".") + "."
	if d.Note != "" {
		s += " " + strings.TrimSuffix(d.Note, ".") + "."
	}
	return s
}

// aside is the word at the end of a line of the list.
func (n neighbour) aside() string {
	if n.Kind == dependency.Outside {
		return "outside"
	}
	return n.Version
}

// focusEnd is what stands at the end of the header of the focus.
func (v view) focusEnd() string {
	if v.service.Tier > 0 {
		return "Tier " + strconv.Itoa(v.service.Tier)
	}
	return kindWord(v.m.Places[v.m.At].Kind)
}

func (v view) focusFacts() []ui.Fact {
	p := v.m.Places[v.m.At]
	var out []ui.Fact
	add := func(key, value string) {
		if value != "" {
			out = append(out, ui.Fact{Key: key, Value: value})
		}
	}
	if p.Kind == dependency.Outside {
		add("Who", "An outside party: its dates are what it promises.")
	}
	add("Team", v.team.Name)
	if p.Kind == dependency.Team {
		add("Members", ui.Plural(len(v.team.Members), "person", "people"))
	}
	for _, o := range []ui.Person{v.who.Of(v.service.Owner), v.who.Of(v.release.Owner)} {
		if o.Name != "" {
			out = append(out, ui.Fact{Key: "Owner", Body: ui.Who(o)})
		}
	}
	if p.Version != "" {
		add("In "+v.m.Marked.Name, p.Version)
	}
	if r := v.release; r.ID != "" {
		add("State", r.State.Words())
		if !r.Window.IsZero() {
			add("Window", ui.Period(r.Window.Start.Std(), r.Window.End.Std(), v.Now, v.Zone))
		}
	}
	add("What it does", v.service.Text)
	return out
}

// hitText says how a slip hits somebody.
func (v view) hitText(h dependency.Hit) string {
	minutes := func(m int64) string { return ui.Duration(time.Duration(m) * time.Minute) }
	s := "Has " + minutes(h.Spare) + " left."
	if h.By > 0 {
		s = "Moves by " + minutes(h.By)
		if h.Guessed {
			s = "Moves by up to " + minutes(h.By) + ", since a date on the way is missing"
		}
		if !h.Becomes.IsZero() {
			s += ", to " + v.Mid(h.Becomes)
		}
		s += "."
		if h.Before > 0 {
			s += " " + minutes(h.Before) + " of it already."
		}
	}
	var names []string
	for _, x := range h.Path[:max(len(h.Path)-1, 0)] {
		names = append(names, x.Taker.Name)
	}
	if len(names) > 0 {
		s += " Through " + strings.Join(names, ", then ") + "."
	}
	return s
}

func hitState(h dependency.Hit) ui.State {
	if h.By > 0 {
		return ui.NoGo
	}
	return ui.Go
}

func (v view) pager() ui.Pager {
	p := ui.Pager{Count: len(v.rows), Total: int(v.total), One: "dependency", Many: "dependencies", Order: "by when they are needed"}
	if v.After != "" {
		p.First = v.query.url(func(*query) {})
	}
	if v.next != "" {
		p.Next = v.query.url(func(q *query) { q.After = v.next })
	}
	return p
}
