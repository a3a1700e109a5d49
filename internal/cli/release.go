package cli

import (
	"net/url"
	"strings"
	"time"

	"slipway/client"
)

type releaseCommand struct {
	Create   releaseCreate   `cmd:"" help:"Create a release from a template."`
	Set      releaseSet      `cmd:"" help:"Change a release."`
	List     releaseList     `cmd:"" help:"List releases."`
	Show     releaseShow     `cmd:"" help:"Show a release."`
	Changes  releaseChanges  `cmd:"" help:"List what changed of a release."`
	Move     releaseMove     `cmd:"" help:"Move the date of a release with all that follows it; show first what it hits."`
	Replans  releaseReplans  `cmd:"" help:"List how the planned dates of a release moved."`
	Verdict  releaseVerdict  `cmd:"" help:"Compute the verdict of a release; exit 0 for GO only, 3 otherwise."`
	Plan     releasePlan     `cmd:"" help:"Plan a release: from draft to planned."`
	Activate releaseActivate `cmd:"" help:"Activate a release: from planned to active."`
	Hold     releaseHold     `cmd:"" help:"Put a release on hold."`
	Resume   releaseResume   `cmd:"" help:"Resume a release that is on hold."`
	Cancel   releaseCancel   `cmd:"" help:"Cancel a release."`
	Verify   releaseVerify   `cmd:"" help:"Say that a deployed release works."`
	Close    releaseClose    `cmd:"" help:"Close a release."`
	Retarget releaseRetarget `cmd:"" help:"Make a release that was rolled back active again, with another manifest or window."`
}

// aim is where a release goes and what it carries, as flags say it.
type aim struct {
	Window      string   `placeholder:"START/END" help:"When it is to be deployed: RFC 3339, or local times as 2026-11-19T21:00/23:30."`
	Zone        string   `placeholder:"ZONE" help:"Zone of local times, such as Europe/Copenhagen; SLIPWAY_ZONE or that of your profile without it."`
	Service     []string `sep:"none" placeholder:"S=V@DIGEST" help:"A service with the version it goes to, and the digest of the artefact; may be given again."`
	Commit      []string `sep:"none" placeholder:"S=SHA" help:"The commit that a service of --service was built from; may be given again."`
	Environment []string `placeholder:"E" help:"An environment it goes to, in the order of promotion; may be given again. Those of production without it."`
	Title       *string  `help:"What it brings, in a few words."`
	Name        *string  `help:"Its name as pages show it."`
	Owner       *string  `help:"Key of the person who answers for it."`
	Runbook     *string  `help:"Key of its runbook."`
	Objective   []string `sep:"none" help:"What it is to achieve; may be given again."`
	Criterion   []string `name:"success-criterion" sep:"none" help:"How its success is judged afterwards; may be given again."`
}

// items reads --service and --commit.
func (a aim) items() ([]client.Carry, error) {
	out := make([]client.Carry, 0, len(a.Service))
	for _, s := range a.Service {
		service, rest, ok := strings.Cut(s, "=")
		version, digest, _ := strings.Cut(rest, "@")
		if !ok || service == "" || version == "" {
			return nil, Usage("--service %s: give it as SERVICE=VERSION or SERVICE=VERSION@DIGEST", s)
		}
		out = append(out, client.Carry{Service: service, Version: version, Digest: digest})
	}
	for _, s := range a.Commit {
		service, sha, ok := strings.Cut(s, "=")
		found := false
		for i := range out {
			if out[i].Service == service {
				out[i].Commit, found = sha, true
			}
		}
		if !ok || !found {
			return nil, Usage("--commit %s: give it as SERVICE=SHA, for a service that --service names", s)
		}
	}
	return out, nil
}

func (a aim) window(s *Session) (*client.ReleaseWindow, error) {
	if a.Window == "" {
		return nil, nil
	}
	start, end, err := s.span("--window", a.Window, a.Zone)
	return &client.ReleaseWindow{Start: start, End: end}, err
}

