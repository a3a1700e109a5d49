package resource

import (
	"strings"
	"testing"
	"time"

	"slipway/internal/errs"
)

func TestWeeks(t *testing.T) {
	for text, want := range map[string]string{"2026-W48": "2026-11-23", "2026-11-29": "2026-11-23", "2026-W53": "2026-12-28", "2027-W01": "2027-01-04", "2021-01-03": "2020-12-28"} {
		w, err := ParseWeek("first", text)
		if err != nil || string(w.Monday()) != want {
			t.Errorf("%s: %s from %s %v, want %s", text, w, w.Monday(), err, want)
		}
	}
	for _, text := range []string{"", "2026-W54", "2025-W53", "2026-W00", "2026-W4", "week 4", "2026-13-01", "1999-W01", "9999-W01"} {
		if w, err := ParseWeek("first", text); errs.CodeOf(err) != errs.CodeInvalid {
			t.Errorf("%s: %s %v", text, w, err)
		}
	}
	if d := Day("2026-12-31"); d.Week() != "2026-W53" || d.Week().Number() != 53 || d.Add(4).Week() != "2027-W01" || d.Monday() != "2026-12-28" || d.Add(-1).Sub(d) != -1 {
		t.Error(d.Week(), d.Monday())
	}
}

func TestHours(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "",
		"mon-fri 09:00-17:00": "mon-fri 09:00-17:00",
		"Fri 9:00-15:00":      "?",
		"fri 09:00-15:00; mon-thu 13:00-17:30 09:00-12:00":  "mon-thu 09:00-12:00 13:00-17:30; fri 09:00-15:00",
		"mon 09:00-17:00; tue 09:00-17:00; wed 09:00-17:00": "mon-wed 09:00-17:00",
		"mon,wed,fri 08:00-12:00":                           "mon 08:00-12:00; wed 08:00-12:00; fri 08:00-12:00",
		"mon-sun 00:00-24:00":                               "mon-sun 00:00-24:00",
		"mon 09:00-12:00 11:00-13:00":                       "?", "fri-mon 09:00-17:00": "?", "mon": "?", "mon 17:00-09:00": "?", "mon 09:00-24:01": "?", "mon 09:60-10:00": "?", "mon,mon 09:00-10:00": "?",
		"day 09:00-10:00": "?", strings.Repeat("mon 09:00-10:00;", 100): "?",
	} {
		h, err := ParseHours("hours", text)
		if want == "?" {
			if errs.CodeOf(err) != errs.CodeInvalid {
				t.Errorf("%.40q: %q %v", text, h, err)
			}
			continue
		}
		if err != nil || string(h) != want {
			t.Errorf("%q: %q %v, want %q", text, h, err, want)
		}
	}
	h := Hours("mon-thu 09:00-12:00 13:00-17:30; fri 09:00-15:00")
	if h.Weekly() != 4*450+360 || h.Minutes()[4] != 360 || h.Minutes()[6] != 0 {
		t.Error(h.Weekly(), h.Minutes())
	}
}

func FuzzHours(f *testing.F) {
	for _, s := range []string{"mon-fri 09:00-17:00", "mon-thu 09:00-12:00 13:00-17:30; fri 09:00-15:00", "sun 00:00-24:00", "mon,tue 1", ";;", "mon-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := ParseHours("hours", text)
		if err != nil {
			return
		}
		again, err := ParseHours("hours", string(h))
		if err != nil || again != h {
			t.Errorf("%q became %q, and that %q %v", text, h, again, err)
		}
		if m := h.Weekly(); m < 0 || m > 7*24*60 {
			t.Errorf("%q has %d minutes", text, m)
		}
	})
}

func TestClock(t *testing.T) {
	c := &Clock{weeks: map[Hours][7]int{}, stated: map[string][]Period{
		"team/a":   {{Since: "2026-01-01", Hours: "mon-fri 08:00-16:00", Share: 100}, {Since: "2026-12-01", Hours: "mon-fri 08:00-12:00", Share: 100}},
		"person/p": {{Since: "2026-11-01", Hours: "mon-thu 09:00-17:00", Share: 50, Zone: "America/New_York"}},
	}}
	ps := c.Of(Usual, "person/p", "team/none", "team/a")
	for day, want := range map[Day]int{"2025-06-02": 480, "2026-06-01": 480, "2026-11-02": 240, "2026-11-06": 0, "2026-12-07": 240} {
		if got := c.Minutes(ps, day); got != want {
			t.Errorf("%s: %d, want %d", day, got, want)
		}
	}
	s := c.Stretches(ps, "2026-11-02", time.UTC)
	if len(s) != 1 || s[0].From.UTC().Format("15:04") != "14:00" || s[0].To.Sub(s[0].From) != 4*time.Hour {
		t.Errorf("%v", s)
	}
}
