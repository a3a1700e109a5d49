package gateweb

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// listView is the page with the evidence of a release.
type listView struct {
	look
	release  plan.Release
	criteria []gate.Criterion
	items    []gate.Evidence
	services []string
	people   reader.Who
	query    listQuery
	next     string
	why      string // nothing can be sent
	limits   string // what a piece may have, in words
	form     sent
	faults   ui.Errors
}

type listQuery struct {
	Criterion string `form:"criterion"`
	Kind      string `form:"kind"`
	After     string `form:"after"`
}

// pageSize is how many pieces of evidence a page lists.
const pageSize = 50

func (p *Pages) evidence(w http.ResponseWriter, r *http.Request) error {
	v, err := p.listOf(r, r.URL.Query(), sent{}, ui.Errors{})
	if err != nil {
		return err
	}
	return p.o.Page(w, r, r.PathValue("release"), tab, web.Page{Title: "Evidence", Body: evidenceBody(v)})
}

func (p *Pages) listOf(r *http.Request, query url.Values, form sent, faults ui.Errors) (*listView, error) {
	v := &listView{form: form, faults: faults}
	asked := r.Clone(r.Context())
	asked.URL = &url.URL{RawQuery: query.Encode()}
	if err := web.Query(asked, &v.query); err != nil {
		return nil, err
	}
	f := gate.EvidenceFilter{Criterion: v.query.Criterion, Kind: v.query.Kind, Limit: pageSize + 1}
	if at, key, ok := strings.Cut(v.query.After, "."); ok {
		if n, err := strconv.ParseInt(at, 10, 64); err == nil {
			f.BeforeAt, f.BeforeID = db.Time(n), key
		}
	}
	err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		v.look = lookOf(tx)
		if v.release, err = seen(tx, r.PathValue("release")); err != nil {
			return err
		}
		return p.fillList(tx, v, f)
	})
	return v, err
}

func (p *Pages) fillList(tx *db.Tx, v *listView, f gate.EvidenceFilter) error {
	rd, err := p.gate.ReadinessTx(tx, v.release)
	if err != nil {
		return err
	}
	for _, c := range rd.Criteria {
		if c.Proven() {
			v.criteria = append(v.criteria, c)
		}
	}
	rights, err := rightsAt(tx, rd)
	if err != nil {
		return err
	}
	v.why, v.limits = rights.Send, p.gate.EvidenceLimits()
	items, err := plan.Manifest(tx, v.release.ID)
	if err != nil {
		return err
	}
	for _, m := range items {
		v.services = append(v.services, m.ServiceKey)
	}
	if v.items, err = p.gate.EvidenceTx(tx, v.release, f); err != nil {
		return err
	}
	if len(v.items) > pageSize {
		v.items = v.items[:pageSize]
		last := v.items[pageSize-1]
		v.next = v.page(strconv.FormatInt(int64(last.ReceivedAt), 10) + "." + last.ID)
	}
	var who []id.Person
	for _, e := range v.items {
		who = append(who, e.Person)
	}
	v.people, err = reader.WhoIs(tx, "Slipway", who...)
	return err
}

// page is the address of the list from a place on, "" for its start.
func (v *listView) page(after string) string {
	q := v.query
	q.After = after
	return web.Address(at(v.release, "evidence"), q)
}

func (v *listView) filtered() bool { return v.query.Criterion != "" || v.query.Kind != "" }

func (v *listView) criterionOptions() []ui.Option {
	out := []ui.Option{{Value: "", Text: "Every criterion"}}
	for _, c := range v.criteria {
		out = append(out, ui.Option{Value: c.Key, Text: c.Spec.Name})
	}
	return out
}

func kindOptions(all string) []ui.Option {
	out := []ui.Option{}
	if all != "" {
		out = append(out, ui.Option{Value: "", Text: all})
	}
	return append(out, ui.Option{Value: plan.KindJUnit, Text: "Test report (JUnit)"}, ui.Option{Value: plan.KindFact, Text: "Fact (JSON)"})
}

func (v *listView) name(criterion string) string {
	for _, c := range v.criteria {
		if c.Key == criterion {
			return c.Spec.Name
		}
	}
	return cmp.Or(criterion, "No criterion asks for it")
}

func (v *listView) state(e gate.Evidence) (ui.State, string) {
	word := "Failed"
	state := ui.NoGo
	if e.Passed {
		state, word = ui.Go, "Passed"
	}
	switch {
	case e.Criterion == "":
		return ui.Skip, "Kept"
	case e.Stale:
		return ui.Skip, word + ", stale"
	case !e.Counts:
		return ui.Skip, word + ", replaced"
	}
	return state, word
}

func (v *listView) by(e gate.Evidence) *ui.Person {
	if e.Person == "" {
		return nil
	}
	p := v.people.Of(e.Person)
	return &p
}

func zoneOf(r *http.Request) *time.Location {
	if v, ok := auth.Viewer(r.Context()); ok {
		return v.Zone()
	}
	return time.UTC
}
