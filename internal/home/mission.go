package home

import (
	"slices"
	"strings"
	"time"

	"slipway/internal/deploy"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/risk"
)

// Mission is everything that mission control shows.
type Mission struct {
	Me       auth.Identity
	Any      bool   // the caller holds some role
	All      bool   // of all teams, not only the caller's
	Items    []Item // of the caller, or of everybody
	Mine     int
	Others   int // items that wait for others
	Runs     []deploy.View
	Upcoming []Upcoming
	More     int // releases ahead that are not in Upcoming
	Freezes  []Frozen
	Risks    []risk.Risk
	Open     int // risks in the register
	Activity []Entry
	People   map[id.Person]auth.Person
	Setup    *Setup // first use: nothing was released here yet
}

// Upcoming is a release with a window ahead.
type Upcoming struct {
	plan.Release
	Services []string
	Standing gate.Standing
	Judged   bool // it has criteria
}

const (
	ahead        = 21 * 24 * time.Hour
	upcomingMost = 12
	activityMost = 6
	risksMost    = 4
)

// Mission gathers mission control for the caller: of what is theirs, or of everything they may see. What is theirs are
// releases that they own, that wait for them, and those that they may advance.
func (h *Home) Mission(tx *db.Tx, all bool) (Mission, error) {
	m := Mission{All: all, People: map[id.Person]auth.Person{}}
	var err error
	if m.Me, m.Any, err = viewer(tx); err != nil || !m.Any {
		return m, err
	}
	n, err := plan.Count(tx, plan.Filter{})
	if err != nil {
		return m, err
	}
	if n == 0 {
		if m.Setup, err = h.setup(tx); err != nil {
			return m, err
		}
	}
	for _, read := range []func(*db.Tx, *Mission) error{h.needs, h.running, h.upcoming, h.top, h.activity, h.people} {
		if err := read(tx, &m); err != nil {
			return m, err
		}
	}
	m.Freezes, err = h.freezes(tx, ahead)
	return m, err
}

func (h *Home) needs(tx *db.Tx, m *Mission) error {
	items, err := h.Attention(tx)
	if err != nil {
		return err
	}
	if m.Mine, err = h.Mine(tx, items); err != nil {
		return err
	}
	m.Others = len(items) - m.Mine
	for _, i := range items {
		if m.All || i.Mine {
			m.Items = append(m.Items, i)
		}
	}
	return nil
}

func (h *Home) running(tx *db.Tx, m *Mission) error {
	if h.areas.Runs == nil {
		return nil
	}
	rs, err := deploy.LiveRuns(tx)
	if err != nil {
		return err
	}
	for _, r := range rs[:min(len(rs), 3)] {
		v, err := h.areas.Runs.ViewOf(tx, r)
		if err != nil {
			return err
		}
		m.Runs = append(m.Runs, v)
	}
	return nil
}

func (h *Home) upcoming(tx *db.Tx, m *Mission) error {
	open := false
	rs, err := plan.Releases(tx, plan.Filter{Ended: &open, From: tx.Now, To: tx.Now.Add(ahead), Limit: 200})
	if err != nil {
		return err
	}
	var keep []plan.Release
	for _, r := range rs {
		switch r.State {
		case plan.Deployed, plan.Verified, plan.RolledBack, plan.Deploying:
			continue
		}
		mine := m.All || r.Owner == m.Me.Person || slices.ContainsFunc(m.Items, func(i Item) bool { return i.Release == r.Key })
		if !mine {
			if mine, err = auth.Allowed(tx, "plan.advance", plan.Scope(r)); err != nil {
				return err
			}
		}
		if mine {
			keep = append(keep, r)
		}
	}
	m.More = max(0, len(keep)-upcomingMost)
	keep = keep[:min(len(keep), upcomingMost)]
	standings := map[id.Release]gate.Standing{}
	if h.areas.Gate != nil && len(keep) > 0 {
		if standings, err = h.areas.Gate.Standings(tx, keep); err != nil {
			return err
		}
	}
	ids := make([]id.Release, len(keep))
	for i, r := range keep {
		ids[i] = r.ID
	}
	carried, err := plan.Manifests(tx, ids...)
	if err != nil {
		return err
	}
	for _, r := range keep {
		u := Upcoming{Release: r}
		u.Standing, u.Judged = standings[r.ID]
		for _, i := range carried[r.ID] {
			u.Services = append(u.Services, i.ServiceKey)
		}
		m.Upcoming = append(m.Upcoming, u)
	}
	return nil
}

func (h *Home) top(tx *db.Tx, m *Mission) error {
	st, err := risk.StatsOf(tx, risk.Filter{})
	if err != nil {
		return err
	}
	m.Open = int(st.Open + st.Accepted)
	m.Risks, err = risk.Risks(tx, risk.Filter{Limit: risksMost})
	return err
}

func (h *Home) activity(tx *db.Tx, m *Mission) error {
	es, err := Entries(tx, Filter{Newest: true, Limit: activityMost * 8})
	if err != nil {
		return err
	}
	// Who signs in and out is for the record, not for everybody's first page.
	es = slices.DeleteFunc(es, func(e Entry) bool { return strings.HasPrefix(e.Action, "session.") })
	m.Activity = es[:min(len(es), activityMost)]
	return Named(tx, m.Activity)
}

func (h *Home) people(tx *db.Tx, m *Mission) error {
	var ids []id.Person
	add := func(p id.Person) {
		if p != "" && !slices.Contains(ids, p) {
			ids = append(ids, p)
		}
	}
	for _, u := range m.Upcoming {
		add(u.Owner)
	}
	for _, r := range m.Risks {
		add(r.Owner)
	}
	for _, v := range m.Runs {
		for _, s := range v.Steps {
			add(s.Assigned)
		}
	}
	var err error
	m.People, err = auth.PeopleByID(tx, ids...)
	return err
}
