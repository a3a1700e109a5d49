package planning

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/a-h/templ"

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

// lower puts "Today" and its like into a sentence.
func lower(s string) string {
	for _, w := range []string{"Today", "Tomorrow", "Yesterday"} {
		if len(s) >= len(w) && s[:len(w)] == w {
			return string(s[0]-'A'+'a') + s[1:]
		}
	}
	return s
}

// rests says on what the spread rests where estimates are single numbers.
func (v *view) rests() string {
	f := v.forecast
	s := ""
	if f.Ratios > 0 {
		s = fmt.Sprintf("Single estimates are spread as %s went beside theirs.", ui.Plural(f.Ratios, "past task", "past tasks"))
	}
	if f.Vague > 0 {
		if s != "" {
			s += " "
		}
		s += ui.Plural(f.Vague, "task without an estimate counts", "tasks without an estimate count") + " for nothing."
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
