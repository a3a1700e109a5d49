package change

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

// Options are what the page needs of the pages around it.
type Options struct {
	// Page draws a tab inside the frame of its release.
	Page func(w http.ResponseWriter, r *http.Request, release, tab string, p web.Page) error
	// Tab is the name of the tab that the page stands in.
	Tab string
	// Link is the address of a criterion on that tab.
	Link func(r plan.Release, criterion string) string
}

type pages struct {
	db   *db.DB
	gate *gate.Gate
	o    Options
}

// Mount adds the page to the site.
func Mount(s *web.Site, d *db.DB, g *gate.Gate, o Options) {
	p := &pages{d, g, o}
	s.Handle("GET /releases/{release}/criteria/changes", "gate.read", p.changes)
}

// pageSize is how many changes a page lists.
const pageSize = 50

// changesView is the page with what changed of the criteria of a release.
type changesView struct {
	now      time.Time
	zone     *time.Location
	o        Options
	release  plan.Release
	criteria []gate.Criterion // those that the release has now
	items    []gate.Change
	people   reader.Who
	query    changesQuery
	next     string
}

type changesQuery struct {
	Criterion string `form:"criterion"`
	After     string `form:"after"`
}

type changePlace struct {
	At int64  `json:"t"`
	ID string `json:"i"`
}

func (p *pages) changes(w http.ResponseWriter, r *http.Request) error {
	v := &changesView{o: p.o, zone: time.UTC}
	if err := web.Query(r, &v.query); err != nil {
		return err
	}
	k, _, err := api.DecodeCursor[changePlace]("criteria-changes-page", v.query.After)
	if err != nil {
		return err
	}
	ref := r.PathValue("release")
	v.items, err = p.gate.Changes(r.Context(), ref, gate.ChangeFilter{Criterion: v.query.Criterion, Newest: true, AfterAt: db.Time(k.At), AfterID: k.ID, Limit: pageSize + 1})
	if err != nil {
		return err
	}
	if err := p.db.Read(r.Context(), func(tx *db.Tx) error { return p.fillChanges(tx, v, ref) }); err != nil {
		return err
	}
	return p.o.Page(w, r, ref, p.o.Tab, web.Page{Title: "What changed of the criteria", Body: changesBody(v)})
}

func (p *pages) fillChanges(tx *db.Tx, v *changesView, ref string) (err error) {
	v.now = tx.Now.Std()
	if who, ok := auth.Viewer(tx.Context()); ok {
		v.zone = who.Zone()
	}
	if v.release, err = plan.ReleaseByRef(tx, ref); err != nil {
		return err
	}
	if err := auth.CheckSeen(tx, "gate.read", plan.Scope(v.release), "release"); err != nil {
		return err
	}
	rd, err := p.gate.ReadinessTx(tx, v.release)
	if err != nil {
		return err
	}
	v.criteria = rd.Criteria
	if len(v.items) > pageSize {
		v.items = v.items[:pageSize]
		last := v.items[pageSize-1]
		next, err := api.EncodeCursor("criteria-changes-page", changePlace{int64(last.At), last.ID})
		if err != nil {
			return err
		}
		v.next = v.page(next)
	}
	var who []id.Person
	for _, c := range v.items {
		who = append(who, c.Person)
	}
	v.people, err = reader.WhoIs(tx, "Slipway", who...)
	return err
}

// page is the address of the list from a place on, "" for its start.
func (v *changesView) page(after string) string {
	return web.Address(v.at("criteria", "changes"), changesQuery{v.query.Criterion, after})
}

// at is the address of something below the release.
func (v *changesView) at(below ...string) string {
	s := "/releases/" + url.PathEscape(v.release.Key)
	for _, b := range below {
		s += "/" + url.PathEscape(b)
	}
	return s
}

func (v *changesView) first() string {
	if v.query.After == "" {
		return ""
	}
	return v.page("")
}

