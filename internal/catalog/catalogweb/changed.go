package catalogweb

import (
	"net/http"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

const deploymentLimit = 50

// deployments is a page of recorded deployments with what they name.
type deployments struct {
	look
	rows     []catalog.Deployment
	who      reader.Who
	releases map[id.Release]string
	next     string // identifier before which the next page starts
}

func (p *Pages) deployments(tx *db.Tx, l look, f catalog.DeploymentFilter) (deployments, error) {
	d := deployments{look: l}
	f.Limit = deploymentLimit + 1
	var err error
	if d.rows, err = catalog.Deployments(tx, f); err != nil {
		return d, err
	}
	if len(d.rows) > deploymentLimit {
		d.rows = d.rows[:deploymentLimit]
		d.next = d.rows[deploymentLimit-1].ID
	}
	var by []string
	var rels []id.Release
	for _, x := range d.rows {
		by = append(by, x.RecordedBy)
		if x.Release != "" {
			rels = append(rels, x.Release)
		}
	}
	if d.who, err = reader.WhoIs(tx, "Nobody", by...); err != nil {
		return d, err
	}
	if p.o.Releases != nil && len(rels) > 0 {
		d.releases, err = p.o.Releases(tx, rels)
	}
	return d, err
}

// outcome is the shape and the word of how a deployment ended.
func outcome(o catalog.DeploymentOutcome) (ui.State, string) {
	switch o {
	case catalog.Failed:
		return ui.NoGo, "Failed"
	case catalog.RolledBack:
		return ui.NoGo, "Rolled back"
	}
	return ui.Go, "Succeeded"
}

type changedView struct {
	deployments
	environment catalog.Environment
	owner       ui.Person
	since       string // local time of the viewer
	from        db.Time
	before      string
}

// changed is the answer to "what changed since" of one environment.
func (p *Pages) changed(w http.ResponseWriter, r *http.Request) error {
	l := p.look(r)
	var q struct {
		Since  string `form:"since"`
		Before string `form:"before"`
	}
	if err := web.Query(r, &q); err != nil {
		return err
	}
	if q.Since == "" {
		q.Since = ui.DateTimeValue(l.Now.AddDate(0, 0, -7), l.Zone)
	}
	v := changedView{since: q.Since, before: q.Before}
	from, err := l.instant("since", q.Since)
	if err != nil {
		return err
	}
	v.from = from
	err = p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.environment, err = catalog.EnvironmentByRef(tx, r.PathValue("environment")); err != nil {
			return err
		}
		who, err := reader.WhoIs(tx, "Nobody", string(v.environment.Owner))
		if err != nil {
			return err
		}
		v.owner = who.Of(v.environment.Owner)
		v.deployments, err = p.deployments(tx, l, catalog.DeploymentFilter{Environment: string(v.environment.ID), Since: v.from, Before: q.Before})
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "What changed in " + v.environment.Name, Nav: "environments", Live: topics, Body: changedBody(v)})
}

func (v changedView) url(before string) string {
	return web.Link(changedURL(v.environment), "since", v.since, "before", before)
}

// ruleWords says what a deployment to an environment needs.
func ruleWords(e catalog.Environment) string {
	switch e.Rule {
	case catalog.RuleWindow:
		return "An open window, whatever the default"
	case catalog.RuleRelease:
		return "A release that carries the version and may go"
	}
	return "Only what the calendar says"
}

func defaultWords(e catalog.Environment) string {
	if e.DefaultOpen {
		return "open"
	}
	return "closed"
}

func (d deployments) pager(before string, url func(string) string) ui.Pager {
	p := ui.Pager{Count: len(d.rows), One: "deployment", Many: "deployments", Order: "newest first"}
	if before != "" {
		p.First = url("")
	}
	if d.next != "" {
		p.Next = url(d.next)
	}
	return p
}
