package workweb

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/work"
)

// columns are the statuses of a board in order; dropped tasks are in the list alone. stations are those one moves through by the arrow keys: what
// is blocked says on what it waits, so it is not on the way.
var (
	columns  = []work.Status{work.ToDo, work.Doing, work.Blocked, work.Done}
	stations = []work.Status{work.ToDo, work.Doing, work.Done}
)

// silence is after how long without a word a task counts as stale.
const silence = 5 * 24 * time.Hour

// boardView is a board of tasks, of one release or of many.
type boardView struct {
	look
	tasks    []work.Task
	who      reader.Who
	releases map[id.Release]plan.Release
	why      map[id.Release]string // tasks of the release cannot be moved
	back     string                // where a moved task leads back to
	named    bool                  // cards name their releases
	more     int                   // tasks that are not on the board
}

func (v boardView) column(s work.Status) []work.Task {
	var out []work.Task
	for _, t := range v.tasks {
		if t.Status == s {
			out = append(out, t)
		}
	}
	if s == work.Done { // the last one that was done first
		slices.SortStableFunc(out, func(a, b work.Task) int { return cmp.Compare(b.EndedAt, a.EndedAt) })
	}
	return out
}

// stepOf is where a card goes by one step: -1 to the left, 1 to the right; "" nowhere.
func stepOf(s work.Status, step int) work.Status {
	at := slices.Index(stations, s)
	if s == work.Blocked { // between in progress and done
		if step < 0 {
			return work.Doing
		}
		return work.Done
	}
	if at < 0 || at+step < 0 || at+step >= len(stations) {
		return ""
	}
	return stations[at+step]
}

func (v boardView) url(t work.Task, below ...string) string {
	return taskURL(v.release(t), append([]string{t.ID}, below...)...)
}

func (v boardView) release(t work.Task) plan.Release {
	if r, known := v.releases[t.Release]; known {
		return r
	}
	return plan.Release{Key: t.ReleaseKey}
}

func (v boardView) movable(t work.Task) bool { return v.why[t.Release] == "" }

// moved are the fields of a button that moves a card.
func (v boardView) moved(t work.Task, to work.Status) map[string]string {
	return map[string]string{"rev": strconv.FormatInt(t.Rev, 10), "status": string(to), "back": v.back + "#card-" + t.ID}
}

// stale says for how long nobody has said a word about an open task.
func (l look) stale(t work.Task) string {
	d := l.Now.Sub(t.HeardAt.Std())
	if t.Status.Ended() || t.Status == work.ToDo || d < silence {
		return ""
	}
	return "No word for " + strconv.Itoa(int(d/(24*time.Hour))) + " days"
}

// held says what holds a task up, and on whom it waits.
func (v boardView) held(t work.Task) string {
	switch {
	case t.Status == work.Blocked && t.WaitsFor != "":
		return "Waits for " + v.who.Of(t.WaitsFor).Name + ": " + t.Blocker
	case t.Status == work.Blocked && t.WaitsParty != "":
		return "Waits for " + t.WaitsParty + ": " + t.Blocker
	}
	return waits(t)
}

// releasesOf reads the releases of tasks, and why theirs cannot be moved on.
func releasesOf(tx *db.Tx, ts []work.Task) (map[id.Release]plan.Release, map[id.Release]string, error) {
	releases, why := map[id.Release]plan.Release{}, map[id.Release]string{}
	for _, t := range ts {
		if _, ok := releases[t.Release]; ok {
			continue
		}
		r, err := plan.ReleaseByRef(tx, string(t.Release))
		if err != nil {
			return nil, nil, err
		}
		releases[t.Release] = r
		if why[t.Release], err = whyNot(tx, r, "work.progress"); err != nil {
			return nil, nil, err
		}
	}
	return releases, why, nil
}

// word is the status as a heading has it.
func word(s work.Status) string {
	_, w := stateOf(s)
	return w
}

func (v boardView) dueState(t work.Task) (string, bool) {
	p := panelView{look: v.look}
	return p.due(t), p.hot(t)
}

// label names a button that moves a card.
func label(t work.Task, to work.Status) string { return "Move " + t.Name + " to " + word(to) }

// foot says what is not on the board.
func (v boardView) foot() string {
	if v.more == 0 {
		return ""
	}
	return "The board shows the first " + ui.Number(len(v.tasks)) + " tasks by due date; " + ui.Number(v.more) + " more are in the list."
}

// none stands in an empty column. A board of many releases leaves out what is done.
func (v boardView) none(s work.Status) string {
	if v.named && s == work.Done {
		return "What is done is in the list."
	}
	return "None."
}
