package night

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/deploy"
	"slipway/internal/deploy/deployweb/desk"
	"slipway/internal/deploy/runbook"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/draw"
	"slipway/internal/platform/ui/uifigure"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

// tab is the name of the tab in addresses.
const tab = "runbook"

// tabView is the tab as one snapshot shows it.
type tabView struct {
	desk.Look
	release   plan.Release
	prospect  deploy.Prospect
	bound     bool // a runbook is chosen and exists
	awaited   string
	runs      []deploy.Run // newest first
	open      *deploy.Run  // the live run that goes on
	refusal   []errs.Field // what would refuse a live run now
	refused   string       // the same as one sentence; "" if it may start
	rehearsed db.Time      // when the back-out was last rehearsed
	people    reader.Who
	roles     map[string]string
	holds     map[string]bool // roles that the viewer holds
	rights    tabRights
	show      string
	from      int // first step of the page, from 0
	places    []ui.Option
	hits      []uiverdict.Hit
}

// tabRights say why the viewer may not do something, "" when they may.
type tabRights struct{ choose, start, override, rehearse string }

// What of the steps is shown, and how many on a page.
const (
	showHand  = "hand"
	showMine  = "mine"
	stepsPage = 100
)

func (p *pages) tab(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Show string `form:"show"`
		From int    `form:"from"`
	}
	if err := web.Query(r, &in); err != nil {
		return err
	}
	v, err := p.tabOf(r)
	if err != nil {
		return err
	}
	v.from = max(in.From, 0)
	if in.Show == showHand || in.Show == showMine {
		v.show = in.Show
	}
	page := web.Page{Title: "Runbook", Body: tabBody(v)}
	if v.open != nil {
		page.Live = append(page.Live, "run/"+string(v.open.ID))
	}
	return p.Options.Page(w, r, v.release.Key, tab, page)
}

func (p *pages) tabOf(r *http.Request) (*tabView, error) {
	var v *tabView
	err := p.DB.Read(r.Context(), func(tx *db.Tx) error {
		v = &tabView{Look: desk.LookOf(tx.Context(), tx.Now)}
		return p.fillTab(tx, v, r.PathValue("release"))
	})
	return v, err
}

func (p *pages) fillTab(tx *db.Tx, v *tabView, ref string) (err error) {
	if v.release, err = plan.ReleaseByRef(tx, ref); err != nil {
		return err
	}
	scope := plan.Scope(v.release)
	if err := auth.CheckSeen(tx, "runbook.read", scope, "release"); err != nil {
		return err
	}
	for _, x := range []struct {
		to              *string
		permission, who string
	}{
		{&v.rights.choose, "runbook.choose", "a release manager"}, {&v.rights.start, "run.start", "a release manager or an operator"},
		{&v.rights.override, "run.override", "an administrator"}, {&v.rights.rehearse, "run.rehearse", "a release manager or an operator"},
	} {
		if *x.to, err = desk.Allowed(tx, x.permission, scope, x.who); err != nil {
			return err
		}
	}
	v.prospect, err = p.Runs.ProspectOf(tx, v.release.ID)
	if v.bound = err == nil; err != nil && !errs.Is(err, errs.CodeNotFound) {
		return err
	}
	if b, err := deploy.BindingOf(tx, v.release.ID); err == nil && !v.bound {
		v.awaited = b.Runbook
	}
	if v.runs, err = deploy.RunsOf(tx, v.release.ID); err != nil {
		return err
	}
	for i, x := range v.runs {
		if x.Mode == deploy.Live && !x.State.Ended() {
			v.open = &v.runs[i]
		}
	}
	if err := p.fillStart(tx, v); err != nil {
		return err
	}
	if v.rehearsed, err = deploy.BackoutRehearsed(tx, v.release.ID); err != nil {
		return err
	}
	return p.nameTab(tx, v)
}

// fillStart finds out what would refuse a live run.
func (p *pages) fillStart(tx *db.Tx, v *tabView) error {
	v.refusal, v.refused = nil, ""
	if !v.bound {
		return nil
	}
	if p.Options.Clearance == nil {
		v.refused = "Nothing here can clear a release to start, so it needs an override."
		return nil
	}
	err := p.Options.Clearance.MayStart(tx, v.release.ID, v.release.Environments)
	if err == nil {
		return nil
	}
	e := errs.As(err)
	if e.Code != errs.CodeBlocked {
		return err
	}
	v.refusal, v.refused = e.Fields, e.Msg
	return nil
}

