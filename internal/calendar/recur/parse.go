package recur

import (
	"strings"
	"time"
	_ "time/tzdata" // the same zones on every machine, installed or not

	"slipway/internal/errs"
)

// Parse checks a period and prepares it for questions. It fails with errs.Invalid naming the field ("start", "end", "zone", "rrule",
// "exdates[0]", "rdates[0]") and one of the reasons recur.time, recur.mixed, recur.year, recur.zone_missing, recur.zone_unknown,
// recur.end_before_start, recur.too_long, recur.rrule, recur.frequency, recur.count, recur.until, recur.interval, recur.too_many,
// recur.never, recur.dates_alone, recur.date_before_start or recur.start_not_in_rule. It costs some tens of microseconds, for an RRULE that can never match up to about ten milliseconds.
func Parse(s Spec) (*Rule, error) {
	loc, err := zone(s)
	if err != nil {
		return nil, err
	}
	start, startAbs, err := moment("start", s.Start)
	if err != nil {
		return nil, err
	}
	end, endAbs, err := moment("end", s.End)
	if err != nil {
		return nil, err
	}
	if startAbs != endAbs {
		return nil, errs.InvalidField("end", "recur.mixed", "Write both times in the same way: both as wall times, or both with an offset.")
	}
	if !startAbs && s.Zone == "" {
		return nil, errs.InvalidField("zone", "recur.zone_missing", "A wall time needs its zone, such as Europe/Berlin.")
	}
	r := &Rule{spec: s, loc: loc}
	if s.RRule == "" && len(s.RDates) == 0 {
		if len(s.ExDates) > 0 {
			return nil, errs.InvalidField("exdates", "recur.dates_alone", "There is nothing to leave out of a period that is once only.")
		}
		return r, r.setOnce(start, end, startAbs)
	}
	if startAbs {
		start, end = wallOf(start, loc), wallOf(end, loc)
	}
	r.start, r.length = start, end.Sub(start)
	if r.length <= 0 {
		return nil, endBeforeStart(start, end)
	}
	if r.length > MaxRecurring {
		return nil, errs.InvalidField("end", "recur.too_long", "One occurrence may last 366 days at most. This one lasts %d days.", int(r.length/(24*time.Hour)))
	}
	if s.RRule == "" {
		r.listed = []time.Time{start}
	} else if err := r.setRule(s.RRule); err != nil {
		return nil, err
	}
	if err := r.setDates(startAbs); err != nil {
		return nil, err
	}
	return r, nil
}

func endBeforeStart(start, end time.Time) error {
	if end.Equal(start) {
		return errs.InvalidField("end", "recur.end_before_start", "The end must lie behind the start. Both are %s.", start.Format("Mon 2 Jan 2006, 15:04"))
	}
	return errs.InvalidField("end", "recur.end_before_start", "The end, %s, lies before the start, %s.",
		end.Format("Mon 2 Jan 2006, 15:04"), start.Format("Mon 2 Jan 2006, 15:04"))
}

func (r *Rule) setOnce(start, end time.Time, abs bool) error {
	o := Occurrence{Start: start.UTC(), End: end.UTC()}
	if !abs {
		if !end.After(start) {
			return endBeforeStart(start, end)
		}
		for i, w := range []time.Time{start, end} {
			t, exists, twice := resolve(w, r.loc)
			name := [2]string{"start", "end"}[i]
			at := t.In(r.loc).Format("15:04 MST")
			if !exists {
				r.notes = append(r.notes, Note{"recur.wall_missing", "The " + name + ", " + w.Format("2 Jan 2006, 15:04") + ", does not exist in " + r.loc.String() + ": the clocks go forward. It is taken as " + at + "."})
			}
			if twice {
				r.notes = append(r.notes, Note{"recur.wall_twice", "The " + name + ", " + w.Format("2 Jan 2006, 15:04") + ", exists twice in " + r.loc.String() + ": the clocks go back. It is taken as the first, " + at + "."})
			}
		}
		r.start, r.length = start, end.Sub(start)
		o = r.occurrence(start)
	}
	if !o.End.After(o.Start) {
		return endBeforeStart(start, end)
	}
	if o.End.Sub(o.Start) > MaxOneOff {
		return errs.InvalidField("end", "recur.too_long", "A period may last ten years at most.")
	}
	r.once = o
	return nil
}

func zone(s Spec) (*time.Location, error) {
	if s.Zone == "" {
		return time.UTC, nil
	}
	if len(s.Zone) > 64 {
		return nil, errs.InvalidField("zone", "recur.zone_unknown", "A zone's name has at most 64 characters, such as Europe/Berlin.")
	}
	loc, err := time.LoadLocation(s.Zone)
	if err != nil || s.Zone == "Local" {
		return nil, errs.InvalidField("zone", "recur.zone_unknown", "There is no time zone %q. Use an IANA name such as Europe/Berlin.", s.Zone)
	}
	return loc, nil
}

var (
	wallForms    = []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05"}
	instantForms = []string{time.RFC3339, "2006-01-02T15:04Z07:00"}
)

// moment reads a wall time, carried in UTC, or an instant.
func moment(field, text string) (t time.Time, instant bool, err error) {
	if len(text) > 40 {
		return t, false, errs.InvalidField(field, "recur.time", "A time has at most 40 characters. Write it as 2026-11-23T22:00.")
	}
	text = strings.TrimSpace(text)
	for _, f := range wallForms {
		if t, e := time.Parse(f, text); e == nil {
			return t, false, year(field, t)
		}
	}
	for _, f := range instantForms {
		if t, e := time.Parse(f, text); e == nil {
			return t.UTC(), true, year(field, t)
		}
	}
	if text == "" {
		return t, false, errs.InvalidField(field, "recur.time", "Give a time such as 2026-11-23T22:00.")
	}
	if _, e := time.Parse("2006-01-02", text); e == nil {
		return t, false, errs.InvalidField(field, "recur.time", "%q is a date. Add the time, such as %sT00:00.", text, text)
	}
	return t, false, errs.InvalidField(field, "recur.time", "%q is not a time. Write a wall time as 2026-11-23T22:00 or an instant as 2026-11-23T21:00:00Z.", text)
}

func year(field string, t time.Time) error {
	if y := t.Year(); y < FirstYear || y > LastYear {
		return errs.InvalidField(field, "recur.year", "The year %d is not between %d and %d.", y, FirstYear, LastYear)
	}
	if t.Nanosecond() != 0 {
		return errs.InvalidField(field, "recur.time", "Times have whole seconds.")
	}
	return nil
}
