package resources

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
	"slipway/internal/work/capacity"
)

// title is the head of the card of a cell.
func title(d capacity.Detail) string {
	s := d.Name + ", week " + strconv.Itoa(d.Cell.Week.Number()) + ": "
	if d.Cell.Away {
		return s + "away"
	}
	return s + strconv.FormatInt(d.Cell.Percent, 10) + " %"
}

func state(d capacity.Detail) ui.State {
	if d.Cell.Over {
		return ui.Hold
	}
	return ui.Go
}

// barsMost bounds the parts of the bar.
const barsMost = 4

// part is one part of the bar.
type part struct {
	minutes int64
	class   string
	text    string
}

// parts are the greatest causes and the rest.
func parts(d capacity.Detail) []part {
	var out []part
	var rest int64
	for i, c := range d.Causes {
		if i >= barsMost-1 && len(d.Causes) > barsMost {
			rest += c.Minutes
			continue
		}
		out = append(out, part{minutes: c.Minutes})
	}
	if rest > 0 {
		out = append(out, part{minutes: rest})
	}
	for i := range out {
		out[i].class = string("abcd"[min(i, 3)])
		if share := out[i].minutes * 100 / max(d.Cell.Planned, 1); share >= 12 {
			out[i].text = capacity.Effort(out[i].minutes)
		} else if share >= 6 && out[i].minutes%60 == 0 {
			out[i].text = strconv.FormatInt(out[i].minutes/60, 10)
		}
	}
	return out
}

// line is where what is available ends on the bar, in percent.
func line(d capacity.Detail) float64 {
	return float64(d.Cell.Available*1000/max(d.Cell.Planned, d.Cell.Available, 1)) / 10
}

// free is the part of the bar that nothing takes.
func free(d capacity.Detail) int64 { return max(d.Cell.Available-d.Cell.Planned, 0) }

// barSaid is the bar in words.
func barSaid(d capacity.Detail) string {
	var s []string
	for _, c := range d.Causes {
		s = append(s, c.Name+" "+capacity.Effort(c.Minutes))
	}
	return strings.Join(s, ", ") + "; " + capacity.Effort(d.Cell.Available) + " available"
}

func causeURL(c capacity.Cause) string {
	if c.Release == "" {
		return ""
	}
	if c.TaskID != "" && c.Kind == "task" {
		return "/releases/" + url.PathEscape(c.Release) + "/tasks/" + url.PathEscape(c.TaskID)
	}
	return "/releases/" + url.PathEscape(c.Release) + "/plan"
}

// causeMore is what follows the name of a cause.
func causeMore(l look, c capacity.Cause) string {
	var s []string
	if c.ReleaseName != "" && c.Kind == "task" {
		s = append(s, c.ReleaseName)
	}
	if c.PersonName != "" {
		s = append(s, c.PersonName)
	}
	switch {
	case c.Late && c.Due.Time().AddDate(0, 0, 1).Before(l.Now):
		s = append(s, "late: was due "+l.day(c.Due))
	case c.Late:
		s = append(s, "ends "+l.day(c.To)+", after "+l.day(c.Due)+", when it is due")
	case c.Due != "":
		s = append(s, "due "+l.day(c.Due))
	}
	if c.Critical {
		s = append(s, "critical")
	}
	if len(s) == 0 {
		return ""
	}
	return ", " + strings.Join(s, ", ")
}

// sum says how much of how much it is.
func sum(d capacity.Detail) string {
	s := fmt.Sprintf("%s of %s.", capacity.Effort(d.Cell.Planned), capacity.Effort(d.Cell.Available))
	if over := d.Cell.Planned - d.Cell.Available; over > 0 {
		s += " " + capacity.Effort(over) + " too much."
	} else if over < 0 {
		s += " " + capacity.Effort(-over) + " free."
	}
	return s
}

// wayURL is where a way out is acted on: a request, or the task that would move.
func wayURL(v weeksView, w capacity.Way) string {
	if len(w.Shifts) > 0 {
		return taskURL(w.Shifts[0].Release, w.Shifts[0].TaskID)
	}
	if w.Kind == "swap" {
		return taskURL(w.Release, w.TaskID)
	}
	q := url.Values{"release": {w.Release}, "weekly": {strconv.FormatFloat(float64(w.Weekly)/60, 'f', -1, 64)}, "first": {string(w.First)}, "last": {string(w.Last)}, "back": {v.address(Path)}}
	for k, s := range map[string]string{"task": w.Task, "person": w.Person} {
		if s != "" {
			q.Set(k, s)
		}
	}
	if w.Person == "" && w.Skill != "" {
		q.Set("skill", w.Skill)
	}
	return Path + "/requests/new?" + q.Encode()
}

func taskURL(release, task string) string {
	return "/releases/" + url.PathEscape(release) + "/tasks/" + url.PathEscape(task)
}

// takeURL is where a way of the week that is shown is taken.
func (v weeksView) takeURL() string {
	q := v.query
	q.At = v.detail.Kind + "/" + v.detail.Key + "/" + string(v.detail.Cell.Week)
	return q.address(Path + "/take")
}

func (p *Pages) take(w http.ResponseWriter, r *http.Request) error {
	var v weeksView
	if err := web.Query(r, &v.query); err != nil {
		return err
	}
	var in struct {
		Way string `form:"way"`
	}
	if err := p.site.Form(r, &in); err != nil {
		return err
	}
	kind, key, week := v.cell()
	d, err := p.capacity.Take(r.Context(), kind, key, week, in.Way)
	if err == nil {
		return p.back(w, r, v.address(Path), fmt.Sprintf("Taken: week %d of %s is at %d %%", d.Cell.Week.Number(), d.Name, d.Cell.Percent))
	}
	if !mendable(err) || errs.Is(err, errs.CodeForbidden) {
		return err
	}
	v.taking = faults(err)
	return p.showWeeks(w, r, v, errs.CodeOf(err).Status())
}

// what names what a request is for.
func (q request) what() string {
	name := q.who
	switch {
	case q.Skill != "" && q.who != "":
		name = q.who + " for " + capacity.Spoken(q.Skill)
	case q.Skill != "":
		name = "Somebody for " + capacity.Spoken(q.Skill)
	case q.tool != "":
		name = q.tool
	}
	return name + ", " + weeks(q.First, q.Last)
}

func (q request) state() (ui.State, string) {
	switch q.State {
	case "granted":
		return ui.Go, "Granted"
	case "refused":
		return ui.NoGo, "Refused"
	}
	return ui.Wait, "Waiting"
}

// meta is the second line of a request.
func (q request) meta(l look) string {
	s := capacity.Effort(q.Weekly) + " a week for " + q.release
	switch {
	case q.State == "open":
		s += ", asked by " + q.asker + ": " + q.Reason
	case q.by != "":
		s += ", " + string(q.State) + " by " + q.by + ", " + ui.Date(q.AnsweredAt.Std(), l.Now, l.Zone)
		if q.Answer != "" {
			s += ": " + q.Answer
		}
	}
	return s
}
