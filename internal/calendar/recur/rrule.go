package recur

import (
	"strings"
	"time"

	rrule "github.com/teambition/rrule-go"

	"slipway/internal/errs"
)

func refuse(reason, format string, args ...any) error {
	return errs.InvalidField("rrule", reason, format, args...)
}

// parts splits an RRULE into its parts; a part may stand once.
func parts(text string) (map[string]string, error) {
	if len(text) > MaxText {
		return nil, refuse("recur.rrule", "A recurrence rule has at most %d characters. This one has %d.", MaxText, len(text))
	}
	text = strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(text)), "RRULE:")
	out := map[string]string{}
	for _, p := range strings.Split(text, ";") {
		key, value, ok := strings.Cut(p, "=")
		if !ok || key == "" || value == "" {
			return nil, refuse("recur.rrule", "%q is not of the form NAME=VALUE. A rule looks like FREQ=WEEKLY;BYDAY=TU,TH.", p)
		}
		if _, twice := out[key]; twice {
			return nil, refuse("recur.rrule", "%s stands twice.", key)
		}
		switch key {
		case "FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYDAY", "BYHOUR", "BYMINUTE", "BYSETPOS":
		case "BYSECOND":
			return nil, refuse("recur.frequency", "BYSECOND is not accepted: a period starts at most once a minute.")
		default:
			return nil, refuse("recur.rrule", "%q is not a part of a recurrence rule.", key)
		}
		if strings.Count(value, ",") >= MaxList {
			return nil, refuse("recur.too_many", "%s has more than %d values.", key, MaxList)
		}
		out[key] = value
	}
	return out, nil
}

// setRule reads the RRULE. UNTIL and COUNT are kept here and not given to the library, so that a question about any year
// starts its expansion near that year.
func (r *Rule) setRule(text string) error {
	p, err := parts(text)
	if err != nil {
		return err
	}
	switch p["FREQ"] {
	case "DAILY", "WEEKLY", "MONTHLY", "YEARLY":
	case "SECONDLY", "MINUTELY", "HOURLY":
		return refuse("recur.frequency", "FREQ=%s is not accepted. For several periods a day use FREQ=DAILY with BYHOUR, such as BYHOUR=0,6,12,18.", p["FREQ"])
	case "":
		return refuse("recur.frequency", "The rule has no FREQ. Use DAILY, WEEKLY, MONTHLY or YEARLY.")
	default:
		return refuse("recur.frequency", "FREQ=%s is unknown. Use DAILY, WEEKLY, MONTHLY or YEARLY.", p["FREQ"])
	}
	if err := r.setUntil(p["UNTIL"], p["COUNT"] != ""); err != nil {
		return err
	}
	var keep []string
	for _, k := range []string{"FREQ", "INTERVAL", "COUNT", "WKST", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYDAY", "BYHOUR", "BYMINUTE", "BYSETPOS"} {
		if v, ok := p[k]; ok {
			keep = append(keep, k+"="+v)
		}
	}
	opt, err := rrule.StrToROption(strings.Join(keep, ";"))
	if err != nil {
		return refuse("recur.rrule", "The rule cannot be read: %s.", strings.TrimSuffix(err.Error(), "."))
	}
	if _, ok := p["INTERVAL"]; !ok {
		opt.Interval = 1
	}
	if opt.Interval < 1 || opt.Interval > MaxInterval {
		return refuse("recur.interval", "INTERVAL must be between 1 and %d.", MaxInterval)
	}
	count := opt.Count
	if _, ok := p["COUNT"]; ok && (count < 1 || count > MaxCount) {
		return refuse("recur.count", "COUNT must be between 1 and %d.", MaxCount)
	}
	opt.Count = 0
	if err := r.complete(opt); err != nil {
		return err
	}
	check := *opt
	check.Dtstart = r.start
	if _, err := rrule.NewRRule(check); err != nil {
		return refuse("recur.rrule", "The rule cannot be read: %s.", strings.TrimSuffix(err.Error(), "."))
	}
	r.opt = *opt
	return r.probe(count)
}

// setUntil reads UNTIL: an instant (RFC 5545 section 3.3.10), and in the periods that people write by hand a wall time
// or a date, which includes that whole day.
func (r *Rule) setUntil(text string, counted bool) error {
	if text == "" {
		return nil
	}
	if counted {
		return refuse("recur.until", "UNTIL and COUNT exclude each other.")
	}
	if t, err := time.Parse("20060102T150405Z", text); err == nil {
		r.until = wallOf(t, r.loc)
	} else if t, err := time.Parse("20060102T150405", text); err == nil {
		r.until = t
	} else if t, err := time.Parse("20060102", text); err == nil {
		r.until = t.Add(24*time.Hour - time.Second)
	} else {
		return refuse("recur.until", "UNTIL=%s is not a time. Write 20261231T225959Z, 20261231T235959 or 20261231.", text)
	}
	if y := r.until.Year(); y < FirstYear || y > LastYear {
		return refuse("recur.until", "The year of UNTIL, %d, is not between %d and %d.", y, FirstYear, LastYear)
	}
	if r.until.Before(r.start) {
		return refuse("recur.until", "UNTIL, %s, lies before the start, %s.", r.until.Format("Mon 2 Jan 2006, 15:04"), r.start.Format("Mon 2 Jan 2006, 15:04"))
	}
	return nil
}

