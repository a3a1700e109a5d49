package scopetab

import (
	"net/http"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/plan/repository"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

func (p *tab) mountCommits() {
	if p.Options.Repositories == nil {
		return
	}
	p.Site.Handle("GET /releases/{ref}/scope/commits", "repository.read", p.commits)
	p.Site.Handle("POST /releases/{ref}/scope/commits/fetch", "repository.fetch", p.fetchCommits)
	p.Site.Handle("GET /releases/{ref}/scope/repositories/new", "repository.read", p.askRepository)
	p.Site.Handle("POST /releases/{ref}/scope/repositories/new", "repository.edit", p.addRepository)
	p.Site.Handle("GET /releases/{ref}/scope/repositories/{repository}", "repository.read", p.askRepository)
	p.Site.Handle("POST /releases/{ref}/scope/repositories/{repository}", "repository.edit", p.setRepository)
	p.Site.Handle("POST /releases/{ref}/scope/repositories/{repository}/remove", "repository.edit", p.removeRepository)
}

// commitsShown is how many commits the page lists; the operation lists all.
const commitsShown = 200

// commitsView holds the commits of a release against its scope.
type commitsView struct {
	frame.Look
	release  plan.Release
	report   repository.Report
	repos    []repository.Repository
	editWhy  string
	fetchWhy string
	all      bool
	errors   ui.Errors
}

func (p *tab) commitsPage(r *http.Request, err error) (plan.Release, web.Page, error) {
	v := commitsView{Look: p.Look(r), errors: frame.Shown(err)}
	var q struct {
		All bool `form:"all"`
	}
	if r.Method == http.MethodGet {
		if err := web.Query(r, &q); err != nil {
			return v.release, web.Page{}, err
		}
	}
	v.all = q.All
	fault := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.release, err = plan.ReleaseByRef(tx, r.PathValue("ref")); err != nil {
			return err
		}
		if v.editWhy, err = frame.WhyNot(tx, v.release, "repository.edit"); err != nil {
			return err
		}
		v.fetchWhy, err = frame.WhyNot(tx, v.release, "repository.fetch")
		return err
	})
	if fault != nil {
		return v.release, web.Page{}, fault
	}
	if v.repos, fault = p.Options.Repositories.List(r.Context(), v.release.ProductKey); fault != nil {
		return v.release, web.Page{}, fault
	}
	if v.report, fault = p.Options.Repositories.Commits(r.Context(), v.release.Key, repository.Between{}); fault != nil {
		return v.release, web.Page{}, fault
	}
	return v.release, web.Page{Title: "Commits and items", Body: commitsBody(v)}, nil
}

func (p *tab) commits(w http.ResponseWriter, r *http.Request) error {
	rel, page, err := p.commitsPage(r, nil)
	if err != nil {
		return err
	}
	return p.ReleasePage(w, r, rel.Key, "scope", page)
}

func (p *tab) fetchCommits(w http.ResponseWriter, r *http.Request) error {
	ref := r.PathValue("ref")
	var in struct{}
	err := p.Site.Form(r, &in)
	if err == nil {
		if err = p.Options.Repositories.FetchRelease(r.Context(), ref); err == nil {
			return p.Done(w, r, "/releases/"+ref+"/scope/commits", "The mirrors are up to date")
		}
	}
	if errs.Is(err, errs.CodeUnavailable) { // the page says what could not be read
		err = errs.Blocked("repository.unreadable", "%s", errs.As(err).Msg)
	}
	_, page, fault := p.commitsPage(r, err)
	if fault != nil {
		return fault
	}
	return p.ReleaseAgain(w, r, err, ref, "scope", page)
}

// shown are the commits that the page lists: those without an item unless all are asked for.
func (v commitsView) shown() []repository.Commit {
	var out []repository.Commit
	for _, c := range v.report.Commits {
		if (v.all || c.How == repository.None || c.How == repository.Elsewhere) && len(out) < commitsShown {
			out = append(out, c)
		}
	}
	return out
}

func (v commitsView) open() int {
	return v.report.Counts[repository.None] + v.report.Counts[repository.Elsewhere]
}

func howOf(c repository.Commit) (ui.State, string) {
	switch c.How {
	case repository.ByMessage:
		return ui.Go, "By its message"
	case repository.ByHand:
		return ui.Go, "By hand"
	case repository.Excused:
		return ui.GoIf, "Excused"
	case repository.Elsewhere:
		return ui.Hold, "Another item"
	}
	return ui.NoGo, "No item"
}