func (p *pages) nameTab(tx *db.Tx, v *tabView) (err error) {
	var ids []id.Person
	for _, x := range v.runs {
		ids = append(ids, x.StartedBy)
	}
	if v.people, err = reader.WhoIs(tx, "Slipway", ids...); err != nil {
		return err
	}
	keys := desk.Owners(v.prospect.Book)
	if v.roles, err = desk.RolesOf(tx, keys); err != nil {
		return err
	}
	v.holds = map[string]bool{}
	for k := range v.roles {
		if v.holds[k], err = auth.Holds(tx, v.Me, k, plan.Scope(v.release)); err != nil {
			return err
		}
	}
	all, err := catalog.Environments(tx)
	v.places = []ui.Option{{Text: "Nowhere: no deployment is recorded"}}
	for _, e := range all {
		if e.Tier < catalog.Production {
			v.places = append(v.places, ui.Option{Value: e.Key, Text: e.Name})
		}
	}
	if err != nil || p.Options.Consequences == nil {
		return err
	}
	for _, s := range []string{deploy.SectionRunbook, deploy.SectionBackout} {
		hits, err := p.Options.Consequences(tx, v.release, s)
		if err != nil {
			return err
		}
		for _, h := range hits {
			if !slices.Contains(v.hits, h) {
				v.hits = append(v.hits, h)
			}
		}
	}
	return nil
}

// startWhy says why a live run cannot even be asked for; a missing clearance is not among it, since it can be overridden.
func (v *tabView) startWhy() string {
	switch s := v.release.State; {
	case !v.bound:
		return "no runbook is chosen."
	case v.open != nil:
		return "run " + strconv.Itoa(v.open.Number) + " goes on."
	case v.rights.start != "":
		return v.rights.start
	case s != plan.Active && s != plan.Approved:
		return "the release is " + s.Words() + "; a run starts from an active or approved release."
	}
	return ""
}

func (v *tabView) rehearseWhy() string {
	if !v.bound {
		return "no runbook is chosen."
	}
	return v.rights.rehearse
}

// chooseWhy says why the runbook does not change.
func (v *tabView) chooseWhy() string {
	switch v.release.State {
	case plan.Deploying, plan.Deployed, plan.Verified, plan.Closed, plan.Cancelled, plan.RolledBack:
		return "the release is " + v.release.State.Words() + "."
	}
	return v.rights.choose
}

// start is when the night begins, zero without a window.
func (v *tabView) start() time.Time { return v.release.Window.Start.Std() }

// night is the picture of the planned steps.
func (v *tabView) night() draw.SVG {
	x := v.prospect
	var lines []draw.Line
	start := v.start()
	for i, s := range x.Book.Steps {
		if s.PointOfNoReturn {
			at := start.Add(x.Plan.Steps[i].Start)
			text := "Point of no return"
			if !start.IsZero() {
				text += " " + v.Clock(at)
			}
			lines = append(lines, draw.Line{At: at, Text: text, Kind: draw.NoReturn, Left: i > len(x.Book.Steps)/2})
		}
	}
	if d := v.deadline(); !d.IsZero() {
		lines = append(lines, draw.Line{At: d, Text: "Back-out deadline " + v.Clock(d), Kind: draw.Forecast, Left: true})
	}
	if end := v.release.Window.End.Std(); !v.release.Window.End.IsZero() {
		lines = append(lines, draw.Line{At: end, Text: "Window closes " + v.Clock(end), Kind: draw.PlanLine, Left: true})
	}
	label := "The night as planned: " + ui.Plural(len(x.Book.Steps), "step", "steps") + " in " + desk.Takes(x.Plan.Length) + ". The same steps are in the table below."
	return desk.Planned(x.Book, false, start, x.Plan, x.P90, v.Zone, lines, label)
}

func (v *tabView) way() draw.SVG {
	x := v.prospect
	label := "The back-out as planned: " + ui.Plural(len(x.Book.BackOut.Steps), "step", "steps") + " in " + desk.Takes(x.BackOut.Length) + ", at P90 " + desk.Takes(x.Way.Length) + "."
	return desk.Planned(x.Book, true, time.Time{}, x.BackOut, x.Way, v.Zone, nil, label)
}

// deadline is the last instant at which a roll back still ends inside the window, by P90.
func (v *tabView) deadline() time.Time {
	if v.release.Window.IsZero() || len(v.prospect.Book.BackOut.Steps) == 0 {
		return time.Time{}
	}
	return v.release.Window.End.Std().Add(-v.prospect.Way.Length)
}

func (v *tabView) tiles() []uifigure.Tile {
	x, start := v.prospect, v.start()
	out := []uifigure.Tile{{Label: "Planned", Value: desk.Takes(x.Plan.Length), Note: "the release has no window yet"}}
	if !start.IsZero() {
		out[0].Value, out[0].Note = v.Span(start, start.Add(x.Plan.Length)), desk.Takes(x.Plan.Length)
	}
	p := uifigure.Tile{Label: "P50 and P90 finish", Value: desk.Takes(x.P50.Length), Unit: "and " + desk.Takes(x.P90.Length), Note: v.history()}
	if !start.IsZero() {
		p.Value, p.Unit = v.Clock(start.Add(x.P50.Length)), "and "+v.Clock(start.Add(x.P90.Length))
	}
	return append(out, p, v.noReturnTile(), v.deadlineTile(), v.provenTile())
}