// complete writes out what RFC 5545 section 3.3.10 derives from the start, so that an expansion may begin anywhere.
func (r *Rule) complete(o *rrule.ROption) error {
	for _, w := range o.Byweekday {
		if w.N() != 0 && (o.Freq != rrule.MONTHLY && o.Freq != rrule.YEARLY || len(o.Byweekno) > 0) {
			return refuse("recur.rrule", "BYDAY with a number is for FREQ=MONTHLY and FREQ=YEARLY without BYWEEKNO only.")
		}
	}
	if o.Freq == rrule.MONTHLY || len(o.Bymonth) > 0 {
		// The library indexes past its table for a month with more than five of a weekday.
		for _, w := range o.Byweekday {
			if w.N() > 5 || w.N() < -5 {
				return refuse("recur.rrule", "A month has no more than five of a weekday: BYDAY=%s.", w.String())
			}
		}
	}
	if len(o.Byweekno) > 0 && o.Freq != rrule.YEARLY {
		return refuse("recur.rrule", "BYWEEKNO is for FREQ=YEARLY only.")
	}
	if len(o.Byyearday) > 0 && o.Freq != rrule.YEARLY {
		return refuse("recur.rrule", "BYYEARDAY is for FREQ=YEARLY only.")
	}
	if len(o.Bymonthday) > 0 && o.Freq == rrule.WEEKLY {
		return refuse("recur.rrule", "BYMONTHDAY is not for FREQ=WEEKLY.")
	}
	for _, l := range [][]int{o.Bysetpos, o.Bymonthday, o.Byyearday, o.Byweekno} {
		for _, v := range l {
			if v == 0 {
				return refuse("recur.rrule", "Positions and days are counted from 1, or from -1 backwards. 0 is neither.")
			}
		}
	}
	if len(o.Byhour) == 0 {
		o.Byhour = []int{r.start.Hour()}
	}
	if len(o.Byminute) == 0 {
		o.Byminute = []int{r.start.Minute()}
	}
	o.Bysecond = []int{r.start.Second()}
	if n := len(o.Byhour) * len(o.Byminute); n > MaxPerDay {
		return refuse("recur.too_many", "BYHOUR and BYMINUTE give %d starts a day, %d are allowed.", n, MaxPerDay)
	}
	if len(o.Bysetpos) > 0 && len(o.Byweekday)+len(o.Bymonthday)+len(o.Byyearday)+len(o.Byweekno)+len(o.Bymonth) == 0 &&
		len(o.Byhour)*len(o.Byminute) == 1 {
		return refuse("recur.rrule", "BYSETPOS needs another BY part to choose from.")
	}
	weekday := []rrule.Weekday{rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU}[(int(r.start.Weekday())+6)%7]
	days := len(o.Byweekday) + len(o.Bymonthday) + len(o.Byyearday)
	switch {
	case days > 0 || o.Freq == rrule.DAILY:
	case o.Freq == rrule.WEEKLY || len(o.Byweekno) > 0:
		o.Byweekday = []rrule.Weekday{weekday}
	case o.Freq == rrule.MONTHLY:
		o.Bymonthday = []int{r.start.Day()}
	default:
		o.Bymonthday = []int{r.start.Day()}
		if len(o.Bymonth) == 0 {
			o.Bymonth = []int{int(r.start.Month())}
		}
	}
	return nil
}

// probe looks at the first occurrences: whether there are any, whether the start is one, whether they overlap.
func (r *Rule) probe(count int) error {
	n := max(count, 60)
	var walls []time.Time
	for w := range r.ruled(r.start, r.start.AddDate(120, 0, 0)) {
		if walls = append(walls, w); len(walls) == n {
			break
		}
	}
	if len(walls) == 0 {
		return refuse("recur.never", "No day matches this rule.")
	}
	if !walls[0].Equal(r.start) {
		return refuse("recur.start_not_in_rule", "The start, %s, is not one of the rule's times. The first is %s.",
			r.start.Format("Mon 2 Jan 2006, 15:04"), walls[0].Format("Mon 2 Jan 2006, 15:04"))
	}
	if count > 0 {
		r.listed = walls[:min(count, len(walls))]
		walls = r.listed
	}
	for i := 1; i < len(walls); i++ {
		if walls[i].Sub(walls[i-1]) < r.length {
			r.notes = append(r.notes, Note{"recur.overlaps", "Each occurrence lasts longer than the time to the next one: the one of " +
				walls[i-1].Format("Mon 2 Jan 2006, 15:04") + " is not over when that of " + walls[i].Format("Mon 2 Jan 2006, 15:04") + " starts."})
			break
		}
	}
	return nil
}
