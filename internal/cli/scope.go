package cli

import (
	"net/url"
	"strings"

	"slipway/client"
)

type scopeCommand struct {
	Add    scopeAdd    `cmd:"" help:"Add a scope item to a release."`
	List   scopeList   `cmd:"" help:"List the scope items of a release."`
	Set    scopeSet    `cmd:"" help:"Change a scope item."`
	Close  scopeClose  `cmd:"" help:"Say that a scope item is done."`
	Remove scopeRemove `cmd:"" help:"Take a scope item out of a release."`

	Propose  scopePropose  `cmd:"" help:"Propose a change of the scope, or say what it would do."`
	Changes  scopeChanges  `cmd:"" help:"List proposed changes of the scope, or show one."`
	Approve  scopeApprove  `cmd:"" help:"Approve a proposed change, which carries it out."`
	Decline  scopeDecline  `cmd:"" help:"Decline a proposed change."`
	Withdraw scopeWithdraw `cmd:"" help:"Withdraw one's own proposed change."`
	Commits  scopeCommits  `cmd:"" help:"Hold the commits of a release against its scope."`
}

type scopeAdd struct {
	part     `embed:""`
	Title    string   `required:"" help:"What it is, in a sentence."`
	Kind     string   `enum:"story,defect,change" default:"story" help:"story, defect or change."`
	URL      string   `name:"url" help:"Where the tracker keeps it."`
	Service  string   `help:"Key of the service that it changes."`
	Owner    string   `help:"Key of a person."`
	Effort   int      `placeholder:"HOURS" help:"Estimate in hours of work."`
	Commit   []string `help:"A commit that belongs to it; may be given again."`
	NoCommit string   `help:"Why no commit belongs to it, where that is right."`
	Reason   string   `help:"Why it is added, as the record will say."`
}

// Run adds a scope item.
func (c *scopeAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	i, err := api.AddScope(s.Context(), c.Release, client.NewScopeItem{Key: c.Key, Title: c.Title, Kind: c.Kind, URL: c.URL, Service: c.Service,
		Owner: c.Owner, Effort: c.Effort, Commits: c.Commit, NoCommit: c.NoCommit, Reason: c.Reason})
	if err != nil {
		return err
	}
	return s.Say(i, "%s is in the scope of %s.", i.Key, c.Release)
}

type scopeList struct {
	Release string `arg:"" help:"Key of the release."`
	Query   string `short:"q" help:"Words of the key or title."`
	Kind    string `enum:",story,defect,change" default:"" help:"Only this kind."`
	State   string `enum:",open,done" default:"" help:"Only this state."`
	Service string `help:"Only items that change this service."`
	Limit   int    `default:"200" help:"How many at most; 0 for all."`
}

// Run lists scope items.
func (c *scopeList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{}
	for name, v := range map[string]string{"q": c.Query, "kind": c.Kind, "state": c.State, "service": c.Service} {
		if v != "" {
			q.Set(name, v)
		}
	}
	items, err := api.Scope(s.Context(), c.Release, q, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(items, func() *Table {
		t := &Table{Heads: []string{"KEY", "TITLE", "KIND", "SERVICE", "STATE", "COMMITS"}, Empty: "No scope items. Add one with slipway scope add."}
		for _, i := range items {
			commits := strings.Join(i.Commits, " ")
			if commits == "" {
				commits = i.NoCommit
			}
			t.Add(i.Key, i.Title, i.Kind, i.ServiceKey, i.State, commits)
		}
		return t
	})
}

// scopeItem reads the present row.
func scopeItem(s *Session, api *client.Client, p part) (client.ScopeItem, error) {
	for i, err := range client.All[client.ScopeItem](s.Context(), api, client.Path("releases", p.Release, "scope"), url.Values{"q": {p.Key}, "limit": {"200"}}) {
		if err != nil {
			return i, err
		}
		if i.Key == p.Key {
			return i, nil
		}
	}
	return client.ScopeItem{}, &client.Problem{Status: 404, Reason: "scope_item.not_found", Detail: "There is no scope item " + p.Key + " in this release."}
}

type scopeSet struct {
	part     `embed:""`
	Title    *string  `help:"What it is, in a sentence."`
	Kind     *string  `help:"story, defect or change."`
	URL      *string  `name:"url" help:"Where the tracker keeps it."`
	Service  *string  `help:"Key of the service that it changes."`
	Owner    *string  `help:"Key of a person."`
	State    *string  `help:"open or done."`
	Effort   *int     `placeholder:"HOURS" help:"Estimate in hours of work."`
	Commit   []string `help:"The commits that belong to it, in place of those it has; may be given again."`
	NoCommit *string  `help:"Why no commit belongs to it, where that is right."`
	Reason   string   `help:"Why, as the record will say."`
}

// Run changes a scope item.
func (c *scopeSet) Run(s *Session) error {
	return s.setScope(c.part, func(in *client.NewScopeItem) {
		for _, x := range []struct{ to, from *string }{{&in.Title, c.Title}, {&in.Kind, c.Kind}, {&in.URL, c.URL}, {&in.Service, c.Service}, {&in.Owner, c.Owner}, {&in.State, c.State}, {&in.NoCommit, c.NoCommit}} {
			if x.from != nil {
				*x.to = *x.from
			}
		}
		if c.Effort != nil {
			in.Effort = *c.Effort
		}
		if len(c.Commit) > 0 {
			in.Commits = c.Commit
		}
		in.Reason = c.Reason
	})
}

func (s *Session) setScope(p part, change func(*client.NewScopeItem)) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	now, err := scopeItem(s, api, p)
	if err != nil {
		return err
	}
	in := now.Stated()
	change(&in)
	i, err := api.SetScope(s.Context(), p.Release, in)
	if err != nil {
		return err
	}
	return s.Say(i, "%s is %s.", i.Key, i.State)
}

type scopeClose struct {
	part `embed:""`
}

// Run says that a scope item is done.
func (c *scopeClose) Run(s *Session) error {
	return s.setScope(c.part, func(in *client.NewScopeItem) { in.State = "done" })
}

type scopeRemove struct {
	part   `embed:""`
	Reason string `help:"Why, as the record will say."`
}

// Run takes a scope item out of a release.
func (c *scopeRemove) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	i, err := scopeItem(s, api, c.part)
	if err != nil {
		return err
	}
	var tasks []string
	for t, err := range api.Tasks(s.Context(), c.Release, url.Values{"item": {i.Key}, "open": {"true"}}) {
		if err != nil {
			return err
		}
		tasks = append(tasks, t.Key)
	}
	if err := api.RemoveScope(s.Context(), c.Release, c.Key, i.Rev, c.Reason); err != nil {
		return err
	}
	more := ""
	if len(tasks) > 0 {
		more = " Open tasks that serve it: " + strings.Join(tasks, ", ") + "."
	}
	return s.Say(i, "%s is no longer in the scope of %s.%s", i.Key, c.Release, more)
}
