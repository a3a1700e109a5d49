package schedule

import (
	"testing"
	"time"

	"slipway/internal/errs"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func weekdays(from, to int) []Hours {
	var out []Hours
	for d := time.Monday; d <= time.Friday; d++ {
		out = append(out, Hours{d, from, to})
	}
	return out
}

// Every minute of some weeks around odd changes of clocks is asked: is it within the hours, as a clock on the wall shows them?
func TestMinutesAsTheClockShows(t *testing.T) {
	for _, c := range []struct {
		zone      string
		from      time.Time
		days      int
		from0, to int
	}{
		{"Europe/London", time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC), 4, 0, 6 * 60},
		{"Europe/London", time.Date(2026, 10, 23, 0, 0, 0, 0, time.UTC), 4, 0, 6 * 60},
		{"America/St_Johns", time.Date(2026, 10, 30, 0, 0, 0, 0, time.UTC), 4, 30, 1440},
		{"Australia/Lord_Howe", time.Date(2026, 4, 3, 0, 0, 0, 0, time.UTC), 4, 0, 5 * 60},
		{"Australia/Lord_Howe", time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC), 4, 60, 24 * 60},
		{"Pacific/Apia", time.Date(2011, 12, 28, 0, 0, 0, 0, time.UTC), 5, 8 * 60, 16 * 60},
		{"America/Havana", time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC), 3, 0, 1440},
		{"Africa/Casablanca", time.Date(2026, 2, 14, 0, 0, 0, 0, time.UTC), 3, 0, 1440},
	} {
		z := zone(t, c.zone)
		var hours []Hours
		for d := range time.Weekday(7) {
			hours = append(hours, Hours{d, c.from0, c.to})
		}
		to := c.from.AddDate(0, 0, c.days)
		off := Date{c.from.Year(), c.from.Month(), c.from.Day() + 1}
		cal, err := NewCalendar(Times{Zone: z, Hours: hours, Holidays: []Date{off}}, c.from, to)
		if err != nil {
			t.Fatal(err)
		}
		work := 0
		for at := Minute(c.from); at < Minute(to); at++ {
			local := Instant(at).In(z)
			y, m, d := local.Date()
			minute := local.Hour()*60 + local.Minute()
			want := c.from0 <= minute && minute < c.to && (Date{y, m, d} != off)
			if is := cal.Next(at) == at; is != want {
				t.Fatalf("%s: %s is working time: %v", c.zone, local, is)
			}
			if got := cal.Between(Minute(c.from), at); got != work {
				t.Fatalf("%s: %d minutes of work until %s, want %d", c.zone, got, local, work)
			}
			if want {
				if got := cal.Sub(at, work); got != cal.Next(Minute(c.from)) {
					t.Fatalf("%s: %s", c.zone, Instant(got))
				}
				work++
				if got := cal.Add(Minute(c.from), work); got != at+1 {
					t.Fatalf("%s: %d minutes are done at %s, want %s", c.zone, work, Instant(got), Instant(at+1))
				}
			}
		}
		if cal.Add(Minute(c.from), work+1) != Never || cal.Next(Minute(to)) != Never || cal.Sub(Minute(to), work+1) != Sooner || cal.Last(Minute(c.from)) != Sooner {
			t.Errorf("%s: beyond the horizon somebody works", c.zone)
		}
	}
}

