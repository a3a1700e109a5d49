package planning

import (
	"net/http"
	"net/url"
	"strconv"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
	"slipway/internal/platform/web"
	"slipway/internal/work/outlook"
)

// baselineForm names a new baseline.
type baselineForm struct {
	Name string `form:"name"`
	Note string `form:"note"`
}

// baselinesView is the list of baselines, and the plan beside one of them.
type baselinesView struct {
	look
	baselineForm
	release plan.Release
	saved   []outlook.Baseline
	against *outlook.Comparison
	who     reader.Who
	why     string
	moved   bool // only what differs
	errors  ui.Errors
}

func (p *Pages) baselinesView(r *http.Request) (*baselinesView, error) {
	q := r.URL.Query()
	v := &baselinesView{look: p.look(r.Context()), moved: q.Get("moved") != ""}
	var err error
	if v.release, err = p.release(r); err != nil {
		return nil, err
	}
	if v.saved, err = p.outlook.Baselines(r.Context(), v.release.Key); err != nil || len(v.saved) == 0 {
		return v, errOr(err, p.saver(r, v))
	}
	n, err := strconv.ParseInt(q.Get("against"), 10, 64)
	if err != nil || n < 1 {
		n = v.saved[0].Number
	}
	c, err := p.outlook.Compare(r.Context(), v.release.Key, n)
	if err != nil {
		return nil, err
	}
	v.against = &c
	return v, p.saver(r, v)
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// saver reads who saved what, and whether the caller may.
func (p *Pages) saver(r *http.Request, v *baselinesView) error {
	return p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		var ids []id.Person
		for _, b := range v.saved {
			ids = append(ids, id.Person(b.SavedBy))
		}
		if v.who, err = reader.WhoIs(tx, "", ids...); err != nil {
			return err
		}
		v.why, err = whyNot(tx, v.release, "outlook.baseline")
		return err
	})
}

func (p *Pages) baselines(w http.ResponseWriter, r *http.Request) error {
	v, err := p.baselinesView(r)
	if err != nil {
		return err
	}
	return p.o.Page(w, r, v.release.Key, "plan", web.Page{Title: "Baselines", Body: baselinesPage(v)})
}

func (p *Pages) saveBaseline(w http.ResponseWriter, r *http.Request) error {
	var in baselineForm
	err := p.site.Form(r, &in)
	var b outlook.Baseline
	if err == nil {
		b, err = p.outlook.SaveBaseline(r.Context(), r.PathValue("ref"), outlook.NewBaseline{Name: in.Name, Note: in.Note})
	}
	if err == nil {
		return p.site.Redirect(w, r, "/releases/"+url.PathEscape(r.PathValue("ref"))+"/plan", web.Toast{Title: b.Name + " is saved", State: ui.Go})
	}
	if !mendable(err) {
		return err
	}
	v, fault := p.baselinesView(r)
	if fault != nil {
		return fault
	}
	v.baselineForm, v.errors = in, ui.ErrorsOf(err)
	return p.o.Page(w, r, v.release.Key, "plan", web.Page{Title: "Baselines", Status: errs.CodeOf(err).Status(), Body: baselinesPage(v)})
}

func (v *baselinesView) url(pairs ...string) string {
	q := url.Values{}
	if v.against != nil {
		q.Set("against", strconv.FormatInt(v.against.Baseline.Number, 10))
	}
	if v.moved {
		q.Set("moved", "1")
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if q.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
			q.Del(pairs[i])
		}
	}
	return releaseURL(v.release, "plan", "baselines") + "?" + q.Encode()
}

// row is a line of the comparison.
type row struct {
	name, second string
	planned, now string
	variance     string
	state        ui.State
	word         string
	changed      bool
}

// rows are tasks, phases and milestones beside what was planned of them, only those that moved if that is asked for.
func (v *baselinesView) rows() (groups []struct {
	name string
	rows []row
}) {
	add := func(name string, all []row) {
		if v.moved {
			var some []row
			for _, x := range all {
				if x.changed {
					some = append(some, x)
				}
			}
			all = some
		}
		if len(all) > 0 {
			groups = append(groups, struct {
				name string
				rows []row
			}{name, all})
		}
	}
	var phases, marks, tasks []row
	for _, x := range v.against.Phases {
		phases = append(phases, v.row(x.Name, x.Change, x.Finish))
	}
	for _, x := range v.against.Marks {
		marks = append(marks, v.row(x.Name, x.Change, x.Finish))
	}
	for _, x := range v.against.Tasks {
		r := v.row(x.Name, x.Change, x.Finish)
		if x.Work != 0 && x.Change == "" {
			r.second, r.changed = worked(x.Work, true)+" of work", true
		}
		tasks = append(tasks, r)
	}
	add("Phases", phases)
	add("Milestones", marks)
	add("Tasks", tasks)
	return groups
}

func (v *baselinesView) row(name, change string, a outlook.Against) row {
	r := row{name: name, planned: v.Day(a.Planned), now: v.Day(a.Now), changed: true}
	switch {
	case change == "added":
		r.state, r.word = ui.Wait, "Added since"
	case change == "dropped":
		r.state, r.word = ui.Skip, "Dropped since"
	case a.Planned.IsZero() && a.Now.IsZero():
		r.state, r.word, r.changed = ui.Wait, "No date", false
	case a.Planned.IsZero():
		r.state, r.word = ui.Wait, "Dated since"
	case a.Now.IsZero():
		r.state, r.word = ui.Hold, "No date now"
	case a.Moved > 0:
		r.state, r.word, r.variance = ui.Hold, v.slip(a)+" late", worked(a.Variance, true)
	case a.Moved < 0:
		r.state, r.word, r.variance = ui.Go, v.slip(a)+" early", worked(a.Variance, true)
	default:
		r.state, r.word, r.changed = ui.Go, "As planned", false
	}
	return r
}

// slip is by how much a date moved, as the dates beside it have it.
func (l look) slip(a outlook.Against) string {
	return uifigure.Slip(a.Planned.Std(), a.Now.Std(), l.Zone)
}

// ready is the finish of all work before the window beside the baseline's, in words.
func (v *baselinesView) ready() string {
	a := v.against.Ready
	switch {
	case a.Planned.IsZero() || a.Now.IsZero():
		return "The baseline and the plan cannot be set beside each other by date."
	case a.Moved == 0:
		return "Ready " + v.Day(a.Now) + ", as planned."
	}
	s, n := "Ready "+v.Day(a.Now)+", "+v.slip(a)+" later than planned (", a.Variance
	if a.Moved < 0 {
		s, n = "Ready "+v.Day(a.Now)+", "+v.slip(a)+" earlier than planned (", -n
	}
	return s + v.Day(a.Planned) + "), " + worked(n, false) + " of it in working hours."
}
