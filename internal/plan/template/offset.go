package template

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"slipway/internal/platform/db"
)

// Offset is a distance from a window's start: "-2d", "-4h", "+30m", "0". The empty text is none.
type Offset string

// Span is a length of time: "14d", "12h", "30m". The empty text is none.
type Span string

var distance = regexp.MustCompile(`^([+-]?)([0-9]{1,5})([wdhm])$`)

var units = map[string]time.Duration{"w": 7 * 24 * time.Hour, "d": 24 * time.Hour, "h": time.Hour, "m": time.Minute}

// Duration returns the distance; a day has 24 hours.
func (o Offset) Duration() time.Duration {
	d, _ := parseDistance(string(o))
	return d
}

// From returns the instant at the distance from another; none without an offset or an instant.
func (o Offset) From(t db.Time) db.Time {
	if o == "" || t.IsZero() {
		return 0
	}
	return t.Add(o.Duration())
}

// UnmarshalText reads the form above.
func (o *Offset) UnmarshalText(b []byte) error {
	if _, err := parseDistance(string(b)); err != nil {
		return fmt.Errorf("a distance from the window's start has the form -2d, -4h, +30m or 0")
	}
	*o = Offset(b)
	return nil
}

// Duration returns the length; a day has 24 hours.
func (s Span) Duration() time.Duration {
	d, _ := parseDistance(string(s))
	return d
}

// UnmarshalText reads the form above.
func (s *Span) UnmarshalText(b []byte) error {
	if d, err := parseDistance(string(b)); err != nil || d < 0 || len(b) > 0 && b[0] == '+' {
		return fmt.Errorf("a length of time has the form 14d, 12h or 30m")
	}
	*s = Span(b)
	return nil
}

func parseDistance(s string) (time.Duration, error) {
	if s == "" || s == "0" {
		return 0, nil
	}
	m := distance.FindStringSubmatch(s)
	if m == nil {
		return 0, fmt.Errorf("%.40q is not a distance in time", s)
	}
	n, err := strconv.Atoi(m[1] + m[2])
	if err != nil {
		return 0, err
	}
	return time.Duration(n) * units[m[3]], nil
}
