package recur

import "time"

// A wall time is carried as a time.Time in UTC whose fields are what the clock on the wall shows.

// far is the distance from a clock change within which resolve looks at both offsets. No zone moves its clock by more than
// 24 hours at once (Samoa skipped a day in 2011).
const far = 26 * time.Hour

// resolve returns the instant of a wall time in a zone. exists is false if the clock never shows it, twice is true if
// it shows it two times; see the package documentation for what is returned then. It costs about 0.1 µs away from a clock change.
func resolve(wall time.Time, loc *time.Location) (t time.Time, exists, twice bool) {
	guess := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, loc)
	from, to := guess.ZoneBounds()
	if (from.IsZero() || guess.Sub(from) > far) && (to.IsZero() || to.Sub(guess) > far) {
		return guess.UTC(), true, false
	}
	_, offset := guess.Zone()
	offsets := [3]int{offset, offset, offset} // before the nearest change behind, now, after the nearest change ahead
	if !from.IsZero() {
		_, offsets[0] = from.Add(-time.Nanosecond).Zone()
	}
	if !to.IsZero() {
		_, offsets[2] = to.Zone()
	}
	var first, second time.Time
	found := 0
	for i, o := range offsets {
		if i > 0 && o == offsets[i-1] {
			continue
		}
		c := wall.Add(-time.Duration(o) * time.Second)
		if _, actual := c.In(loc).Zone(); actual != o {
			continue
		}
		found++
		switch {
		case found == 1:
			first = c
		case c.Equal(first):
			found--
		case c.Before(first):
			first, second = c, first
		default:
			second = c
		}
	}
	switch {
	case found > 1 && !second.IsZero():
		return first.UTC(), true, true
	case found == 1:
		return first.UTC(), true, false
	}
	// The clock jumps over the wall time at one of the two changes; the one whose gap holds it decides.
	if !to.IsZero() && inGap(wall, to, offsets[1], offsets[2]) {
		return wall.Add(-time.Duration(offsets[1]) * time.Second).UTC(), false, false
	}
	return wall.Add(-time.Duration(offsets[0]) * time.Second).UTC(), false, false
}

func inGap(wall, change time.Time, before, after int) bool {
	return !wall.Add(-time.Duration(before)*time.Second).Before(change) && wall.Add(-time.Duration(after)*time.Second).Before(change)
}

// wallOf returns what the clock on the wall shows at an instant.
func wallOf(t time.Time, loc *time.Location) time.Time {
	l := t.In(loc)
	return time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), l.Second(), 0, time.UTC)
}
