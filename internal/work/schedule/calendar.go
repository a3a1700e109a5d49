package schedule

import (
	"slices"
	"sort"
	"time"

	"slipway/internal/errs"
)

// Hours are working hours of one day of the week in wall time: from and to in minutes of the day, 0 to 1440.
type Hours struct {
	Day      time.Weekday
	From, To int
}

// Date is a day without a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// Span is a stretch of time, without its end.
type Span struct{ From, To time.Time }

// Times says when work is done.
type Times struct {
	Zone     *time.Location // of hours and holidays; nil is UTC
	Hours    []Hours
	Holidays []Date // days without work
	Absences []Span // stretches without work
	Extra    []Span // stretches of work beside the hours; holidays and absences do not touch them
	Share    int    // percent of the working time that goes into the work, 1 to 100; 0 means 100
}

// span is a stretch of working time in minutes since 1970 UTC, with the work done before it in hundredths of a minute.
type span struct{ from, to, before int }

// Calendar maps instants to work. It is immutable and safe for concurrent use. A nil Calendar works always.
type Calendar struct {
	spans []span
	share int // percent
}

// HorizonMax is the longest stretch a calendar is made for.
const HorizonMax = 30 * 366 * 24 * time.Hour

// NewCalendar lays out working times between two instants; beyond them nobody works. It fails with errs.Invalid:
// work.hours (hours that are no stretch of a day), work.share, or work.horizon (none, or longer than HorizonMax).
// Wall times that a clock change skips are taken at the change; of those that it repeats, the first.
// Cost is linear in the days of the horizon.
func NewCalendar(t Times, from, to time.Time) (*Calendar, error) {
	if t.Zone == nil {
		t.Zone = time.UTC
	}
	if t.Share == 0 {
		t.Share = 100
	}
	if t.Share < 1 || t.Share > 100 {
		return nil, errs.InvalidField("share", "work.share", "A share of working time is 1 to 100 percent, not %d.", t.Share)
	}
	if !from.Before(to) || to.Sub(from) > HorizonMax {
		return nil, errs.InvalidField("horizon", "work.horizon", "Working times are laid out for at least a moment and at most thirty years.")
	}
	var week [7][]Hours
	for _, h := range t.Hours {
		if h.Day < 0 || h.Day > 6 || h.From < 0 || h.To > 24*60 || h.From >= h.To {
			return nil, errs.InvalidField("hours", "work.hours", "Working hours begin before they end, within one day of the week.")
		}
		week[h.Day] = append(week[h.Day], h)
	}
	off := map[Date]bool{}
	for _, d := range t.Holidays {
		off[d] = true
	}
	var worked []span
	y, m, d := from.In(t.Zone).AddDate(0, 0, -1).Date()
	for {
		noon := time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
		y, m, d = noon.Date()
		if time.Date(y, m, d-1, 0, 0, 0, 0, t.Zone).After(to) {
			break
		}
		if !off[Date{y, m, d}] {
			for _, h := range week[noon.Weekday()] {
				worked = append(worked, span{from: minute(wall(y, m, d, h.From, t.Zone)), to: minute(wall(y, m, d, h.To, t.Zone))})
			}
		}
		d++
	}
	worked = cut(join(worked), join(minutes(t.Absences)))
	worked = join(append(worked, minutes(t.Extra)...))
	return laid(clip(worked, minute(from), minute(to)), t.Share), nil
}

// FromSpans returns the calendar of stretches that were worked out elsewhere, in any order. share is as in Times. It fails
// with errs.Invalid work.share.
func FromSpans(spans []Span, share int) (*Calendar, error) {
	if share == 0 {
		share = 100
	}
	if share < 1 || share > 100 {
		return nil, errs.InvalidField("share", "work.share", "A share of working time is 1 to 100 percent, not %d.", share)
	}
	return laid(join(minutes(spans)), share), nil
}

// Without returns the calendar with stretches taken out of it, in minutes of the axis and in any order. That of the calendar that works
// always is itself, as it has no ends.
func (c *Calendar) Without(stretches ...[2]int) *Calendar {
	if c == nil || len(stretches) == 0 {
		return c
	}
	away := make([]span, 0, len(stretches))
	for _, s := range stretches {
		away = append(away, span{from: s[0], to: s[1]})
	}
	return laid(cut(slices.Clone(c.spans), join(away)), c.share)
}

// Share is how many percent of its working time go into the work; 100 of the calendar that works always.
func (c *Calendar) Share() int {
	if c == nil {
		return 100
	}
	return c.share
}

// Minute returns an instant as the axis of a network with calendars has it, cut to the whole minute before.
func Minute(t time.Time) int { return minute(t) }

// Instant is the inverse of Minute, in UTC. Never and Sooner give the zero time.
func Instant(at int) time.Time {
	if at >= Never || at <= Sooner {
		return time.Time{}
	}
	return time.Unix(int64(at)*60, 0).UTC()
}

func minute(t time.Time) int {
	s := t.Unix()
	m := s / 60
	if s%60 < 0 {
		m--
	}
	return int(m)
}

func minutes(spans []Span) []span {
	out := make([]span, 0, len(spans))
	for _, s := range spans {
		if x := (span{from: minute(s.From), to: minute(s.To)}); x.from < x.to {
			out = append(out, x)
		}
	}
	return out
}

// wall returns the instant of a wall time.
func wall(y int, m time.Month, d, minute int, zone *time.Location) time.Time {
	t := time.Date(y, m, d, 0, minute, 0, 0, zone)
	want := time.Date(y, m, d, 0, minute, 0, 0, time.UTC)
	shown := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	}
	start, end := t.ZoneBounds()
	if !shown(t).Equal(want) { // skipped by a change: the change itself
		if !start.IsZero() && shown(t).After(want) {
			return start
		}
		return end
	}
	if !start.IsZero() { // repeated by a change: the first of the two
		_, now := t.Zone()
		_, before := start.Add(-time.Second).Zone()
		if first := t.Add(-time.Duration(before-now) * time.Second); before > now && first.Before(start) && shown(first).Equal(want) {
			return first
		}
	}
	return t
}

// join sorts stretches and makes one of those that touch.
func join(in []span) []span {
	slices.SortFunc(in, func(a, b span) int { return a.from - b.from })
	out := in[:0]
	for _, s := range in {
		if s.from >= s.to {
			continue
		}
		if n := len(out); n > 0 && s.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// cut takes stretches out of others; both are joined.
func cut(from, away []span) []span {
	if len(away) == 0 {
		return from
	}
	var out []span
	k := 0
	for _, s := range from {
		for k > 0 && away[k-1].to > s.from {
			k--
		}
		for k < len(away) && away[k].to <= s.from {
			k++
		}
		for ; k < len(away) && away[k].from < s.to; k++ {
			if away[k].from > s.from {
				out = append(out, span{from: s.from, to: away[k].from})
			}
			s.from = away[k].to
		}
		if s.from < s.to {
			out = append(out, span{from: s.from, to: s.to})
		}
	}
	return out
}

func clip(in []span, from, to int) []span {
	out := in[:0]
	for _, s := range in {
		s.from, s.to = max(s.from, from), min(s.to, to)
		if s.from < s.to {
			out = append(out, s)
		}
	}
	return out
}

func laid(spans []span, share int) *Calendar {
	total := 0
	for i := range spans {
		spans[i].before = total
		total += (spans[i].to - spans[i].from) * share
	}
	return &Calendar{spans: spans, share: share}
}

// behind returns how many stretches begin at or before an instant.
func (c *Calendar) behind(at int) int {
	return sort.Search(len(c.spans), func(i int) bool { return c.spans[i].from > at })
}