// Hours that begin or end within a repeated or a skipped hour.
func TestHoursAtAChange(t *testing.T) {
	london := zone(t, "Europe/London")
	for _, c := range []struct {
		day      time.Time
		from, to int
		want     int
	}{
		{time.Date(2026, 10, 25, 0, 0, 0, 0, time.UTC), 30, 90, 60},       // ends at the first 01:30
		{time.Date(2026, 10, 25, 0, 0, 0, 0, time.UTC), 90, 150, 120},     // begins at the first 01:30
		{time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC), 30, 90, 30},        // 01:00 is followed by 02:00
		{time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC), 70, 110, 0},        // there is no such hour
		{time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC), 90, 180, 60},       //
		{time.Date(2026, 6, 28, 0, 0, 0, 0, time.UTC), 0, 24 * 60, 1440},  //
		{time.Date(2026, 10, 25, 0, 0, 0, 0, time.UTC), 0, 1440, 25 * 60}, //
	} {
		cal, err := NewCalendar(Times{Zone: london, Hours: []Hours{{time.Sunday, c.from, c.to}}}, c.day.AddDate(0, 0, -1), c.day.AddDate(0, 0, 2))
		if err != nil {
			t.Fatal(err)
		}
		if got := cal.Between(Minute(c.day.AddDate(0, 0, -1)), Minute(c.day.AddDate(0, 0, 2))); got != c.want {
			t.Errorf("%s %d to %d: %d minutes, want %d", c.day.Format("2006-01-02"), c.from, c.to, got, c.want)
		}
	}
}

func TestAbsencesAndShares(t *testing.T) {
	monday := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	at := func(d, h, m int) time.Time { return monday.AddDate(0, 0, d).Add(time.Duration(h*60+m) * time.Minute) }
	cal, err := NewCalendar(Times{Hours: weekdays(9*60, 17*60), Share: 50, Holidays: []Date{{2026, 11, 25}},
		Absences: []Span{{at(1, 12, 0), at(3, 10, 0)}, {at(1, 11, 0), at(1, 13, 0)}}, Extra: []Span{{at(5, 10, 0), at(5, 12, 0)}}}, monday, at(30, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from time.Time
		work int
		want time.Time
	}{
		{at(0, 0, 0), 60, at(0, 11, 0)},
		{at(0, 16, 0), 30, at(0, 17, 0)},
		{at(0, 17, 0), 60, at(1, 11, 0)},
		{at(1, 9, 0), 61, at(3, 10, 2)},
		{at(4, 15, 0), 60, at(4, 17, 0)},
		{at(4, 15, 0), 61, at(5, 10, 2)},
		{at(4, 15, 0), 121, at(7, 9, 2)},
	} {
		if got := Instant(cal.Add(Minute(c.from), c.work)); !got.Equal(c.want) {
			t.Errorf("%d minutes from %s: %s, want %s", c.work, c.from, got, c.want)
		}
	}
	busy := cal.Without([2]int{Minute(at(0, 12, 0)), Minute(at(1, 9, 30))}, [2]int{Minute(at(0, 10, 0)), Minute(at(0, 10, 30))})
	if got := Instant(busy.Add(Minute(at(0, 9, 0)), 90)); !got.Equal(at(1, 10, 0)) {
		t.Errorf("beside other work done at %s", got)
	}
	var spans int
	cal.Working(Minute(at(1, 0, 0)), Minute(at(4, 0, 0)), func(from, to int) bool { spans++; return true })
	if spans != 2 {
		t.Errorf("%d stretches from Tuesday to Thursday, want 2", spans)
	}
}

func TestNewCalendarRefuses(t *testing.T) {
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	for reason, c := range map[string]struct {
		t  Times
		to time.Time
	}{
		"work.hours":   {Times{Hours: []Hours{{time.Monday, 600, 600}}}, now.AddDate(1, 0, 0)},
		"work.share":   {Times{Share: 101}, now.AddDate(1, 0, 0)},
		"work.horizon": {Times{}, now.AddDate(100, 0, 0)},
	} {
		if _, err := NewCalendar(c.t, now, c.to); errs.ReasonOf(err) != "input.invalid" && (errs.As(err) == nil || len(errs.As(err).Fields) == 0 || errs.As(err).Fields[0].Reason != reason) {
			t.Errorf("%s: %v", reason, err)
		}
	}
	if _, err := FromSpans(nil, -1); err == nil {
		t.Error("a negative share")
	}
	if at := Minute(time.Date(1969, 12, 31, 23, 59, 30, 0, time.UTC)); at != -1 {
		t.Errorf("minute %d", at)
	}
}