// history says what the percentiles are made from.
func (v *tabView) history() string {
	n := 0
	for _, t := range v.prospect.Times {
		n = max(n, t.Runs)
	}
	if n < 3 {
		return "as planned: " + ui.Plural(n, "run", "runs") + " so far, three are needed"
	}
	return "from " + ui.Plural(n, "run", "runs")
}

func (v *tabView) noReturnTile() uifigure.Tile {
	t := uifigure.Tile{Label: "Point of no return", Value: "None", Note: "every step can be taken back"}
	for i, s := range v.prospect.Book.Steps {
		if !s.PointOfNoReturn {
			continue
		}
		t.Value, t.Note = "after "+desk.Takes(v.prospect.Plan.Steps[i].Start), "step "+desk.Number(i, false)
		if start := v.start(); !start.IsZero() {
			t.Value = v.Clock(start.Add(v.prospect.Plan.Steps[i].Start))
		}
		if who := s.Role(runbook.QuestionGo); who != "" {
			t.Note += ", needs a go by " + who
		}
		break
	}
	return t
}

func (v *tabView) deadlineTile() uifigure.Tile {
	t := uifigure.Tile{Label: "Back-out deadline", Value: "–", Note: "no back-out steps"}
	switch d := v.deadline(); {
	case len(v.prospect.Book.BackOut.Steps) == 0:
		t.State = ui.Hold
	case d.IsZero():
		t.Value, t.Note = desk.Takes(v.prospect.Way.Length), "before the window closes, at P90"
	default:
		t.Value, t.Note = v.Clock(d), v.Clock(v.release.Window.End.Std())+" less "+desk.Takes(v.prospect.Way.Length)+" at P90"
	}
	return t
}

func (v *tabView) provenTile() uifigure.Tile {
	t := uifigure.Tile{Label: "Back-out proven", Value: "No", State: ui.NoGo, Note: "not rehearsed yet"}
	if !v.rehearsed.IsZero() {
		t.Value, t.State, t.Note = "Yes", ui.Go, "rehearsed "+v.Near(v.rehearsed.Std())
	}
	return t
}

// stretch is a section of the night with its figures.
type stretch struct {
	name, steps       string
	planned, p50, p90 time.Duration
}

// stretches sums up the steps of each section: the time that its steps take, not how long it lasts.
func (v *tabView) stretches() (out []stretch, scale float64) {
	x := v.prospect
	length := func(p runbook.Plan, i int) time.Duration { return p.Steps[i].End - p.Steps[i].Start }
	at := map[string]int{}
	first := map[string]int{}
	for i, s := range x.Book.Steps {
		k, ok := at[s.Section]
		if !ok {
			k = len(out)
			at[s.Section], first[s.Section] = k, i
			out = append(out, stretch{name: v.section(s.Section)})
		}
		o := &out[k]
		o.planned, o.p50, o.p90 = o.planned+length(x.Plan, i), o.p50+length(x.P50, i), o.p90+length(x.P90, i)
		o.steps = "step " + desk.Number(first[s.Section], false)
		if i > first[s.Section] {
			o.steps = "steps " + desk.Number(first[s.Section], false) + " to " + desk.Number(i, false)
		}
	}
	for _, o := range out {
		scale = max(scale, o.p90.Minutes(), o.planned.Minutes())
	}
	return out, max(scale, 1)
}

func (v *tabView) section(key string) string {
	for _, s := range v.prospect.Book.Sections {
		if s.Key == key && s.Name != "" {
			return s.Name
		}
	}
	if key == "" {
		return "All steps"
	}
	return key
}

// shown are the steps that the filter leaves, by their place in the file.
func (v *tabView) shown() []int {
	var out []int
	for i, s := range v.prospect.Book.Steps {
		if v.show == "" || v.show == showHand && desk.ByHand(&v.prospect.Book.Steps[i]) || v.show == showMine && v.holds[s.Owner] {
			out = append(out, i)
		}
	}
	return out
}

func (v *tabView) countHand() (hand, mine int) {
	for i, s := range v.prospect.Book.Steps {
		if desk.ByHand(&v.prospect.Book.Steps[i]) {
			hand++
		}
		if v.holds[s.Owner] {
			mine++
		}
	}
	return hand, mine
}

func (v *tabView) at(show string, from int) string {
	n := ""
	if from > 0 {
		n = strconv.Itoa(from)
	}
	return web.Link(desk.ReleaseURL(v.release.Key, tab), "show", show, "from", n)
}

// TabCount is what stands beside the tab: how many steps the chosen runbook has, "" without one.
func TabCount(tx *db.Tx, r plan.Release) (string, error) {
	b, err := deploy.BindingOf(tx, r.ID)
	if errs.Is(err, errs.CodeNotFound) || err == nil && b.Version == 0 {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	v, err := deploy.VersionOf(tx, b.Runbook, b.Version)
	if err != nil {
		return "", err
	}
	return ui.Plural(len(v.Runbook.Steps), "step", "steps"), nil
}
