package planning

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
	"slipway/internal/work/outlook"
	"slipway/internal/work/workweb/gantt"
)

// driversShown is how many of the tasks that drive the date the card names.
const driversShown = 3

// chanceOf is the heading of the forecast: "Chance of Tue 8 Dec".
func (v *view) chanceOf() string {
	if v.forecast.Window.IsZero() {
		return "Done by"
	}
	return "Chance of " + v.Day(v.forecast.Window)
}

// spread says in a sentence where the finish lies.
func (v *view) spread() string {
	f := v.forecast
	runs := ui.Number(f.Samples) + " runs"
	made := "made " + lower(v.Near(f.At)) + "."
	switch {
	case v.finished():
		return "No work is left before the window."
	case f.P50.IsZero():
		return "In half of the " + runs + " the work never ends, " + made
	case v.alike():
		return "All " + runs + " end " + v.Day(f.P50) + ", " + made
	}
	return "P50 is " + v.Day(f.P50) + ", P80 is " + v.reached(f.P80) + ", P95 is " + v.reached(f.P95) + ". " + runs + ", " + made
}

// reached writes a date of the forecast, or that there is none.
func (l look) reached(t db.Time) string {
	if t.IsZero() {
		return "never reached"
	}
	return l.Day(t)
}

// finished reports whether no work is left before the window.
func (v *view) finished() bool {
	s := v.schedule
	if s.Ready.IsZero() {
		return len(s.Marks) > 0 && s.Marks[0].Tasks == 0
	}
	return !s.Ready.Std().After(v.Now)
}

// alike reports whether all runs end at one time: there is nothing to draw.
func (v *view) alike() bool { return v.forecast.P50 == v.forecast.P95 && len(v.forecast.Histogram) < 2 }

// trend says in a sentence how the chance has moved since the forecast of a week ago, or the first of the days since, and what lay between; without a
// window, how P50 has.
func (v *view) trend() string {
	b := v.forecast.Before
	if b == nil {
		return ""
	}
	s := v.shifted(b.Past)
	if s != "" && b.Tasks > 0 {
		s += "; " + ui.Plural(b.Tasks, "task has", "tasks have") + " changed since"
	}
	if s != "" {
		s += "."
	}
	return s
}

// shifted says what an earlier forecast said.
func (v *view) shifted(b outlook.Past) string {
	f := v.forecast
	switch {
	case f.Chance != nil && b.Chance == nil:
		return "There was no window " + v.since(b.At)
	case f.Chance != nil:
		was, is := uifigure.PerCent(*b.Chance), uifigure.PerCent(*f.Chance)
		return cmp.Or(moved(is, was, "Up from "+share(*b.Chance)+" ", "Down from "+share(*b.Chance)+" "), "As likely as ") + v.since(b.At) + v.aimed(b)
	case f.P50.IsZero() || b.P50.IsZero():
		return ""
	}
	was, is := v.Day(b.P50), v.Day(f.P50)
	if was == is {
		return "The same day as " + v.since(b.At)
	}
	return moved(f.P50, b.P50, "Later than ", "Earlier than ") + v.since(b.At) + ", when it was " + was
}

// moved is one of two words, by what has grown and what has shrunk.
func moved[T cmp.Ordered](is, was T, more, less string) string {
	switch {
	case is > was:
		return more
	case is < was:
		return less
	}
	return ""
}

// aimed says for which window an earlier chance was, if for another.
func (v *view) aimed(b outlook.Past) string {
	now := v.forecast.Window
	switch {
	case b.Window == now || b.Window.IsZero():
		return ""
	case v.Day(b.Window) == v.Day(now): // only its time has moved
		return ", when the window was to open at " + ui.Clock(b.Window.Std(), v.Zone)
	}
	return ", when the window was to open " + v.Day(b.Window)
}

