package scopetab

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/plan/scope"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

const (
	// groupedMax is the size of a scope that is shown whole, by service; a larger one is paged by key.
	groupedMax   = 200
	scopePage    = 100
	manifestPage = 50
	changesPage  = 10
)

type tab struct{ *frame.Frame }

// Mount adds the pages to the site.
func Mount(f *frame.Frame) {
	p := &tab{f}
	p.Site.Handle("GET /releases/{ref}/scope", "plan.read", p.scope)
	p.Site.Handle("GET /releases/{ref}/scope/items/new", "plan.read", p.askItem)
	p.Site.Handle("POST /releases/{ref}/scope/items/new", "plan.scope", p.addItem)
	p.Site.Handle("GET /releases/{ref}/scope/items/{item}", "plan.read", p.askItem)
	p.Site.Handle("POST /releases/{ref}/scope/items/{item}", "plan.scope", p.setItem)
	p.Site.Handle("POST /releases/{ref}/scope/items/{item}/remove", "plan.scope", p.removeItem)
	p.mountChanges()
	p.mountCommits()
	p.Site.Handle("GET /releases/{ref}/scope/manifest", "plan.read", p.askCarried)
	p.Site.Handle("POST /releases/{ref}/scope/manifest", "plan.edit", p.setCarried)
	p.Site.Handle("POST /releases/{ref}/scope/manifest/drop", "plan.edit", p.dropCarried)
	p.Site.Handle("GET /releases/{ref}/scope/window", "plan.read", p.askWindow(false))
	p.Site.Handle("POST /releases/{ref}/scope/window", "plan.edit", p.setWindow(false))
	p.Site.Handle("GET /releases/{ref}/retarget", "plan.read", p.askWindow(true))
	p.Site.Handle("POST /releases/{ref}/retarget", "plan.edit", p.setWindow(true))
}

// scopeQuery is the state of the tab, as the address carries it.
type scopeQuery struct {
	Q        string `form:"q"`
	State    string `form:"state"` // open or done
	Kind     string `form:"kind"`
	NoCommit bool   `form:"nocommit"`
	After    string `form:"after"`
	Manifest string `form:"manifest"` // the service behind which the page of the manifest starts
	Changes  string `form:"changes"`  // cursor of the changes
}

func (q scopeQuery) url(r plan.Release, fn func(*scopeQuery)) string {
	fn(&q)
	v := url.Values{}
	for k, s := range map[string]string{"q": q.Q, "state": q.State, "kind": q.Kind, "nocommit": frame.Flag(q.NoCommit), "after": q.After, "manifest": q.Manifest, "changes": q.Changes} {
		if s != "" {
			v.Set(k, s)
		}
	}
	if len(v) == 0 {
		return frame.URL(r, "scope")
	}
	return frame.URL(r, "scope") + "?" + v.Encode()
}

// scopeView is everything that the tab shows.
type scopeView struct {
	frame.Look
	scopeQuery
	release  plan.Release
	count    plan.ScopeCount
	commits  int
	items    []plan.ScopeItem // sorted by service where grouped
	grouped  bool
	next     string
	without  []plan.ScopeItem // items without a commit, explained or not
	manifest []frame.Carried
	rest     string // the service behind which the next page of the manifest starts
	carried  int
	places   []catalog.Environment
	changes  []changeView
	older    string
	churn    int64          // changes of the scope after the release was made
	waiting  []scope.Change // proposed changes of the scope
	proposes bool           // changes can be proposed
	repos    bool           // commits can be held against the scope
	impact   bool           // what users notice has a page

	proposeWhy string
	who        reader.Who
	itemWhy    string // scope items cannot be changed
	editWhy    string // window and manifest cannot be changed
}

type changeKey struct {
	At int64  `json:"t"`
	ID string `json:"i"`
}

func (p *tab) scope(w http.ResponseWriter, r *http.Request) error {
	v := scopeView{Look: p.Look(r)}
	if err := web.Query(r, &v.scopeQuery); err != nil {
		return err
	}
	ref := r.PathValue("ref")
	key, _, err := api.DecodeCursor[changeKey]("changes-page", v.Changes)
	if err != nil {
		return err
	}
	changes, err := p.Plans.Changes(r.Context(), ref, plan.ChangeFilter{BeforeAt: db.Time(key.At), BeforeID: key.ID, Limit: changesPage + 1})
	if err != nil {
		return err
	}
	ofScope, err := p.Plans.Changes(r.Context(), ref, plan.ChangeFilter{Section: plan.SectionScope, Limit: 201})
	if err != nil {
		return err
	}
	err = p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.release, err = plan.ReleaseByRef(tx, ref); err != nil {
			return err
		}
		v.churn = 0
		for _, c := range ofScope {
			if c.At.After(v.release.CreatedAt) || c.Before != nil {
				v.churn++
			}
		}
		return errors.Join(fillItems(tx, &v), fillManifest(tx, &v), fillChanges(tx, &v, changes), fillWhys(tx, &v), p.fillWings(tx, &v))
	})
	if err != nil {
		return err
	}
	return p.ReleasePage(w, r, v.release.Key, "scope", web.Page{Title: "Scope", Body: scopeBody(v)})
}

