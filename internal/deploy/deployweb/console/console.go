package console

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"slipway/internal/deploy"
	"slipway/internal/deploy/deployweb/desk"
	"slipway/internal/deploy/runbook"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// console is a run as one snapshot shows it to one viewer.
type console struct {
	desk.Look
	deploy.View
	release  plan.Release
	comments []deploy.Comment
	attempts []deploy.Attempt // of the opened step
	people   reader.Who
	roles    map[string]string
	rights   rights
	answers  map[string]answer // of the steps that could ask
	hands    []ui.Option       // to whom the opened step can be handed
	log      []deploy.Chunk    // of the opened step: its newest lines
	logFrom  int64             // offset behind which the stream goes on
	open     string            // key of the opened step, "" without steps
	chosen   bool              // the step was opened by the address
	show     string            // "mine", or "" for all
	form     stepForm          // what was typed into a form that was refused
	faults   ui.Errors
}

// rights say why the viewer may not do something, "" when they may.
type rights struct{ operate, abort, rollback, comment string }

// answer says whether the viewer may answer a step.
type answer struct {
	may bool
	why string
}

// showMine is the filter of the steps.
const showMine = "mine"

func (p *pages) console(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Step string `form:"step"`
		Show string `form:"show"`
	}
	if err := web.Query(r, &in); err != nil {
		return err
	}
	c, err := p.read(r, in.Step, in.Show)
	if err != nil {
		return err
	}
	return p.Site.Render(w, r, c.page())
}

// read reads the console of the run in the address.
func (p *pages) read(r *http.Request, step, show string) (*console, error) {
	var c *console
	err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		c, err = p.consoleOf(tx, id.Run(r.PathValue("run")), step, show)
		return err
	})
	return c, err
}

func (p *pages) consoleOf(tx *db.Tx, run id.Run, step, show string) (*console, error) {
	r, err := deploy.RunByID(tx, run)
	if err != nil {
		return nil, err
	}
	c := &console{Look: desk.LookOf(tx.Context(), tx.Now), answers: map[string]answer{}}
	if show == showMine {
		c.show = showMine
	}
	if c.View, err = p.Runs.ViewOf(tx, r); err != nil {
		return nil, err
	}
	if c.release, err = plan.ReleaseByID(tx, r.Release); err != nil {
		return nil, err
	}
	if c.comments, err = deploy.Comments(tx, r.ID); err != nil {
		return nil, err
	}
	if err := c.may(tx); err != nil {
		return nil, err
	}
	for _, s := range c.Steps {
		if !desk.ByHand(s.Def) && s.Question == "" {
			continue
		}
		var a answer
		if a.may, a.why, err = p.Runs.MayAnswer(tx, r, s.Key); err != nil {
			return nil, err
		}
		c.answers[s.Key] = a
	}
	c.choose(step)
	if err := c.readStep(tx); err != nil {
		return nil, err
	}
	return c, c.names(tx)
}

func (c *console) may(tx *db.Tx) (err error) {
	for _, x := range []struct {
		to              *string
		permission, who string
	}{
		{&c.rights.operate, "run.operate", "a release manager or an operator"}, {&c.rights.abort, "run.abort", "a release manager or an operator"},
		{&c.rights.rollback, "run.rollback", "a release manager or an operator"}, {&c.rights.comment, "run.comment", "who takes part in the release"},
	} {
		if *x.to, err = desk.Allowed(tx, x.permission, deploy.Scope(c.Run), x.who); err != nil {
			return err
		}
	}
	return nil
}

