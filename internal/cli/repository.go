package cli

import (
	"net/url"
	"strconv"
	"strings"

	"slipway/client"
)

type repositoryCommand struct {
	Add    repositoryAdd    `cmd:"" help:"Add a Git repository to a product."`
	List   repositoryList   `cmd:"" help:"List the repositories of a product."`
	Set    repositorySet    `cmd:"" help:"Change a repository."`
	Fetch  repositoryFetch  `cmd:"" help:"Bring the mirror of a repository up to date."`
	Remove repositoryRemove `cmd:"" help:"Remove a repository with its mirror."`
}

// oneRepository names a repository.
type oneRepository struct {
	Product string `arg:"" help:"Key of the product."`
	Key     string `arg:"" help:"Key of the repository."`
}

type repositoryAdd struct {
	oneRepository `embed:""`
	URL           string `name:"url" required:"" help:"Where it is read: https://host/path.git."`
	Service       string `help:"Key of the service that it holds; the whole product without it."`
	Pattern       string `help:"Regular expression of keys of scope items in messages."`
	Excuse        string `help:"Regular expression of subjects or authors of commits that need no item."`
	Tag           string `help:"How a version is tagged: v{version}, {service}/v{version}."`
	Login         string `help:"User name, where it asks for a password."`
	Secret        string `help:"Name of the secret that holds the password or token."`
}

// Run adds a repository.
func (c *repositoryAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.AddRepository(s.Context(), c.Product, client.NewRepository{Key: c.Key, Service: c.Service, URL: c.URL, Pattern: c.Pattern, Excuse: c.Excuse, Tag: c.Tag, Login: c.Login, Secret: c.Secret})
	if err != nil {
		return err
	}
	return s.Say(r, "The repository %s belongs to %s. Fetch it with slipway repository fetch %s %s.", r.Key, r.ProductKey, r.ProductKey, r.Key)
}

type repositoryList struct {
	Product string `arg:"" help:"Key of the product."`
}

// Run lists repositories.
func (c *repositoryList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rs, err := api.Repositories(s.Context(), c.Product)
	if err != nil {
		return err
	}
	return s.Print(rs, func() *Table {
		t := &Table{Heads: []string{"KEY", "SERVICE", "ADDRESS", "TAG", "FETCHED (UTC)", "FAULT"}, Empty: "No repositories. Add one with slipway repository add."}
		for _, r := range rs {
			t.Add(r.Key, r.ServiceKey, r.URL, r.Tag, minutes(r.FetchedAt), r.Fault)
		}
		return t
	})
}

func repositoryNow(s *Session, api *client.Client, c oneRepository) (client.Repository, error) {
	rs, err := api.Repositories(s.Context(), c.Product)
	for _, r := range rs {
		if r.Key == c.Key || r.ID == c.Key {
			return r, nil
		}
	}
	if err == nil {
		err = &client.Problem{Status: 404, Reason: "repository.not_found", Detail: "There is no repository " + c.Key + " of this product."}
	}
	return client.Repository{}, err
}

type repositorySet struct {
	oneRepository `embed:""`
	URL           *string `name:"url" help:"Where it is read."`
	Service       *string `help:"Key of the service that it holds; empty for the whole product."`
	Pattern       *string `help:"Regular expression of keys of scope items in messages."`
	Excuse        *string `help:"Regular expression of subjects or authors of commits that need no item."`
	Tag           *string `help:"How a version is tagged."`
	Login         *string `help:"User name, where it asks for a password."`
	Secret        *string `help:"Name of the secret that holds the password or token."`
}

// Run changes a repository.
func (c *repositorySet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	now, err := repositoryNow(s, api, c.oneRepository)
	if err != nil {
		return err
	}
	in := now.Stated()
	for _, x := range []struct{ to, from *string }{{&in.URL, c.URL}, {&in.Service, c.Service}, {&in.Pattern, c.Pattern}, {&in.Excuse, c.Excuse}, {&in.Tag, c.Tag}, {&in.Login, c.Login}, {&in.Secret, c.Secret}} {
		if x.from != nil {
			*x.to = *x.from
		}
	}
	r, err := api.SetRepository(s.Context(), c.Product, in)
	if err != nil {
		return err
	}
	return s.Say(r, "The repository %s is changed.", r.Key)
}

type repositoryFetch struct {
	oneRepository `embed:""`
}

// Run brings a mirror up to date.
func (c *repositoryFetch) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.FetchRepository(s.Context(), c.Product, c.Key)
	if err != nil {
		return err
	}
	return s.Say(r, "The mirror of %s is up to date.", r.Key)
}

type repositoryRemove struct {
	oneRepository `embed:""`
}

// Run removes a repository.
func (c *repositoryRemove) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := repositoryNow(s, api, c.oneRepository)
	if err != nil {
		return err
	}
	if err := api.RemoveRepository(s.Context(), c.Product, c.Key, r.Rev); err != nil {
		return err
	}
	return s.Say(r, "The repository %s is removed.", r.Key)
}

type scopeCommits struct {
	Release    string `arg:"" help:"Key of the release."`
	Fetch      bool   `help:"Bring the mirrors up to date first."`
	Repository string `help:"Only this repository."`
	From       string `help:"Tag or commit behind which the list starts; what runs now without it."`
	To         string `help:"Tag or commit up to which commits are listed; the manifest's version without it."`
	Unmatched  bool   `help:"Only commits without an item, and items without a commit."`
}

// Run holds the commits of a release against its scope.
func (c *scopeCommits) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if c.Fetch {
		if _, err := api.FetchCommits(s.Context(), c.Release); err != nil {
			return err
		}
	}
	q := url.Values{}
	for name, v := range map[string]string{"repository": c.Repository, "from": c.From, "to": c.To} {
		if v != "" {
			q.Set(name, v)
		}
	}
	rep, err := api.Commits(s.Context(), c.Release, q)
	if err != nil {
		return err
	}
	return s.Print(rep, func() *Table { return c.table(rep) })
}

func (c *scopeCommits) table(rep client.CommitReport) *Table {
	t := &Table{Heads: []string{"WHERE", "COMMIT", "ITEMS", "HOW", "WHAT"}, Empty: "No commits, and no item without one."}
	for _, r := range rep.Ranges {
		what := strconv.Itoa(r.Commits) + " commits"
		if r.Fault != "" {
			what = r.Fault
		}
		t.Add(r.Repository, r.From+".."+r.To, "", "", what)
	}
	for _, x := range rep.Commits {
		if c.Unmatched && (x.How == "message" || x.How == "hand" || x.How == "excused") {
			continue
		}
		t.Add(x.Repository, x.Hash[:min(9, len(x.Hash))], strings.Join(append(x.Items, x.Keys...), " "), x.How, x.Subject)
	}
	for _, i := range rep.Without {
		how := "no commit"
		if i.NoCommit != "" {
			how = "explained: " + i.NoCommit
		}
		t.Add("", "", i.Key, how, i.Title)
	}
	return t
}
