package home

import (
	"slices"
	"strconv"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/deploy"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
	"slipway/internal/risk"
)

// Shell is what stands around every page: counts of the navigation and the watch bar.
type Shell struct {
	Waiting  int // items that wait for the caller
	Releases int // open ones
	Risks    int // open or accepted ones
	Actions  int // open ones
	Polls    int // open go/no-gos
	Live     []LiveRun
	Next     *Coming
	Freeze   *Frozen
	May      map[string]bool // whether the caller has a permission anywhere
}

// LiveRun is a live run as the watch bar shows it.
type LiveRun struct {
	Run         string
	ReleaseName string
	ReleaseKey  string
	Step, Steps int
	RollingBack bool
	Late        time.Duration
}

// Coming is the next window.
type Coming struct {
	Release, Key string
	At           db.Time
}

// Frozen is the freeze that is active, or else the next one.
type Frozen struct {
	Name, Key    string
	Starts, Ends db.Time
}

// freezeAhead is how far ahead a freeze is told.
const freezeAhead = 30 * 24 * time.Hour

// Shell reads it in the caller's snapshot. permissions are those whose places may be shown. It costs about sixteen
// statements and three for each live run; the count of what waits is up to ten seconds old unless the caller has done
// something since. Call it in a context whose route is not that of the page, since it asks for many permissions.
func (h *Home) Shell(tx *db.Tx, permissions ...string) (Shell, error) {
	s := Shell{May: map[string]bool{}}
	for _, p := range permissions {
		all, scopes, err := auth.Scopes(tx, p)
		if err != nil {
			return s, err
		}
		s.May[p] = all || len(scopes) > 0
	}
	for _, read := range []func(*db.Tx, *Shell) error{h.waiting, h.counts, h.live, h.coming, h.frozen} {
		if err := read(tx, &s); err != nil {
			return s, err
		}
	}
	return s, nil
}

// Mine returns how many of the items wait for the caller, and remembers it for the shell.
func (h *Home) Mine(tx *db.Tx, items []Item) (int, error) {
	n := 0
	for _, i := range items {
		if i.Mine {
			n++
		}
	}
	me := auth.Me(tx)
	own, err := newest(tx)
	if err != nil || me == "" {
		return n, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.count) >= countedMax {
		clear(h.count)
	}
	h.count[me] = counted{n, own, tx.Now}
	return n, nil
}

// newest returns the number of the caller's newest entry, -1 without one.
func newest(tx *db.Tx) (int64, error) {
	rs, err := ledger.Entries(tx, ledger.Filter{All: true, Person: auth.Me(tx), Newest: true, Limit: 1})
	if err != nil || len(rs) == 0 {
		return -1, err
	}
	return rs[0].Seq, nil
}

func (h *Home) waiting(tx *db.Tx, s *Shell) error {
	me := auth.Me(tx)
	if me == "" {
		return nil
	}
	own, err := newest(tx)
	if err != nil {
		return err
	}
	h.mu.Lock()
	c, ok := h.count[me]
	h.mu.Unlock()
	if age := tx.Now.Sub(c.at); ok && c.own == own && age >= 0 && age < countedFor {
		s.Waiting = c.items
		return nil
	}
	items, err := h.Attention(tx)
	if err != nil {
		return err
	}
	s.Waiting, err = h.Mine(tx, items)
	return err
}

func (h *Home) counts(tx *db.Tx, s *Shell) error {
	open := false
	n, err := plan.Count(tx, plan.Filter{Ended: &open})
	if err != nil {
		return err
	}
	st, err := risk.StatsOf(tx, risk.Filter{})
	s.Releases, s.Risks = int(n), int(st.Open+st.Accepted)
	if err == nil && h.areas.Actions != nil {
		s.Actions, err = h.areas.Actions.OpenActions(tx)
	}
	return err
}

func (h *Home) live(tx *db.Tx, s *Shell) error {
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
		s.Live = append(s.Live, LiveRun{Run: string(r.ID), ReleaseName: r.ReleaseName, ReleaseKey: r.ReleaseKey, Step: atStep(v), Steps: len(v.Steps),
			RollingBack: r.RollingBack(), Late: v.Forecast.Late})
	}
	return nil
}

// atStep returns the number of the first step that is under way, or of the first to come.
func atStep(v deploy.View) int {
	under := func(s deploy.StepView) bool { return s.State == stepRunning || s.State == stepAwaiting }
	if i := slices.IndexFunc(v.Steps, under); i >= 0 {
		return i + 1
	}
	ahead := func(s deploy.StepView) bool { return !s.State.Done() }
	if i := slices.IndexFunc(v.Steps, ahead); i >= 0 {
		return i + 1
	}
	return len(v.Steps)
}

// Place says where a run stands: "step 9 of 18".
func (r LiveRun) Place() string {
	s := "step " + strconv.Itoa(r.Step) + " of " + strconv.Itoa(r.Steps)
	if r.RollingBack {
		return "rolling back, " + s
	}
	return s
}

func (h *Home) coming(tx *db.Tx, s *Shell) error {
	// Behind everything that starts now: the order of releases is that of their windows.
	open := false
	rs, err := plan.Releases(tx, plan.Filter{States: []plan.State{plan.Planned, plan.Active, plan.Approved}, Ended: &open, AfterSort: int64(tx.Now), AfterID: "~", From: tx.Now, Limit: 1})
	if err == nil && len(rs) > 0 {
		s.Next = &Coming{rs[0].Name, rs[0].Key, rs[0].Window.Start}
	}
	return err
}

func (h *Home) frozen(tx *db.Tx, s *Shell) error {
	fs, err := h.freezes(tx, freezeAhead)
	if err == nil && len(fs) > 0 {
		s.Freeze = &fs[0]
	}
	return err
}

// freezes returns those that are active or begin within d, by their start.
func (h *Home) freezes(tx *db.Tx, d time.Duration) ([]Frozen, error) {
	ps, err := h.periods(tx, calendar.Filter{Kind: "freeze", From: tx.Now, To: tx.Now.Add(d), Limit: 50})
	if err != nil {
		return nil, err
	}
	var out []Frozen
	for _, p := range ps {
		if p.Next != nil {
			out = append(out, Frozen{p.Name, p.Key, p.Next.Start, p.Next.End})
		}
	}
	slices.SortStableFunc(out, func(a, b Frozen) int { return int(min(max(int64(a.Starts-b.Starts), -1), 1)) })
	return out, nil
}

// periods returns windows and freezes; none without the calendar.
func (h *Home) periods(tx *db.Tx, f calendar.Filter) ([]calendar.Listed, error) {
	if h.areas.Calendar == nil {
		return nil, nil
	}
	return h.areas.Calendar.Periods(tx, f)
}
