package planweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

const (
	listLimit   = 50
	closedLimit = 20
	closedSpan  = 31 * 24 * time.Hour
	csvLimit    = 10_000
	// blockedScan bounds how many open releases are judged to fill one page of the blocked ones.
	blockedScan = 400
)

func (p *Pages) mountList() {
	p.Site.Handle("GET /releases", "plan.read", p.list)
	p.Site.Handle("GET /releases.csv", "plan.read", p.csv)
	p.Site.Handle("GET /releases/new", "plan.edit", p.askRelease)
	p.Site.Handle("POST /releases/new", "plan.edit", p.addRelease)
}

// query is the state of the list, as the address carries it.
type query struct {
	Q       string `form:"q"`
	Show    string `form:"show"` // open, closed, or "" for the open ones and those that ended lately
	Blocked bool   `form:"blocked"`
	Mine    bool   `form:"mine"`
	Product string `form:"product"`
	Owner   string `form:"owner"`
	After   string `form:"after"`
}

// url writes the state as an address of the list, changed by fn and from its first page on.
func (q query) url(fn func(*query)) string {
	q.After = ""
	fn(&q)
	return "/releases" + q.encode()
}

func (q query) encode() string {
	v := url.Values{}
	for k, s := range map[string]string{"q": q.Q, "show": q.Show, "product": q.Product, "owner": q.Owner, "after": q.After} {
		if s != "" {
			v.Set(k, s)
		}
	}
	if q.Blocked {
		v.Set("blocked", "1")
	}
	if q.Mine {
		v.Set("mine", "1")
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}

// keep are the filters that are no inputs of the filter form.
func (q query) keep() map[string]string {
	out := map[string]string{}
	for k, s := range map[string]string{"show": q.Show, "blocked": frame.Flag(q.Blocked), "mine": frame.Flag(q.Mine)} {
		if s != "" {
			out[k] = s
		}
	}
	return out
}

func (q query) narrowed() bool {
	return q.Q != "" || q.Blocked || q.Mine || q.Product != "" || q.Owner != ""
}

// filter returns what is asked of the releases that have ended, or of those that have not.
func (q query) filter(me id.Person, ended bool) plan.Filter {
	f := plan.Filter{Query: q.Q, Product: q.Product, Owner: q.Owner, Ended: &ended, Newest: ended}
	if q.Mine {
		f.Owner = string(me)
	}
	return f
}

// row is a release of the list.
type row struct {
	plan.Release
	owner    ui.Person
	standing *Standing
}

// listView is everything that the list shows.
type listView struct {
	frame.Look
	query
	open, closed          []row
	openCount, endedCount int64 // under the filter
	deploying             int64
	blocked               int64 // -1 when it is not counted
	next                  string
	products              []ui.Option
	owners                []ui.Option
	newWhy                string
	gates                 bool // Standing is wired
}

type listKey struct {
	At int64  `json:"t"`
	ID string `json:"i"`
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	v := listView{Look: p.Look(r), blocked: -1, gates: p.Options.Standing != nil}
	if err := web.Query(r, &v.query); err != nil {
		return err
	}
	key, paged, err := api.DecodeCursor[listKey]("releases-page", v.After)
	if err != nil {
		return err
	}
	if v.products, err = p.productChoices(r.Context(), "All products"); err != nil {
		return err
	}
	err = p.DB.Read(r.Context(), func(tx *db.Tx) error {
		if err := p.fillRows(tx, &v, key, paged); err != nil {
			return err
		}
		if err := p.fillCounts(tx, &v); err != nil {
			return err
		}
		return p.fillChoices(tx, &v)
	})
	if err != nil {
		return err
	}
	return p.Site.Render(w, r, web.Page{Title: "Releases", Nav: "releases", Live: []string{"releases"}, Body: listBody(v)})
}

func (p *Pages) fillRows(tx *db.Tx, v *listView, key listKey, paged bool) error {
	f := v.filter(v.Me, v.Show == "closed")
	f.AfterSort, f.AfterID, f.Limit = key.At, key.ID, listLimit+1
	var lately []plan.Release
	if v.Show == "" && !v.Blocked && !paged {
		// Those that ended lately stand below; how they stand is asked together with the others.
		e := v.filter(v.Me, true)
		e.From, e.To, e.Limit = db.At(v.Now.Add(-closedSpan)), db.At(v.Now.Add(closedSpan)), closedLimit-1
		var err error
		if lately, err = plan.Releases(tx, e); err != nil {
			return err
		}
	}
	rows, below, next, err := p.page(tx, f, v.Blocked && v.Show != "closed", lately)
	if err != nil {
		return err
	}
	if next != nil {
		if v.next, err = api.EncodeCursor("releases-page", listKey{next.Order(), string(next.ID)}); err != nil {
			return err
		}
	}
	v.open, v.closed = rows, below
	if v.Show == "closed" {
		v.open, v.closed = nil, rows
	}
	return nil
}

// page reads one page, and the releases below it, with how each stands; next is the release behind which another page starts.
// Of blocked releases alone it reads on until the page is full or blockedScan releases were judged.
func (p *Pages) page(tx *db.Tx, f plan.Filter, blocked bool, lately []plan.Release) (out, below []row, next *plan.Release, err error) {
	size := f.Limit - 1
	for judged := 0; ; judged += size {
		rs, err := plan.Releases(tx, f)
		if err != nil {
			return nil, nil, nil, err
		}
		more := len(rs) > size
		if more {
			rs = rs[:size]
		}
		rows, err := p.stand(tx, slices.Concat(rs, lately))
		if err != nil {
			return nil, nil, nil, err
		}
		if n := len(rs); len(lately) > 0 {
			rows, below, lately = rows[:n], rows[n:], nil
		}
		for i, x := range rows {
			if blocked && !x.blocked() {
				continue
			}
			out = append(out, x)
			if len(out) == size && (more || i < len(rows)-1) {
				return out, below, &rs[i], nil
			}
		}
		switch {
		case !more:
			return out, below, nil, nil
		case judged >= blockedScan-size:
			return out, below, &rs[len(rs)-1], nil
		}
		last := rs[len(rs)-1]
		f.AfterSort, f.AfterID = last.Order(), string(last.ID)
	}
}

// stand adds owners and standing to releases.
func (p *Pages) stand(tx *db.Tx, rs []plan.Release) ([]row, error) {
	if len(rs) == 0 {
		return nil, nil
	}
	ids := make([]id.Person, len(rs))
	for i, r := range rs {
		ids[i] = r.Owner
	}
	who, err := reader.WhoIs(tx, "Nobody", ids...)
	if err != nil {
		return nil, err
	}
	standing := map[id.Release]Standing{}
	if p.Options.Standing != nil {
		if standing, err = p.Options.Standing(tx, rs); err != nil {
			return nil, err
		}
	}
	out := make([]row, len(rs))
	for i, r := range rs {
		out[i] = row{Release: r, owner: who.Of(r.Owner)}
		if s, ok := standing[r.ID]; ok {
			out[i].standing = &s
		}
	}
	return out, nil
}

// blocked reports whether the release cannot go as it stands.
func (r row) blocked() bool {
	return r.State == plan.Held || r.State == plan.RolledBack || r.standing != nil && r.standing.State == ui.NoGo
}

func (p *Pages) fillCounts(tx *db.Tx, v *listView) error {
	var err error
	if v.openCount, err = plan.Count(tx, v.filter(v.Me, false)); err != nil {
		return err
	}
	if v.endedCount, err = plan.Count(tx, v.filter(v.Me, true)); err != nil {
		return err
	}
	running := v.filter(v.Me, false)
	running.States = []plan.State{plan.Deploying}
	if v.deploying, err = plan.Count(tx, running); err != nil {
		return err
	}
	if v.Show != "closed" && !v.Blocked && int64(len(v.open)) == v.openCount || v.Blocked && v.next == "" && v.After == "" {
		v.blocked = 0
		for _, x := range v.open {
			if x.blocked() {
				v.blocked++
			}
		}
	}
	return nil
}

func (p *Pages) fillChoices(tx *db.Tx, v *listView) error {
	var err error
	if v.owners, err = reader.People(tx, "Everybody's"); err != nil {
		return err
	}
	all, scopes, err := auth.Scopes(tx, "plan.edit")
	if err == nil && !all && len(scopes) == 0 {
		v.newWhy = "only release managers create releases."
	}
	return err
}

// productChoices lists the products that the caller may see under a first choice, at most 200.
func (p *Pages) productChoices(ctx context.Context, first string) ([]ui.Option, error) {
	out := []ui.Option{{Text: first}}
	all, err := p.Catalog.Products(ctx, catalog.Filter{Limit: 200})
	for _, x := range all {
		out = append(out, ui.Option{Value: x.Key, Text: x.Name})
	}
	return out, err
}

// summary is the line under the title.
func (v listView) summary() string {
	s := ui.Number(int(v.openCount)) + " open"
	if v.deploying > 0 {
		s += ", " + ui.Number(int(v.deploying)) + " deploying now"
	}
	if v.blocked > 0 {
		s += ", " + ui.Number(int(v.blocked)) + " cannot go as it stands"
		if v.blocked > 1 {
			s = strings.TrimSuffix(s, "it stands") + "they stand"
		}
	}
	return s + ". " + ui.Number(int(v.endedCount)) + " ended."
}

func (v listView) blockedCount() string {
	if v.blocked < 0 {
		return ""
	}
	return ui.Number(int(v.blocked))
}

// toggled returns the addresses of the chips Open and Closed; switching the last one off shows both.
func (v listView) toggled(show string) string {
	return v.url(func(q *query) {
		switch {
		case v.Show == "" && show == "open":
			q.Show = "closed"
		case v.Show == "" && show == "closed":
			q.Show = "open"
		default:
			q.Show = ""
		}
	})
}

func (v listView) pager() ui.Pager {
	p := ui.Pager{Count: len(v.open), Total: int(v.openCount), One: "open release", Many: "open releases", Order: "by window"}
	if v.Show == "closed" {
		p.Count, p.Total, p.One, p.Many = len(v.closed), int(v.endedCount), "ended release", "ended releases"
	}
	if v.Blocked {
		p.Total, p.One, p.Many = 0, "blocked release", "blocked releases"
	}
	if v.After != "" {
		p.First = v.url(func(*query) {})
	}
	if v.next != "" {
		q := v.query
		q.After = v.next
		p.Next = "/releases" + q.encode()
	}
	return p
}

// time is the first column: T-minus while the window is to come, T-plus in it, and the day of the end.
func (v listView) time(r row) string {
	if r.Ended() {
		return strings.TrimPrefix(v.Day(r.StateAt), r.StateAt.Std().In(v.Zone).Format("Mon "))
	}
	if r.Window.IsZero() {
		return "–"
	}
	return ui.TMinus(r.Window.Start.Std(), v.Now)
}

// window is the window in the words of a list.
func (v listView) window(r row) string {
	switch {
	case r.Ended():
		return r.State.Words() + " " + v.Day(r.StateAt)
	case r.Window.IsZero():
		return "no window"
	}
	end := ui.Clock(r.Window.End.Std(), v.Zone)
	if r.Window.Start.Std().In(v.Zone).Format(time.DateOnly) != r.Window.End.Std().In(v.Zone).Format(time.DateOnly) {
		end = v.Day(r.Window.End) + " " + end
	}
	return strings.Replace(v.Near(r.Window.Start), ",", "", 1) + " to " + end
}

// csv writes the list as a file: every release under the filter, at most csvLimit.
func (p *Pages) csv(w http.ResponseWriter, r *http.Request) error {
	var q query
	if err := web.Query(r, &q); err != nil {
		return err
	}
	l := p.Look(r)
	var all []row
	err := p.DB.Read(r.Context(), func(tx *db.Tx) error {
		all = nil
		if _, _, err := auth.Scopes(tx, "plan.read"); err != nil { // also where the filter asks for nothing
			return err
		}
		for _, ended := range []bool{false, true} {
			if ended && q.Show == "open" || !ended && q.Show == "closed" || ended && q.Blocked {
				continue
			}
			f := q.filter(l.Me, ended)
			f.Limit = 201
			for len(all) < csvLimit {
				rows, _, next, err := p.page(tx, f, q.Blocked, nil)
				if err != nil {
					return err
				}
				all = append(all, rows...)
				if next == nil {
					break
				}
				f.AfterSort, f.AfterID = next.Order(), string(next.ID)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	table := [][]string{{"key", "name", "title", "version", "product", "state", "owner", "window start (UTC)", "window end (UTC)", "environments", "verdict", "criteria met", "criteria"}}
	for _, x := range all {
		verdict, met, total := "", "", ""
		if s := x.standing; s != nil {
			verdict, met, total = s.Word, strconv.Itoa(s.Load.Met+s.Load.Waived), strconv.Itoa(s.Load.Total())
		}
		table = append(table, []string{x.Key, x.Name, x.Title, x.Version, x.ProductKey, string(x.State), x.owner.Name, x.Window.Start.String(), x.Window.End.String(),
			strings.Join(x.EnvironmentKeys, " "), verdict, met, total})
	}
	return web.CSV(w, "releases.csv", table)
}
