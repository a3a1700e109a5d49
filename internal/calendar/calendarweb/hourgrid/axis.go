package hourgrid

import "time"

// Axis is what clocks on the wall show from midnight to midnight, common to some days. Where a clock is put back on one of the days,
// the hour that it shows twice is on the axis twice; the other days have nothing in the second of them. Where it is put forward, the
// axis has an hour that this day does not have.
type Axis struct {
	zone   *time.Location
	days   []time.Time // starts, and behind them the end of the last
	turns  []turn
	Length int // in minutes
}

// turn is a change of the clock.
type turn struct {
	day      int
	at       time.Time
	from, to int    // minutes of the wall before and after, from the day's midnight
	before   string // names of the zone
	after    string
}

// back is how many minutes the clock is put back, 0 where it is put forward.
func (t turn) back() int { return max(0, t.from-t.to) }

// Mark is an hour of the axis.
type Mark struct {
	Minute int    // on the axis
	Text   string // 09:00; with the name of the zone where the hour comes twice
}

// New returns the axis of n days in the zone that first is in.
func New(first time.Time, n int) Axis {
	a := Axis{zone: first.Location(), Length: 24 * 60}
	for i := range n + 1 {
		a.days = append(a.days, dayStart(first, i))
	}
	for d := range n {
		for t := a.days[d]; ; {
			_, end := t.ZoneBounds()
			if end.IsZero() || !end.Before(a.days[d+1]) {
				break
			}
			t = end.In(a.zone)
			before := end.Add(-time.Microsecond).In(a.zone)
			x := turn{day: d, at: t, from: a.wall(d, before) + 1, to: a.wall(d, t), before: before.Format("MST"), after: t.Format("MST")}
			a.turns = append(a.turns, x)
			a.Length += x.back()
		}
	}
	return a
}

// dayStart is the first instant of the n-th day behind a day, also where the clock skips midnight.
func dayStart(first time.Time, n int) time.Time {
	y, m, d := first.Date()
	t := time.Date(y, m, d+n, 0, 0, 0, 0, first.Location())
	if want := time.Date(y, m, d+n, 12, 0, 0, 0, time.UTC); t.Day() != want.Day() {
		if _, end := t.ZoneBounds(); !end.IsZero() {
			return end.In(first.Location())
		}
	}
	return t
}

// wall is what the clock shows on a day, in minutes from its midnight.
func (a Axis) wall(day int, t time.Time) int {
	t = t.In(a.zone)
	if t.Day() != a.days[day].Day() { // put back over midnight
		return t.Hour()*60 + t.Minute() - 24*60
	}
	return t.Hour()*60 + t.Minute()
}

// Day returns start and end of a day.
func (a Axis) Day(n int) (from, to time.Time) { return a.days[n], a.days[n+1] }

// Days returns how many days there are.
func (a Axis) Days() int { return len(a.days) - 1 }

// At returns where an instant of a day lies on the axis, in minutes; what is outside of the day is at its start or end.
func (a Axis) At(day int, t time.Time) int {
	if !t.Before(a.days[day+1]) {
		return a.Length
	}
	if t.Before(a.days[day]) {
		t = a.days[day]
	}
	w := a.wall(day, t)
	at := w
	for _, x := range a.turns {
		if x.day == day && !t.Before(x.at) || x.day != day && w >= x.from {
			at += x.back()
		}
	}
	return at
}

// Marks returns the hours of the axis.
func (a Axis) Marks() []Mark {
	var out []Mark
	for h := range 24 {
		m := Mark{Minute: a.place(h * 60), Text: clock(h * 60)}
		for _, x := range a.turns {
			if x.back() > 0 && h*60 >= x.to && h*60 < x.from {
				m.Text += " " + x.before
			}
		}
		out = append(out, m)
		for _, x := range a.turns {
			if x.back() > 0 && h*60 >= x.to && h*60 < x.from {
				out = append(out, Mark{Minute: a.place(h*60) + x.back(), Text: clock(h*60) + " " + x.after})
			}
		}
	}
	return out
}

// place is where a time of the wall lies on the axis, on days on which no clock changes.
func (a Axis) place(wall int) int {
	at := wall
	for _, x := range a.turns {
		if wall >= x.from {
			at += x.back()
		}
	}
	return at
}

func clock(minutes int) string {
	return time.Date(2000, 1, 1, 0, minutes, 0, 0, time.UTC).Format("15:04")
}

// Gap is a stretch of the axis, in minutes.
type Gap struct{ From, To int }

// Gaps returns what of the axis a day does not have: hours that its clock skips, and the second ones of another day.
func (a Axis) Gaps(day int) []Gap {
	var out []Gap
	if start := a.At(day, a.days[day]); start > 0 {
		out = append(out, Gap{0, start}) // midnight is skipped
	}
	for _, x := range a.turns {
		switch {
		case x.back() > 0 && x.day != day:
			out = append(out, Gap{a.place(x.from) - x.back(), a.place(x.from)})
		case x.back() == 0 && x.day == day:
			out = append(out, Gap{a.place(x.from), a.place(x.to)})
		}
	}
	return out
}

// Again says from which minute of the axis on the clock of every day is how many minutes behind it; 0 and 0 where it never is.
func (a Axis) Again() (from, minutes int) {
	for _, x := range a.turns {
		if x.back() > 0 {
			return a.place(x.from) - x.back(), x.back()
		}
	}
	return 0, 0
}