// since names the day of an earlier forecast inside a sentence.
func (v *view) since(t db.Time) string {
	midnight := func(t time.Time) time.Time {
		y, m, d := t.In(v.Zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	between := func(a, b time.Time) int { return int(midnight(b).Sub(midnight(a)) / (24 * time.Hour)) }
	apart, ago := between(t.Std(), v.forecast.At.Std()), between(t.Std(), v.Now)
	switch {
	case ago == 0:
		return "at " + ui.Clock(t.Std(), v.Zone) // days are counted in UTC
	case ago == 1:
		return "yesterday"
	case apart == 7:
		return "a week earlier"
	case ago < 7:
		return "on " + t.Std().In(v.Zone).Format("Monday")
	}
	return "on " + v.Day(t)
}

// trail is the chance of every day from the first forecast that is kept to the last; a day without one has that of the day before. Without a window
// there is none.
func (v *view) trail() []float64 {
	var out []float64
	if v.forecast.Chance == nil {
		return nil
	}
	last := int64(0)
	for _, x := range slices.Backward(v.history) {
		if x.Chance == nil {
			continue
		}
		day := x.At.Std().Unix() / (24 * 60 * 60)
		for n := len(out); n > 0 && last+1 < day; last++ {
			out = append(out, out[n-1])
		}
		out, last = append(out, *x.Chance), day
	}
	return out
}

// pastShown is how many past forecasts the card lists.
const pastShown = 10

// past are the last forecasts, for the list under the line.
func (v *view) past() []outlook.Past { return v.history[:min(pastShown, len(v.history))] }

// trailDays is how many days the past forecasts span.
func (v *view) trailDays() int {
	day := func(x outlook.Past) int64 { return x.At.Std().Unix() / (24 * 60 * 60) }
	return int(day(v.history[0])-day(v.history[len(v.history)-1])) + 1
}

// aimedElsewhere reports whether one of the past forecasts that are listed was for another window.
func (v *view) aimedElsewhere() bool {
	return slices.ContainsFunc(v.past(), func(x outlook.Past) bool { return x.Window != v.forecast.Window })
}

// odds writes a chance that may be none.
func odds(c *float64) string {
	if c == nil {
		return "–"
	}
	return share(*c)
}

// why a forecast should be made again.
func (v *view) stale() string {
	if v.forecast.Changed {
		return "The plan has changed since"
	}
	return "It is of an earlier day"
}

// lower puts "Today" and its like into a sentence.
func lower(s string) string {
	for _, w := range []string{"Today", "Tomorrow", "Yesterday"} {
		if len(s) >= len(w) && s[:len(w)] == w {
			return string(s[0]-'A'+'a') + s[1:]
		}
	}
	return s
}

// rests says on what the spread rests: past tasks where estimates are single numbers, and when people work; or that nothing is left to do.
func (v *view) rests() string {
	f := v.forecast
	if !f.Done.IsZero() {
		return "All work before the window is done, since " + v.short(f.Done) + "."
	}
	s := ""
	if f.Ratios > 0 {
		s = fmt.Sprintf("Single estimates are spread as %s went beside theirs.", ui.Plural(f.Ratios, "past task", "past tasks"))
	}
	if s != "" {
		s += " "
	}
	s += "Hours, holidays and days away of owners count."
	if f.Vague > 0 {
		s += " " + ui.Plural(f.Vague, "task without an estimate counts", "tasks without an estimate count") + " for nothing."
	}
	return s
}

func (v *view) histogram() templ.Component {
	f := v.forecast
	h := gantt.Histogram{Zone: v.Zone, Label: "Forecast of the finish: " + v.spread()}
	if f.Chance != nil {
		h.Target = f.Window.Std()
		h.Label = "Forecast of the finish: " + share(*f.Chance) + " by " + v.Day(f.Window) + ". " + v.spread()
	}
	if !f.P50.IsZero() {
		h.P50, h.P80 = f.P50.Std(), f.P80.Std()
	}
	for _, b := range f.Histogram {
		h.Buckets = append(h.Buckets, gantt.Bucket{From: b.From.Std(), To: b.To.Std(), Count: b.Count})
	}
	return h.Draw()
}

// drivers are those that would bring the most, first.
func (v *view) drivers() []outlook.Driving {
	all := slices.Clone(v.forecast.Drivers)
	slices.SortStableFunc(all, func(a, b outlook.Driving) int { return cmp.Compare(b.Gain, a.Gain) })
	return all[:min(driversShown, len(all))]
}

// why says what is known of a task that drives the date, beside its share.
func (v *view) why(d outlook.Driving) string {
	k, known := v.at[d.Task]
	if !known {
		return "of the runs hang on it."
	}
	t := v.tasks[k]
	who := v.who.Of(t.Owner).Name
	s := "of the runs hang on it."
	switch {
	case t.Blocker != "":
		s += " Blocked: " + t.Blocker + "."
	case v.late(d.Task) != "" && who != "":
		s += " " + who + ", " + v.late(d.Task) + "."
	case v.late(d.Task) != "":
		s += " It is " + v.late(d.Task) + "."
	case who != "":
		s += " " + who + "."
	default:
		s += " Nobody owns it."
	}
	return s
}

func (v *view) late(key string) string {
	for _, x := range v.lines {
		if x.task != nil && x.task.Key == key {
			return x.Late
		}
	}
	return ""
}

func (v *view) taskURL(key string) string {
	if k, known := v.at[key]; known {
		return releaseURL(v.release, "tasks", v.tasks[k].ID)
	}
	return releaseURL(v.release, "tasks", key)
}
