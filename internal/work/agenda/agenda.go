package agenda

import (
	"maps"
	"slices"
	"sync"
	"time"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/means"
	"slipway/internal/work/outlook"
)

// Agenda is the service of the wing.
type Agenda struct {
	outlooks *outlook.Outlooks

	mu       sync.Mutex
	releases map[id.Release]kept // that were open at the last call; the map is never written again
}

// New returns the service.
func New(o *outlook.Outlooks) *Agenda { return &Agenda{outlooks: o} }

// TaskSpans schedules every release that has not ended and is not on hold, each alone and as it stands, and returns when their open tasks run,
// by the tasks' identifiers. Tasks that are never reached are missing. A task's fixed dates are its dates. It checks no permission.
//
// What it worked out of a release is kept for the hour and worked out anew when a task, the window or the working time of an owner has
// changed: with ten thousand tasks a call costs three tenths of a second at first, most of it reading them, and some hundredths afterwards.
func (a *Agenda) TaskSpans(tx *db.Tx) (map[string]outlook.Span, error) {
	stamps, err := stampsOf(tx)
	if err != nil {
		return nil, err
	}
	hour := tx.Now.Std().Truncate(time.Hour)
	was := a.all()
	is := make(map[id.Release]kept, len(stamps))
	var owners [][]work.Task
	var changed []id.Release
	for _, s := range stamps {
		if k, ok := was[s.Release]; ok && k.stamp == s && k.hour.Equal(hour) {
			is[s.Release], owners = k, append(owners, k.owners)
		} else {
			changed = append(changed, s.Release)
		}
	}
	tasks, err := work.TasksOfEach(tx, changed)
	if err != nil {
		return nil, err
	}
	for _, list := range tasks {
		owners = append(owners, list)
	}
	clocks, err := a.outlooks.Clocks(tx, owners...)
	if err != nil {
		return nil, err
	}
	var moved []id.Release
	for r, k := range is {
		if !k.holds(clocks) {
			delete(is, r)
			moved = append(moved, r)
		}
	}
	more, err := work.TasksOfEach(tx, moved)
	if err != nil {
		return nil, err
	}
	maps.Copy(tasks, more)
	for _, s := range stamps {
		if _, ok := is[s.Release]; ok {
			continue
		}
		k := kept{stamp: s, hour: hour}
		r := plan.Release{ID: s.Release, Product: s.Product, CreatedAt: s.CreatedAt, Window: plan.Window{Start: s.WindowStart, End: s.WindowEnd}}
		if k.spans, err = a.outlooks.Spans(tx, r, tasks[s.Release], clocks); err != nil {
			return nil, err
		}
		k.own(tasks[s.Release], clocks)
		is[s.Release] = k
	}
	a.keep(is)
	out := map[string]outlook.Span{}
	for _, k := range is {
		maps.Copy(out, k.spans)
	}
	return out, nil
}

// stamp tells apart the states of a release that its spans depend on. Every change of a task counts its revision up.
type stamp struct {
	Release                id.Release
	Product                id.Product
	CreatedAt              db.Time
	WindowStart, WindowEnd db.Time
	Tasks, Revs            int64
	ChangedAt              db.Time
}

// kept are the spans of a release, and what they rest on.
type kept struct {
	stamp  stamp
	hour   time.Time
	owners []work.Task  // nothing but owners, each once
	made   []means.Made // of the owners' calendars
	spans  map[string]outlook.Span
}

// holds reports whether the calendars of the owners are those that the spans rest on.
func (k *kept) holds(c means.Clocks) bool {
	return slices.EqualFunc(k.owners, k.made, func(t work.Task, made means.Made) bool { return c.Made[t.Owner] == made })
}

func (k *kept) own(list []work.Task, c means.Clocks) {
	seen := map[id.Person]bool{"": true}
	for _, t := range list {
		if !seen[t.Owner] {
			seen[t.Owner] = true
			k.owners, k.made = append(k.owners, work.Task{Owner: t.Owner}), append(k.made, c.Made[t.Owner])
		}
	}
}

func (a *Agenda) all() map[id.Release]kept {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.releases
}

func (a *Agenda) keep(k map[id.Release]kept) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.releases = k
}
