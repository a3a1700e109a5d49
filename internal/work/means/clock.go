package means

import (
	"crypto/sha256"
	"encoding/json"
	"sync"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/resource"
	"slipway/internal/work/schedule"
)

// Made names what somebody's calendar is made of: two of the same are alike on the same day.
type Made [sha256.Size]byte

// shelf keeps the calendars of one day by what they are made of: most people share theirs with others, and laying one out costs about a
// millisecond.
type shelf struct {
	mu   sync.Mutex
	day  int64
	made map[Made]*schedule.Calendar
}

// shelved bounds the calendars that are kept at once.
const shelved = 500

// calendar returns the calendar of somebody from 400 days before today to three years ahead.
func (s *shelf) calendar(w resource.WorkingTime, now time.Time) (Made, *schedule.Calendar, error) {
	today := now.UTC().Truncate(24 * time.Hour)
	b, err := json.Marshal([]any{w.Zone.String(), w.Periods, w.Holidays, w.Absences})
	if err != nil {
		return Made{}, nil, err
	}
	key := sha256.Sum256(b)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.day != today.Unix() || len(s.made) >= shelved {
		s.day, s.made = today.Unix(), map[Made]*schedule.Calendar{}
	}
	if c := s.made[key]; c != nil {
		return key, c, nil
	}
	c, err := w.Calendar(today.Add(-behind), today.Add(ahead))
	if err == nil {
		s.made[key] = c
	}
	return key, c, err
}

// behind and ahead bound the calendars, as resource does.
const (
	behind = 400 * 24 * time.Hour
	ahead  = 3 * 366 * 24 * time.Hour
)

// Usual is the calendar of eight hours from Monday to Friday, in the zone of the organisation. It costs no statement.
func (m *Means) Usual(tx *db.Tx) (*schedule.Calendar, error) {
	_, c, err := m.shelf.calendar(resource.WorkingTime{Zone: m.o.Zone, Periods: []resource.Period{{Hours: resource.Usual, Share: 100}}}, tx.Now.Std())
	return c, err
}

// Morning is the start of the day in which an instant lies, in the zone of the organisation.
func (m *Means) Morning(t time.Time) time.Time {
	t = t.In(m.o.Zone)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, m.o.Zone)
}

// Clocks are the calendars of people, and of each what it is made of.
type Clocks struct {
	Calendars map[id.Person]*schedule.Calendar
	Made      map[id.Person]Made
}

// Clocks reads the calendars of the owners of tasks. It costs nothing without any.
func (m *Means) Clocks(tx *db.Tx, lists ...[]work.Task) (Clocks, error) {
	out := Clocks{map[id.Person]*schedule.Calendar{}, map[id.Person]Made{}}
	owners := ownersOf(lists...)
	if m.o.Resources == nil || len(owners) == 0 {
		return out, nil
	}
	all, err := m.o.Resources.Calendars(tx, owners)
	if err != nil {
		return out, err
	}
	people, err := auth.PeopleByID(tx, owners...)
	if err != nil {
		return out, err
	}
	for p, w := range all {
		if people[p].Zone == "" {
			w.Zone = m.o.Zone
		}
		if out.Made[p], out.Calendars[p], err = m.shelf.calendar(w, tx.Now.Std()); err != nil {
			return out, err
		}
	}
	return out, nil
}

// ownersOf are the people who own tasks.
func ownersOf(lists ...[]work.Task) []id.Person {
	seen := map[id.Person]bool{"": true}
	var out []id.Person
	for _, tasks := range lists {
		for _, t := range tasks {
			if !seen[t.Owner] {
				seen[t.Owner] = true
				out = append(out, t.Owner)
			}
		}
	}
	return out
}