// choose opens a step: the one of the address, else the one that needs most to be looked at.
func (c *console) choose(step string) {
	if _, ok := c.step(step); ok {
		c.open, c.chosen = step, true
		return
	}
	rank := func(s deploy.StepView) int {
		switch s.State {
		case runbook.StepFailed, runbook.StepUnknown:
			return 6
		case runbook.StepAwaiting:
			if c.answers[s.Key].may {
				return 5
			}
			return 3
		case runbook.StepRunning:
			return 4
		case runbook.StepReady:
			return 2
		case runbook.StepWaiting:
			return 1
		}
		return 0
	}
	best := -1
	for i, s := range c.Steps {
		if s.BackOut == c.Course.RollingBack && (best < 0 || rank(s) > rank(c.Steps[best])) {
			best = i
		}
	}
	if best >= 0 {
		c.open = c.Steps[best].Key
	}
}

func (c *console) step(key string) (deploy.StepView, bool) {
	i := slices.IndexFunc(c.Steps, func(s deploy.StepView) bool { return s.Key == key })
	if i < 0 || key == "" {
		return deploy.StepView{}, false
	}
	return c.Steps[i], true
}

// number is what the page calls a step.
func (c *console) number(key string) string {
	n := map[bool]int{}
	for _, s := range c.Steps {
		if s.Key == key {
			return desk.Number(n[s.BackOut], s.BackOut)
		}
		n[s.BackOut]++
	}
	return ""
}

// logLines is how many of the newest pieces of a log stand on the page before its stream begins.
const logLines = 400

// readStep reads what the panel of the opened step shows.
func (c *console) readStep(tx *db.Tx) (err error) {
	if c.open == "" {
		return nil
	}
	if c.attempts, err = deploy.Attempts(tx, c.ID, c.open); err != nil {
		return err
	}
	for f := (deploy.LogFilter{Step: c.open, Limit: 1000}); ; {
		page, err := deploy.LogOf(tx, c.ID, f)
		if err != nil {
			return err
		}
		c.log = append(c.log, page...)
		if n := len(page); n > 0 {
			f.After = page[n-1].Seq
		}
		c.log = c.log[max(0, len(c.log)-logLines):]
		if len(page) < f.Limit {
			c.logFrom = f.After
			break
		}
	}
	if c.rights.operate != "" || c.State.Ended() {
		return nil
	}
	c.hands, err = reader.People(tx, "Whoever holds the role")
	return err
}

// names looks up everybody and every role that the page names.
func (c *console) names(tx *db.Tx) (err error) {
	ids := []id.Person{c.StartedBy, id.Person(c.Course.By), id.Person(c.Course.RollbackBy)}
	var keys []string
	for _, s := range c.Steps {
		ids = append(ids, s.Assigned, id.Person(s.By))
		keys = append(keys, s.Role, s.Def.Owner)
	}
	for _, x := range c.comments {
		ids = append(ids, x.Person)
	}
	for _, o := range c.Overridden {
		ids = append(ids, o.By)
	}
	if c.people, err = reader.WhoIs(tx, "Slipway", ids...); err != nil {
		return err
	}
	c.roles, err = desk.RolesOf(tx, keys)
	return err
}

// crew are the people of the run: who started it, whom steps were handed to, and who answered.
func (c *console) crew() []ui.Person {
	var out []ui.Person
	seen := map[id.Person]bool{}
	add := func(x id.Person) {
		if c.people.Name(x) != "" && !seen[x] {
			seen[x] = true
			out = append(out, c.people.Of(x))
		}
	}
	for _, s := range c.Steps {
		add(s.Assigned)
		add(id.Person(s.By))
	}
	return out
}

// owner is who does a step: the person by name, else the role.
func (c *console) owner(s deploy.StepView) (*ui.Person, string) {
	who := s.Assigned
	if who == "" && s.State.Done() && desk.ByHand(s.Def) {
		who = id.Person(s.By)
	}
	if c.people.Name(who) != "" {
		p := c.people.Of(who)
		return &p, p.Name
	}
	if s.Role != "" {
		return nil, c.roles[s.Role]
	}
	return nil, "Slipway"
}

// mine reports whether the viewer answers the step when it asks.
func (c *console) mine(s deploy.StepView) bool {
	return s.Assigned == c.Me && c.Me != "" || desk.ByHand(s.Def) && c.answers[s.Key].may
}

