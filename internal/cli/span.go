package cli

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"
)

// localForms are how a local time may be written.
var localForms = []string{"2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02 15:04:05"}

// span reads START/END. Each is RFC 3339 or a local time of the zone; the end may be a time of day alone, on the day of the
// start, or on the next day if it would lie before it.
func (s *Session) span(flag, text, zone string) (start, end time.Time, err error) {
	a, b, ok := strings.Cut(text, "/")
	if !ok {
		return start, end, Usage("%s %s: give it as START/END", flag, text)
	}
	if start, err = s.instant(flag, a, zone); err != nil {
		return start, end, err
	}
	if _, err := time.Parse("15:04", b); err == nil {
		end, err = local(flag, localForms[0], start.Format(time.DateOnly)+"T"+b, start.Location())
		if err == nil && !end.After(start) {
			end, err = local(flag, localForms[0], start.AddDate(0, 0, 1).Format(time.DateOnly)+"T"+b, start.Location())
		}
		return start, end, err
	}
	end, err = s.instant(flag, b, zone)
	return start, end, err
}

// instant reads RFC 3339, or a local time of a zone: the flag's, SLIPWAY_ZONE, or that of the caller's profile. A local
// time that does not exist, or exists twice, where clocks change is refused.
func (s *Session) instant(flag, text, zone string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	for _, form := range localForms {
		if _, err := time.Parse(form, text); err != nil {
			continue
		}
		loc, err := s.zone(zone)
		if err != nil {
			return time.Time{}, err
		}
		return local(flag, form, text, loc)
	}
	return time.Time{}, Usage("%s %s: an instant is written as 2026-11-19T21:00:00+01:00, or as 2026-11-19T21:00 in local time", flag, text)
}

// local reads a local time of a place.
func local(flag, form, text string, loc *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation(form, text, loc)
	if err != nil {
		return t, Usage("%s %s: %v", flag, text, err)
	}
	wall := t.Format(form)
	switch {
	case wall != text:
		return t, Usage("%s %s: there is no such time in %s, since clocks change; give it with its offset", flag, text, loc)
	case t.Add(time.Hour).Format(form) == wall, t.Add(-time.Hour).Format(form) == wall:
		return t, Usage("%s %s: clocks in %s show this time twice; give it with its offset", flag, text, loc)
	}
	return t, nil
}

// zone returns the location of local times.
func (s *Session) zone(name string) (*time.Location, error) {
	if name = cmp.Or(name, s.Env("SLIPWAY_ZONE")); name == "" {
		api, err := s.Client()
		if err != nil {
			return nil, err
		}
		var me struct {
			Zone string `json:"zone"`
		}
		if err := api.Get(s.Context(), "/me", nil, &me); err != nil {
			return nil, err
		}
		name = cmp.Or(me.Zone, "UTC")
	}
	loc, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, Usage("%q is not a zone such as Europe/Copenhagen", name)
	}
	return loc, nil
}

// compact writes a value as JSON on one line, cut short for a table.
func compact(v any) string {
	if v == nil {
		return ""
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	if r := []rune(string(b)); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return string(b)
}
