package resource

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/work/load"
	"slipway/internal/work/schedule"
)

// Clock is the statements of working time of everybody.
type Clock struct {
	stated map[string][]Period // by kind/subject, the oldest first
	weeks  map[Hours][7]int
}

// ReadClock reads the statements of working time with one statement of SQL. It checks no permission.
func ReadClock(tx *db.Tx) (*Clock, error) {
	rows, err := allPeriods(tx)
	t := &Clock{stated: map[string][]Period{}, weeks: map[Hours][7]int{}}
	for _, p := range rows {
		k := p.Kind + "/" + p.Subject
		t.stated[k] = append(t.stated[k], p)
	}
	return t, err
}

// Of returns what holds for a subject, written kind/identifier, the oldest first: its own statements, before them those of the first of the others
// that has any, before those the hours given.
func (t *Clock) Of(usual Hours, subjects ...string) []Period {
	out := t.stated[subjects[0]]
	for _, s := range subjects[1:] {
		if others := t.stated[s]; len(others) > 0 {
			until := len(others)
			if len(out) > 0 {
				until, _ = slices.BinarySearchFunc(others, out[0].Since, func(p Period, d Day) int { return cmp.Compare(p.Since, d) })
			}
			out = append(slices.Clone(others[:until]), out...)
			break
		}
	}
	return append([]Period{{Hours: usual, Share: 100}}, out...)
}

// On returns what holds on a day.
func On(periods []Period, day Day) Period {
	at := len(periods) - 1
	for at > 0 && periods[at].Since > day {
		at--
	}
	return periods[at]
}

// Minutes returns the working minutes of a day.
func (t *Clock) Minutes(periods []Period, day Day) int {
	p := On(periods, day)
	week, known := t.weeks[p.Hours]
	if !known {
		week = p.Hours.Minutes()
		t.weeks[p.Hours] = week
	}
	return week[(int(day.Time().Weekday())+6)%load.DaysPerWeek] * int(p.Share) / 100
}

// Stretches returns when work is done on a day, cut to the share from the day's beginning on.
func (t *Clock) Stretches(periods []Period, day Day, zone *time.Location) []schedule.Span {
	p := On(periods, day)
	if z, err := time.LoadLocation(p.Zone); p.Zone != "" && err == nil {
		zone = z
	}
	left := t.Minutes(periods, day)
	at := day.Time()
	var out []schedule.Span
	for _, h := range p.Hours.Stretches() {
		if h.Day != at.Weekday() || left <= 0 {
			continue
		}
		to := min(h.To, h.From+left)
		left -= to - h.From
		out = append(out, schedule.Span{From: time.Date(at.Year(), at.Month(), at.Day(), 0, h.From, 0, 0, zone), To: time.Date(at.Year(), at.Month(), at.Day(), 0, to, 0, 0, zone)})
	}
	return out
}

// Within returns what of a span lies between two instants. It begins after its end, or with it, where nothing does.
func Within(s schedule.Span, from, to time.Time) schedule.Span {
	if s.From.Before(from) {
		s.From = from
	}
	if s.To.After(to) {
		s.To = to
	}
	return s
}

// WorkingTime is when somebody works.
type WorkingTime struct {
	Zone     *time.Location
	Periods  []Period // the oldest first; the first holds from ever
	Holidays map[Day]string
	Absences []Absence // granted ones, without their reasons
}

// Works reports whether any work is done on a day.
func (w WorkingTime) Works(day Day) bool { return w.works(&Clock{weeks: map[Hours][7]int{}}, day) }

func (w WorkingTime) works(t *Clock, day Day) bool {
	if w.Holidays[day] != "" || slices.ContainsFunc(w.Absences, func(a Absence) bool { return a.First <= day && day <= a.Last }) {
		return false
	}
	return t.Minutes(w.Periods, day) > 0
}

// Calendar lays the working time out between two instants for the scheduling engine. A share of the hours takes them from
// the beginning of each day. It fails as schedule.FromSpans does and costs time in proportion to the days.
func (w WorkingTime) Calendar(from, to time.Time) (*schedule.Calendar, error) {
	t := Clock{weeks: map[Hours][7]int{}}
	var spans []schedule.Span
	for d, last := DayOf(from, w.Zone).Add(-1), DayOf(to, w.Zone).Add(1); d <= last; d = d.Add(1) {
		if !w.works(&t, d) {
			continue
		}
		for _, s := range t.Stretches(w.Periods, d, w.Zone) {
			if s = Within(s, from, to); s.From.Before(s.To) {
				spans = append(spans, s)
			}
		}
	}
	return schedule.FromSpans(spans, 100)
}

// behind and ahead bound the holidays and absences that Calendars reads, in days.
const (
	behind = 400
	ahead  = 3 * 366
)

