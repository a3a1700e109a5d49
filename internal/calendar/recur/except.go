package recur

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"slipway/internal/errs"
)

// MaxDates bounds the starts that are left out, and those that are added.
const MaxDates = 366

// setDates reads EXDATE and RDATE: further starts, and starts that are left out. A start that is in both is left out (RFC
// 5545, section 3.8.5.1).
func (r *Rule) setDates(abs bool) error {
	if len(r.spec.ExDates)+len(r.spec.RDates) == 0 {
		return nil
	}
	for name, list := range map[string][]string{"exdates": r.spec.ExDates, "rdates": r.spec.RDates} {
		if len(list) > MaxDates {
			return errs.InvalidField(name, "recur.too_many", "At most %d dates fit here.", MaxDates)
		}
	}
	for i, text := range r.spec.ExDates {
		field := fmt.Sprintf("exdates[%d]", i)
		if day, err := time.Parse(time.DateOnly, text); err == nil {
			if err := year(field, day); err != nil {
				return err
			}
			r.daysOut = append(r.daysOut, day)
			continue
		}
		w, err := r.wall(field, text, abs)
		if err != nil {
			return err
		}
		r.out = append(r.out, w)
	}
	for i, text := range r.spec.RDates {
		field := fmt.Sprintf("rdates[%d]", i)
		w, err := r.wall(field, text, abs)
		if err != nil {
			return err
		}
		if w.Before(r.start) {
			return errs.InvalidField(field, "recur.date_before_start", "%s lies before the start, %s.", text, r.start.Format("Mon 2 Jan 2006, 15:04"))
		}
		r.more = append(r.more, w)
	}
	for _, l := range []*[]time.Time{&r.out, &r.daysOut, &r.more} {
		slices.SortFunc(*l, time.Time.Compare)
		*l = slices.CompactFunc(*l, time.Time.Equal)
	}
	for range r.starts(r.start, r.start.AddDate(120, 0, 0)) {
		return nil
	}
	return errs.InvalidField("exdates", "recur.never", "Every start is left out.")
}

// wall reads an instant or a wall time in the form that the start has.
func (r *Rule) wall(field, text string, abs bool) (time.Time, error) {
	t, is, err := moment(field, text)
	switch {
	case err != nil:
		return t, err
	case is != abs:
		return t, errs.InvalidField(field, "recur.mixed", "Write it as the start is written.")
	case is:
		return wallOf(t, r.loc), nil
	}
	return t, nil
}

// LeftOut returns the wall times of the starts that are left out, in order; of a day that is left out, all of its starts.
func (r *Rule) LeftOut() []time.Time {
	out := slices.Clone(r.out)
	for _, day := range r.daysOut {
		until := day.Add(24*time.Hour - time.Second)
		out = slices.AppendSeq(out, r.ruled(day, until))
		for _, w := range r.more {
			if !w.Before(day) && !w.After(until) {
				out = append(out, w)
			}
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// Further returns the wall times of the starts beside those of the RRULE, in order, without those that are left out.
func (r *Rule) Further() []time.Time {
	return slices.DeleteFunc(slices.Clone(r.more), r.leaves)
}

// leaves reports whether a start is left out.
func (r *Rule) leaves(w time.Time) bool {
	if len(r.out) == 0 && len(r.daysOut) == 0 {
		return false
	}
	has := func(list []time.Time, t time.Time) bool {
		_, ok := slices.BinarySearchFunc(list, t, time.Time.Compare)
		return ok
	}
	return has(r.out, w) || has(r.daysOut, w.Truncate(24*time.Hour))
}

// starts yields the wall times of the starts in [from, until], in order: those of the rule and the further ones, but for those
// that are left out.
func (r *Rule) starts(from, until time.Time) iter.Seq[time.Time] {
	if len(r.more) == 0 && len(r.out) == 0 && len(r.daysOut) == 0 {
		return r.ruled(from, until)
	}
	return func(yield func(time.Time) bool) {
		i, _ := slices.BinarySearchFunc(r.more, from, time.Time.Compare)
		give := func(w time.Time) bool { return r.leaves(w) || yield(w) }
		for w := range r.ruled(from, until) {
			for ; i < len(r.more) && r.more[i].Before(w); i++ {
				if !give(r.more[i]) {
					return
				}
			}
			if i < len(r.more) && r.more[i].Equal(w) {
				i++
			}
			if !give(w) {
				return
			}
		}
		for ; i < len(r.more) && !r.more[i].After(until); i++ {
			if !give(r.more[i]) {
				return
			}
		}
	}
}