type releaseCreate struct {
	Key        string `arg:"" help:"Its key, such as payments-26.11.0."`
	Product    string `required:"" help:"Key of the product."`
	NewVersion string `name:"version" required:"" placeholder:"V" help:"Its version."`
	Template   string `required:"" help:"Key of the template."`
	aim        `embed:""`
}

// Run creates a release.
func (c *releaseCreate) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewRelease{Key: c.Key, Product: c.Product, Version: c.NewVersion, Template: c.Template, Environments: c.Environment,
		Title: deref(c.Title), Name: deref(c.Name), Owner: deref(c.Owner), Runbook: deref(c.Runbook), Objectives: c.Objective, SuccessCriteria: c.Criterion}
	if in.Services, err = c.items(); err != nil {
		return err
	}
	if in.Window, err = c.window(s); err != nil {
		return err
	}
	r, err := api.CreateRelease(s.Context(), in)
	if err != nil {
		return err
	}
	return s.Say(r, "%s is created as a draft from version %d of the template %s.", r.Key, r.TemplateVersion, r.Template)
}

func deref(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// changed are the flags of a change.
type changed struct {
	aim        `embed:""`
	NewVersion *string  `name:"version" placeholder:"V" help:"Its version."`
	Drop       []string `placeholder:"S" help:"A service to take out of the manifest; may be given again."`
	Reason     string   `help:"Why, as the record will say."`
	Rev        int64    `help:"The version of the row that you read; the present one without it."`
}

func (c changed) edit(s *Session, api *client.Client, key string) (client.ReleaseEdit, error) {
	e := client.ReleaseEdit{Rev: c.Rev, Title: c.Title, Name: c.Name, Version: c.NewVersion, Owner: c.Owner, Runbook: c.Runbook, Drop: c.Drop, Reason: c.Reason}
	if len(c.Environment) > 0 {
		e.Environments = &c.Environment
	}
	if len(c.Objective) > 0 {
		e.Objectives = &c.Objective
	}
	if len(c.Criterion) > 0 {
		e.SuccessCriteria = &c.Criterion
	}
	var err error
	if e.Carry, err = c.items(); err != nil {
		return e, err
	}
	if e.Window, err = c.window(s); err != nil {
		return e, err
	}
	if e.Rev == 0 {
		now, err := api.Release(s.Context(), key)
		if err != nil {
			return e, err
		}
		e.Rev = now.Rev
	}
	return e, nil
}

type releaseSet struct {
	Key     string `arg:"" help:"Key of the release."`
	changed `embed:""`
}

// Run changes a release.
func (c *releaseSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	e, err := c.edit(s, api, c.Key)
	if err != nil {
		return err
	}
	r, err := api.EditRelease(s.Context(), c.Key, e)
	if err != nil {
		return err
	}
	return s.Say(r, "%s is changed. It is %s.", r.Key, words(r.State))
}

type releaseRetarget struct {
	Key     string `arg:"" help:"Key of the release."`
	changed `embed:""`
}

// Run makes a release that was rolled back active again.
func (c *releaseRetarget) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	e, err := c.edit(s, api, c.Key)
	if err != nil {
		return err
	}
	r, err := api.RetargetRelease(s.Context(), c.Key, e)
	if err != nil {
		return err
	}
	return s.Say(r, "%s is %s again.", r.Key, words(r.State))
}

func words(state string) string {
	switch state {
	case "held":
		return "on hold"
	case "rolled-back":
		return "rolled back"
	}
	return state
}

type releaseList struct {
	Query       string    `short:"q" help:"Words of the key, name or title."`
	State       []string  `help:"Only these states, such as active,approved."`
	Open        bool      `xor:"group" help:"Only releases that have not ended."`
	Ended       bool      `xor:"group" help:"Only releases that were closed or cancelled."`
	Product     string    `help:"Only releases of this product."`
	Owner       string    `help:"Only what this person owns."`
	Environment string    `help:"Only what goes to this environment."`
	From        time.Time `placeholder:"T" help:"Only releases whose window ends after this instant."`
	To          time.Time `placeholder:"T" help:"Only releases whose window starts before this instant."`
	Newest      bool      `help:"The latest window first."`
	Limit       int       `default:"50" help:"How many at most; 0 for all."`
}