// Calendars returns when people work, by person; those who do not exist are missing. Holidays and absences reach from 400
// days ago to three years ahead. It checks no permission and costs seven statements and one for each followed feed.
func (c *Resources) Calendars(tx *db.Tx, people []id.Person) (map[id.Person]WorkingTime, error) {
	known, err := auth.PeopleByID(tx, people...)
	if err != nil {
		return nil, err
	}
	teams, err := auth.EachTeam(tx)
	if err != nil {
		return nil, err
	}
	t, err := ReadClock(tx)
	if err != nil {
		return nil, err
	}
	today := DayOf(tx.Now.Std(), time.UTC)
	off, err := HolidaysBy(tx, c.o.Days, today.Add(-behind), today.Add(ahead))
	if err != nil {
		return nil, err
	}
	rows, err := AwayDays(tx, today.Add(-behind), today.Add(ahead))
	if err != nil {
		return nil, err
	}
	out := make(map[id.Person]WorkingTime, len(known))
	for _, p := range known {
		w := WorkingTime{Zone: zoneNamed(p.Zone, ZoneOf(tx)), Holidays: map[Day]string{}}
		subjects := []string{KindPerson + "/" + string(p.ID)}
		for _, m := range teams {
			if slices.Contains(m.Members, p.ID) {
				subjects = append(subjects, KindTeam+"/"+string(m.ID))
			}
		}
		w.Periods = t.Of(Usual, subjects...)
		for _, s := range subjects {
			for d, name := range off[s] {
				w.Holidays[d] = name
			}
		}
		for _, a := range rows {
			if a.Person == p.ID {
				a.Kind, a.Note, a.Answer = "", "", ""
				w.Absences = append(w.Absences, a)
			}
		}
		out[p.ID] = w
	}
	return out, nil
}

// ZoneOf is the zone in which the caller's days are.
func ZoneOf(tx *db.Tx) *time.Location {
	if v, ok := auth.Viewer(tx.Context()); ok {
		return v.Zone()
	}
	return time.UTC
}

func zoneNamed(name string, otherwise *time.Location) *time.Location {
	if z, err := time.LoadLocation(name); name != "" && err == nil {
		return z
	}
	return otherwise
}

// Away is a stretch of days on which somebody is away; nobody is told why.
type Away struct {
	Person      id.Person
	First, Last Day
	From, To    time.Time // the days in the person's zone
}

// AwayBetween returns who of the people is away in a stretch of time: granted absences, by their first day. It checks no
// permission and costs two statements.
func (c *Resources) AwayBetween(tx *db.Tx, people []id.Person, from, to db.Time) ([]Away, error) {
	known, err := auth.PeopleByID(tx, people...)
	if err != nil {
		return nil, err
	}
	rows, err := AwayDays(tx, DayOf(from.Std(), time.UTC).Add(-1), DayOf(to.Std(), time.UTC).Add(1))
	var out []Away
	for _, a := range rows {
		p, asked := known[a.Person]
		if !asked {
			continue
		}
		zone := zoneNamed(p.Zone, time.UTC)
		x := Away{Person: a.Person, First: a.First, Last: a.Last, From: a.First.Start(zone), To: a.Last.Add(1).Start(zone)}
		if x.From.Before(to.Std()) && from.Std().Before(x.To) {
			out = append(out, x)
		}
	}
	return out, err
}

// Off is a holiday of a person.
type Off struct {
	Person   id.Person
	Day      Day
	Name     string
	From, To time.Time // the day in the person's zone
}

// OffBetween returns the holidays of the people that touch a stretch of time, by person and day. It checks no permission and costs
// five statements and one for each followed feed.
func (c *Resources) OffBetween(tx *db.Tx, people []id.Person, from, to db.Time) ([]Off, error) {
	first, last := DayOf(from.Std(), time.UTC).Add(-1), DayOf(to.Std(), time.UTC).Add(1)
	by, err := HolidaysBy(tx, c.o.Days, first, last)
	if err != nil || len(by) == 0 {
		return nil, err
	}
	known, err := auth.PeopleByID(tx, people...)
	if err != nil {
		return nil, err
	}
	teams, err := auth.EachTeam(tx)
	var out []Off
	for _, p := range known {
		days := map[Day]string{}
		maps.Copy(days, by[KindPerson+"/"+string(p.ID)])
		for _, t := range teams {
			if slices.Contains(t.Members, p.ID) {
				maps.Copy(days, by[KindTeam+"/"+string(t.ID)])
			}
		}
		zone := zoneNamed(p.Zone, time.UTC)
		for d, name := range days {
			x := Off{p.ID, d, name, d.Start(zone), d.Add(1).Start(zone)}
			if x.From.Before(to.Std()) && from.Std().Before(x.To) {
				out = append(out, x)
			}
		}
	}
	slices.SortFunc(out, func(a, b Off) int { return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Day, b.Day)) })
	return out, err
}

// HolidaysBy returns the days off between two days by kind/subject of who follows them, with their names. It
// checks no permission and costs three statements and one for each followed feed.
func HolidaysBy(tx *db.Tx, feeds Days, first, last Day) (map[string]map[Day]string, error) {
	sets, err := ListHolidays(tx)
	if err != nil {
		return nil, err
	}
	out := map[string]map[Day]string{}
	for _, s := range sets {
		if len(s.Followers) == 0 {
			continue
		}
		days := map[Day]string{}
		if s.Feed != "" && feeds != nil {
			found, err := feeds.FeedDays(tx, s.Feed, string(first), string(last))
			if err != nil {
				return nil, err
			}
			for d, name := range found {
				days[Day(d)] = name
			}
		}
		for _, h := range s.Days {
			if first <= h.Day && h.Day <= last {
				days[h.Day] = h.Name
			}
		}
		for _, x := range s.Followers {
			k := x.Kind + "/" + x.Subject
			if out[k] == nil {
				out[k] = map[Day]string{}
			}
			for d, name := range days {
				out[k][d] = name
			}
		}
	}
	return out, nil
}