func fillItems(tx *db.Tx, v *scopeView) error {
	all, err := plan.ScopeItems(tx, v.release)
	if err != nil {
		return err
	}
	if v.count, err = plan.CountScope(tx, v.release.ID); err != nil {
		return err
	}
	v.items, v.without, v.commits = nil, nil, 0
	for _, i := range all {
		v.commits += len(i.Commits)
		if len(i.Commits) == 0 && len(v.without) < 8 {
			v.without = append(v.without, i)
		}
		if v.passes(i) {
			v.items = append(v.items, i)
		}
	}
	v.grouped = len(v.items) <= groupedMax
	if v.grouped {
		slices.SortStableFunc(v.items, func(a, b plan.ScopeItem) int { return cmp.Compare(last(a.ServiceKey), last(b.ServiceKey)) })
	} else {
		cut(v)
	}
	ids := make([]id.Person, 0, len(v.items)+len(v.without))
	for _, i := range append(slices.Clone(v.items), v.without...) {
		ids = append(ids, i.Owner)
	}
	v.who, err = reader.WhoIs(tx, "Nobody", ids...)
	return err
}

// last puts what has no service behind all others.
func last(service string) string {
	if service == "" {
		return "\U0010FFFF"
	}
	return service
}

func (v scopeView) passes(i plan.ScopeItem) bool {
	return (v.State == "" || i.State == v.State) && (v.Kind == "" || i.Kind == v.Kind) && (!v.NoCommit || len(i.Commits) == 0) && matches(v.Q, i.Key+" "+i.Title)
}

// cut keeps one page of a large scope, by key.
func cut(v *scopeView) {
	i, found := slices.BinarySearchFunc(v.items, v.After, func(x plan.ScopeItem, key string) int { return cmp.Compare(x.Key, key) })
	if found {
		i++
	}
	v.items = v.items[i:]
	if len(v.items) > scopePage {
		v.items = v.items[:scopePage]
		v.next = v.items[scopePage-1].Key
	}
}

func fillManifest(tx *db.Tx, v *scopeView) error {
	items, err := plan.Manifest(tx, v.release.ID)
	if err != nil {
		return err
	}
	v.carried, v.rest, v.manifest, v.places = len(items), "", nil, nil
	i, found := slices.BinarySearchFunc(items, v.Manifest, func(x plan.ManifestItem, key string) int { return cmp.Compare(x.ServiceKey, key) })
	if found {
		i++
	}
	items = items[i:]
	if len(items) > manifestPage {
		items = items[:manifestPage]
		v.rest = items[manifestPage-1].ServiceKey
	}
	for _, e := range v.release.Environments {
		place, err := catalog.EnvironmentByRef(tx, string(e))
		if err != nil {
			return err
		}
		v.places = append(v.places, place)
	}
	v.manifest, err = frame.Running(tx, items, v.places)
	return err
}

func fillWhys(tx *db.Tx, v *scopeView) (err error) {
	if v.itemWhy, err = frame.WhyNot(tx, v.release, "plan.scope"); err != nil {
		return err
	}
	v.editWhy, err = frame.WhyNot(tx, v.release, "plan.edit")
	return err
}

// itemState is how an item stands: done, open, or done without a commit and without a word about it.
func itemState(i plan.ScopeItem) (ui.State, string) {
	switch {
	case i.State == plan.ScopeDone && len(i.Commits) == 0 && i.NoCommit == "":
		return ui.Hold, "No commit"
	case i.State == plan.ScopeDone:
		return ui.Go, "Done"
	case i.Kind == plan.Defect:
		return ui.NoGo, "Open"
	}
	return ui.Wait, "Open"
}

func (v scopeView) groupSize(service string) string {
	n := 0
	for _, i := range v.items {
		if i.ServiceKey == service {
			n++
		}
	}
	return ui.Plural(n, "item", "items")
}

func (v scopeView) narrowed() bool { return v.Q != "" || v.State != "" || v.Kind != "" || v.NoCommit }

// backOut says what the manifest is known by, and whether the environments agree on what runs now.
func (v scopeView) backOut() string {
	if len(v.manifest) == 0 || len(v.places) == 0 {
		return ""
	}
	return v.agreement() + " Content " + ui.Digest(v.release.ManifestDigest) + "."
}

func (v scopeView) agreement() string {
	for _, m := range v.manifest {
		for _, now := range m.Running {
			if now != m.Running[0] {
				return "The environments do not all run the same versions now."
			}
		}
	}
	return "Every environment runs the same versions now, so the back-out returns to one state."
}

func (v scopeView) manifestNote() string {
	return ui.Plural(v.carried, "service", "services")
}

// changeView is a recorded change as the page tells it.
type changeView struct {
	when, by, section, reason string
	first                     string // said instead of the text with which a section began
	parts                     []uiverdict.DiffPart
}

func fillChanges(tx *db.Tx, v *scopeView, list []plan.Change) error {
	v.changes, v.older = nil, ""
	var err error
	if len(list) > changesPage {
		list = list[:changesPage]
		end := list[changesPage-1]
		if v.older, err = api.EncodeCursor("changes-page", changeKey{int64(end.At), end.ID}); err != nil {
			return err
		}
	}
	ids := make([]id.Person, len(list))
	for i, c := range list {
		ids[i] = c.Person
	}
	who, err := reader.WhoIs(tx, "Nobody", ids...)
	if err != nil {
		return err
	}
	for _, c := range list {
		x := changeView{when: v.Near(c.At), by: who.Of(c.Person).Name, section: c.Section, reason: c.Reason}
		if c.Person == "" {
			x.by = "Slipway"
		}
		if x.parts, err = told(v.Look, c); err != nil {
			return err
		}
		if c.Before == nil && c.At == v.release.CreatedAt && c.Reason == "" {
			x.first = "First wrote the " + c.Section + ", " + ui.Plural(len(x.parts[0].Ins), "line", "lines") + "."
		}
		v.changes = append(v.changes, x)
	}
	return nil
}

func churnPercent(changed, of int64) string {
	if of == 0 {
		return ""
	}
	return strconv.FormatInt(100*changed/of, 10) + " % churn"
}