// shown are the steps of a graph that the filter leaves, with their numbers.
func (c *console) shown(back bool) []row {
	var out []row
	i := 0
	for _, s := range c.Steps {
		if s.BackOut != back {
			continue
		}
		if c.show == "" || c.mine(s) {
			out = append(out, row{s, desk.Number(i, back)})
		}
		i++
	}
	return out
}

type row struct {
	deploy.StepView
	n string
}

func (c *console) mineCount() int {
	n := 0
	for _, s := range c.Steps {
		if c.mine(s) {
			n++
		}
	}
	return n
}

// href is the address of the console with a step opened, at its panel.
func (c *console) href(step string) string { return consoleURL(c.ID, step, c.show) + "#run-step" }

func consoleURL(run id.Run, step, show string) string {
	return web.Link(desk.RunURL(run), "step", step, "show", show)
}

// actual writes when a step ran, runs or is expected.
func (c *console) actual(s deploy.StepView) string {
	switch {
	case s.State == runbook.StepSucceeded, s.State == runbook.StepFailed && !s.StartedAt.IsZero() && !s.EndedAt.IsZero():
		return c.Span(s.StartedAt, s.EndedAt)
	case s.State.Done(), s.State == runbook.StepCancelled:
		_, word := desk.StepState(s.StepRun)
		return word
	case s.State == runbook.StepRunning || s.State == runbook.StepAwaiting || s.State == runbook.StepUnknown:
		return c.Clock(s.StartedAt) + " · " + c.minutes(s)
	case c.State.Ended() || s.BackOut != c.Course.RollingBack:
		return "–"
	}
	return c.Clock(s.Plan.Start)
}

// minutes is how long a running step has taken of what it may: "7 of 6 min".
func (c *console) minutes(s deploy.StepView) string {
	took := int(c.Look.Now.Sub(s.StartedAt) / time.Minute)
	if p := s.Plan.PlannedEnd.Sub(s.Plan.PlannedStart); p >= time.Minute {
		return strconv.Itoa(max(took, 0)) + " of " + ui.Duration(p)
	}
	return ui.Plural(max(took, 0), "min", "min")
}

// off is how far a step is from its plan, whether that is late, and whether it is a forecast.
func (c *console) off(s deploy.StepView) (text string, late, forecast bool) {
	if s.Plan.PlannedEnd.IsZero() || s.Plan.End.IsZero() || s.State == runbook.StepSkipped || s.State == runbook.StepCancelled {
		return "", false, false
	}
	forecast = s.State == runbook.StepWaiting || s.State == runbook.StepReady
	if forecast && (c.State.Ended() || s.BackOut != c.Course.RollingBack) {
		return "", false, false
	}
	d := s.Plan.End.Sub(s.Plan.PlannedEnd).Round(time.Minute)
	return ui.Offset(d), d > 0 && s.State != runbook.StepSucceeded, forecast
}

func (c *console) page() web.Page {
	return web.Page{Title: "Run " + strconv.Itoa(c.Number) + ", " + c.ReleaseName, Nav: desk.Nav, Live: []string{"run/" + string(c.ID), "release/" + string(c.Release)}, Body: consoleBody(c)}
}

// noReturn is the first point of no return that is still to come or has begun, and whether it has.
func (c *console) noReturn() (s deploy.StepView, begun, found bool) {
	for _, s := range c.Steps {
		if s.Def.PointOfNoReturn && !s.BackOut && s.State != runbook.StepSkipped && s.State != runbook.StepCancelled {
			if s.Went {
				return s, true, true
			}
			if !found {
				return s, false, true
			}
		}
	}
	return deploy.StepView{}, false, false
}

// now answers with what of the console moves with the clock, for every open page, twice a minute.
func (p *pages) now(w http.ResponseWriter, r *http.Request) error {
	c, err := p.read(r, "", "")
	if err != nil {
		return err
	}
	return ui.RenderPart(w, r, http.StatusOK, moving(c))
}