// Run lists releases.
func (c *releaseList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("q", c.Query)
	set("state", strings.Join(c.State, ","))
	set("product", c.Product)
	set("owner", c.Owner)
	set("environment", c.Environment)
	if c.Open {
		q.Set("group", "open")
	}
	if c.Ended {
		q.Set("group", "ended")
	}
	if !c.From.IsZero() {
		q.Set("from", c.From.Format(time.RFC3339))
	}
	if !c.To.IsZero() {
		q.Set("to", c.To.Format(time.RFC3339))
	}
	if c.Newest {
		q.Set("newest", "true")
	}
	rs, err := api.Releases(s.Context(), q, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rs, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME", "STATE", "WINDOW (UTC)", "ENVIRONMENTS"}, Empty: "No releases. Make one with slipway release create."}
		for _, r := range rs {
			t.Add(r.Key, r.Name, words(r.State), shownWindow(r.Window), strings.Join(r.EnvironmentKeys, ", "))
		}
		return t
	})
}

const minuteLayout = "2006-01-02 15:04"

func shownWindow(w *client.ReleaseWindow) string {
	if w == nil {
		return ""
	}
	start, end := w.Start.UTC(), w.End.UTC()
	if start.Format(time.DateOnly) == end.Format(time.DateOnly) {
		return start.Format(minuteLayout) + " to " + end.Format("15:04")
	}
	return start.Format(minuteLayout) + " to " + end.Format(minuteLayout)
}

type releaseShow struct {
	Key string `arg:"" help:"Key of the release."`
}

// Run shows a release.
func (c *releaseShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.Release(s.Context(), c.Key)
	if err != nil {
		return err
	}
	return s.Print(r, func() *Table {
		t := &Table{}
		state := words(r.State)
		if r.StateReason != "" {
			state += ": " + r.StateReason
		}
		t.Add("Key", r.Key)
		t.Add("Name", r.Name)
		t.Add("Title", r.Title)
		t.Add("Version", r.Version)
		t.Add("Product", r.ProductKey)
		t.Add("Template", r.Template)
		t.Add("State", state)
		t.Add("Owner", r.OwnerName)
		t.Add("Window (UTC)", shownWindow(r.Window))
		t.Add("Environments", strings.Join(r.EnvironmentKeys, ", "))
		t.Add("Runbook", r.Runbook)
		for _, m := range r.Manifest {
			t.Add("Carries", strings.TrimSpace(m.ServiceKey+" "+m.Version+" "+m.Digest))
		}
		for _, p := range r.Phases {
			t.Add("Phase", p.Name+shownDates(p))
		}
		for _, w := range r.Ways {
			if w.Allowed {
				t.Add("May", w.Verb)
			}
			for _, x := range w.Reasons {
				t.Add("May not "+w.Verb, strings.TrimSpace(x.Text+" "+x.Next))
			}
		}
		return t
	})
}

func shownDates(p client.Phase) string {
	day := func(t *time.Time) string {
		if t == nil {
			return "?"
		}
		return t.UTC().Format(time.DateOnly)
	}
	s := ""
	if p.PlannedStart != nil {
		s = ", planned " + day(p.PlannedStart) + " to " + day(p.PlannedEnd)
	}
	if p.ActualStart != nil {
		s += ", actual " + day(p.ActualStart) + " to " + day(p.ActualEnd)
	}
	return s
}

type releaseChanges struct {
	Key     string `arg:"" help:"Key of the release."`
	Section string `enum:",scope,manifest,window,plan,runbook" default:"" help:"Only this section."`
	Limit   int    `default:"50" help:"How many at most; 0 for all."`
}

// Run lists what changed.
func (c *releaseChanges) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rows, err := api.ReleaseChanges(s.Context(), c.Key, c.Section, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"AT (UTC)", "SECTION", "BEFORE", "AFTER", "REASON"}, Empty: "Nothing changed."}
		for _, x := range rows {
			t.Add(x.At.UTC().Format(minuteLayout), x.Section, compact(x.Before), compact(x.After), x.Reason)
		}
		return t
	})
}