// options are the criteria that the list is narrowed by: those of now, and the one that it is narrowed by if that is gone.
func (v *changesView) options() []ui.Option {
	out := []ui.Option{{Text: "Every criterion"}}
	for _, c := range v.criteria {
		out = append(out, ui.Option{Value: c.Key, Text: c.Spec.Name})
	}
	if k := v.query.Criterion; k != "" && !v.has(k) {
		out = append(out, ui.Option{Value: k, Text: k + ", dropped"})
	}
	return out
}

func (v *changesView) has(criterion string) bool {
	return slices.ContainsFunc(v.criteria, func(c gate.Criterion) bool { return c.Key == criterion })
}

// link leads to the criterion as it is now, "" if the release has it no more.
func (v *changesView) link(c gate.Change) string {
	if !v.has(c.Criterion) {
		return ""
	}
	return v.o.Link(v.release, c.Criterion)
}

// name is that of the criterion after the change, or before it was dropped.
func name(c gate.Change) string {
	var s plan.CriterionSpec
	doc := c.After
	if len(doc) == 0 {
		doc = c.Before
	}
	if doc.Decode(&s) != nil || s.Name == "" {
		return c.Criterion
	}
	return s.Name
}

// did says what a change was, with its icon.
func did(c gate.Change) (icon, word string) {
	switch {
	case len(c.Before) == 0:
		return "plus", "Added"
	case len(c.After) == 0:
		return "ban", "Dropped"
	}
	return "pencil", "Changed"
}

// by says who changed it, and why. What came from the template says so itself.
func (v *changesView) by(c gate.Change) string {
	_, s := did(c)
	switch {
	case c.Person == "" && c.Reason != "":
		return s + ", " + strings.ToLower(c.Reason[:1]) + c.Reason[1:]
	case c.Person == "":
		s += " by Slipway"
	default:
		s += " by " + v.people.Name(c.Person)
	}
	if c.Reason != "" {
		s += ": " + c.Reason
	}
	return s
}

// fieldWords are the fields of a criterion as its form names them.
var fieldWords = map[string]string{
	"name": "Name", "text": "More about it", "group": "Group", "question": "Question", "kind": "Kind", "phase": "Phase", "point": "Entry or exit", "owner": "Owner",
	"mandatory": "Mandatory", "due": "Due", "next": "What to do", "condition": "Condition", "role": "Role", "count": "How many people", "rehearsed": "Rehearsed within",
	"evidence.subject": "Evidence is of", "evidence.services": "For each service", "evidence.minTests": "Tests at least", "evidence.maxFailures": "Failures up to",
	"evidence.maxErrors": "Errors up to", "evidence.maxSkipped": "Skipped up to", "evidence.maxAge": "Not older than",
}

// differences are the fields that a change touched, before and after; none for what was added or dropped whole.
func differences(c gate.Change) []uiverdict.DiffPart {
	if len(c.Before) == 0 || len(c.After) == 0 {
		return nil
	}
	before, after := fields(c.Before), fields(c.After)
	var keys []string
	for _, m := range []map[string]string{before, after} {
		for k := range m {
			if before[k] != after[k] && !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	slices.Sort(keys)
	var out []uiverdict.DiffPart
	for _, k := range keys {
		part := uiverdict.DiffPart{Section: k}
		if word := fieldWords[k]; word != "" {
			part.Section = word
		}
		if s, ok := before[k]; ok {
			part.Del = []string{s}
		}
		if s, ok := after[k]; ok {
			part.Ins = []string{s}
		}
		out = append(out, part)
	}
	return out
}

// fields are the values of a document by dotted path.
func fields(doc db.JSON) map[string]string {
	out := map[string]string{}
	var v map[string]any
	if json.Unmarshal(doc, &v) == nil {
		flatten("", v, out)
	}
	return out
}

func flatten(path string, v map[string]any, out map[string]string) {
	for k, x := range v {
		switch x := x.(type) {
		case map[string]any:
			flatten(path+k+".", x, out)
		case []any:
			parts := make([]string, len(x))
			for i, e := range x {
				parts[i] = fmt.Sprint(e)
			}
			out[path+k] = strings.Join(parts, ", ")
		default:
			out[path+k] = fmt.Sprint(x)
		}
	}
}
