package gantt

import (
	"math"
	"strconv"
	"time"
)

// Zoom is how much time a picture covers.
type Zoom string

// The zooms.
const (
	Week    Zoom = "week"    // seven weeks, day by day
	Month   Zoom = "month"   // half a year, week by week
	Quarter Zoom = "quarter" // two years, month by month
)

// Zooms returns all of them, the nearest first.
func Zooms() []Zoom { return []Zoom{Week, Month, Quarter} }

// Days returns how many days a picture covers; 0 for no zoom at all.
func (z Zoom) Days() int {
	switch z {
	case Week:
		return 49
	case Month:
		return 26 * 7
	case Quarter:
		return 104 * 7
	}
	return 0
}

// Fitting returns the nearest zoom that covers a stretch of time with a day to spare at both ends, otherwise Quarter.
func Fitting(from, to time.Time) Zoom {
	for _, z := range Zooms() {
		if to.Sub(from) <= time.Duration(z.Days()-2)*24*time.Hour {
			return z
		}
	}
	return Quarter
}

// Axis is the stretch of time that a picture shows.
type Axis struct {
	Zoom     Zoom
	Zone     *time.Location
	From, To time.Time // From is a Monday, midnight in the zone
}

// NewAxis returns the axis of a zoom that begins with the week of an instant. A zoom that is none becomes Week.
func NewAxis(z Zoom, at time.Time, zone *time.Location) Axis {
	if z.Days() == 0 {
		z = Week
	}
	if zone == nil {
		zone = time.UTC
	}
	from := monday(at, zone)
	return Axis{Zoom: z, Zone: zone, From: from, To: from.AddDate(0, 0, z.Days())}
}

// Around returns the axis on which a plan is best seen now: from its beginning if all of it fits, otherwise with now a quarter from the left, or
// where the plan begins or ends if now is outside of it.
func Around(z Zoom, from, to, now time.Time, zone *time.Location) Axis {
	a := NewAxis(z, from, zone)
	if !to.After(a.To) || !now.After(from) {
		return a
	}
	if now.After(to) {
		now = to
	}
	return NewAxis(z, now.AddDate(0, 0, -a.Zoom.Days()/4), zone)
}

// Moved returns the axis a number of its own lengths later, in quarters of it: 3 is three quarters later, -3 earlier.
func (a Axis) Moved(quarters int) Axis {
	return NewAxis(a.Zoom, a.From.AddDate(0, 0, a.Zoom.Days()*quarters/4), a.Zone)
}

// Holds reports whether an instant is on the axis.
func (a Axis) Holds(t time.Time) bool { return !t.IsZero() && !t.Before(a.From) && t.Before(a.To) }

func monday(t time.Time, zone *time.Location) time.Time {
	l := t.In(zone)
	return time.Date(l.Year(), l.Month(), l.Day()-(int(l.Weekday())+6)%7, 0, 0, 0, 0, zone)
}

// scale is an axis laid over a width.
type scale struct {
	span
	width, px float64 // px an hour
}

type span = Axis

func newScale(a Axis, width float64) scale { return scale{a, width, width / a.To.Sub(a.From).Hours()} }

func (s scale) x(t time.Time) float64    { return t.Sub(s.From).Hours() * s.px }
func (s scale) clip(t time.Time) float64 { return math.Max(0, math.Min(s.width, s.x(t))) }

// ticks draws the heads of the columns and the lines below them.
func (s scale) ticks(c *canvas, top, height float64, head bool) {
	switch s.Zoom {
	case Month:
		s.months(c, top, height, head)
	case Quarter:
		s.quarters(c, top, height, head)
	default:
		s.weeks(c, top, height, head)
	}
}

func (s scale) weeks(c *canvas, top, height float64, head bool) {
	for d := s.From; d.Before(s.To); d = d.AddDate(0, 0, 7) {
		x := s.x(d)
		s.weekend(c, d, top, height)
		c.line(x, min(24, top), x, height, "g1")
		if head {
			_, week := d.ISOWeek()
			c.text(x+5, 22, "wkl", "", "Week "+strconv.Itoa(week))
			c.text(x+5, 40, "ax", "", d.Format("Mon 2 Jan"))
		}
	}
}

func (s scale) weekend(c *canvas, monday time.Time, top, height float64) {
	a, b := s.clip(monday.AddDate(0, 0, 5)), s.clip(monday.AddDate(0, 0, 7))
	c.rect(a, top, b-a, height-top, 0, "we")
}

func (s scale) months(c *canvas, top, height float64, head bool) {
	for d := s.From; d.Before(s.To); d = d.AddDate(0, 0, 7) {
		s.weekend(c, d, top, height)
		if head {
			_, week := d.ISOWeek()
			c.text(s.x(d)+3, 40, "ax", "", strconv.Itoa(week))
		}
	}
	s.stretches(c, top, height, head, 1, func(d time.Time) string { return d.Format("January 2006") })
}

func (s scale) quarters(c *canvas, top, height float64, head bool) {
	if head {
		first := time.Date(s.From.Year(), s.From.Month(), 1, 0, 0, 0, 0, s.Zone)
		for d := first; d.Before(s.To); d = d.AddDate(0, 1, 0) {
			if s.x(d) >= 0 {
				c.text(s.x(d)+3, 40, "ax", "", d.Format("Jan"))
			}
		}
	}
	s.stretches(c, top, height, head, 3, func(d time.Time) string {
		return "Q" + strconv.Itoa((int(d.Month())+2)/3) + " " + strconv.Itoa(d.Year())
	})
}

// stretches draws a line at the first day of every so many months, and names them where there is room.
func (s scale) stretches(c *canvas, top, height float64, head bool, months int, name func(time.Time) string) {
	l := s.From
	first := time.Date(l.Year(), l.Month()-time.Month((int(l.Month())-1)%months), 1, 0, 0, 0, 0, s.Zone)
	for d := first; d.Before(s.To); d = d.AddDate(0, months, 0) {
		x, end := s.x(d), s.clip(d.AddDate(0, months, 0))
		if x >= 0 {
			c.line(x, min(24, top), x, height, "g1")
		}
		if text := name(d); head && end-max(x, 0) > runes(text)*6.5+8 {
			c.text(max(x, 0)+5, 22, "wkl", "", text)
		}
	}
}
