package planning

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
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
	return "Chance of " + v.day(v.forecast.Window)
}

// spread says in a sentence where the finish lies.
func (v *view) spread() string {
	f := v.forecast
	if f.P50.IsZero() {
		return "No work is left before the window."
	}
	s := "P50 is " + v.day(f.P50) + ", P80 is " + v.day(f.P80) + ", P95 is " + v.day(f.P95) + ". "
	return s + ui.Number(f.Samples) + " runs, made " + lower(v.near(f.At)) + "."
}

// trend says in a sentence how the chance has moved since the forecast of a week ago, or the first of the days since, and what lay between.
func (v *view) trend() string {
	f := v.forecast
	b := f.Before
	if b == nil || b.Chance == nil || f.Chance == nil {
		return ""
	}
	was, is := hundredths(*b.Chance), hundredths(*f.Chance)
	s := "Up from " + share(*b.Chance) + " " + v.since(b.At)
	switch {
	case was == is:
		s = "As likely as " + v.since(b.At)
	case was > is:
		s = "Down from " + share(*b.Chance) + " " + v.since(b.At)
	}
	if b.Window != f.Window && !b.Window.IsZero() {
		s += ", when the window was to open " + v.day(b.Window)
	}
	if b.Tasks > 0 {
		s += "; " + ui.Plural(b.Tasks, "task has", "tasks have") + " changed since"
	}
	return s + "."
}

// since names the day of an earlier forecast inside a sentence.
func (v *view) since(t db.Time) string {
	midnight := func(t time.Time) time.Time {
		y, m, d := t.In(v.zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	switch days := int(midnight(v.forecast.At.Std()).Sub(midnight(t.Std())) / (24 * time.Hour)); {
	case days == 7:
		return "a week earlier"
	case days < 7 && midnight(v.now).Sub(midnight(t.Std())) < 7*24*time.Hour:
		return "on " + t.Std().In(v.zone).Format("Monday")
	}
	return "on " + v.day(t)
}

// trail is the chance of every day from the first forecast that is kept to the last; a day without one has that of the day before.
func (v *view) trail() []float64 {
	var out []float64
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

// rests says on what the spread rests: past tasks where estimates are single numbers, and when people work.
func (v *view) rests() string {
	f := v.forecast
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
	h := gantt.Histogram{Zone: v.zone, Label: "Forecast of the finish: " + v.spread()}
	if f.Chance != nil {
		h.Target = f.Window.Std()
		h.Label = "Forecast of the finish: " + share(*f.Chance) + " by " + v.day(f.Window) + ". " + v.spread()
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
	who := v.who.of(t.Owner).Name
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
