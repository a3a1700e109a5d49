package repository

import (
	"context"
	"slices"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/git"
)

// How a commit came to its item.
const (
	ByMessage = "message" // its message names the item
	ByHand    = "hand"    // the item names the commit
	Excused   = "excused" // a merge, or the repository's rule says that it needs none
	Elsewhere = "elsewhere"
	None      = "none"
)

// Commit is one commit between what runs and what a release carries.
type Commit struct {
	Repository string   `json:"repository"` // key
	Service    string   `json:"service,omitempty"`
	Hash       string   `json:"hash"`
	Author     string   `json:"author"`
	At         db.Time  `json:"at"`
	Subject    string   `json:"subject"`
	How        string   `json:"how" enum:"message,hand,excused,elsewhere,none" doc:"By its message, by hand, excused, naming items that this scope has not, or none"`
	Items      []string `json:"items,omitempty"` // keys of scope items
	Keys       []string `json:"keys,omitempty"`  // keys in the message that no item of the scope has
}

// Range is the stretch of one repository's history that a release brings.
type Range struct {
	Repository string  `json:"repository"`
	Service    string  `json:"service,omitempty"`
	From       string  `json:"from,omitempty"` // tag or commit; none: from the beginning
	To         string  `json:"to"`
	Commits    int     `json:"commits"`
	More       bool    `json:"more,omitempty"`  // there are more than are listed
	Fault      string  `json:"fault,omitempty"` // why there is nothing
	FetchedAt  db.Time `json:"fetchedAt,omitzero"`
}

// ItemWithout is a scope item that no commit belongs to.
type ItemWithout struct {
	Key      string `json:"key"`
	Title    string `json:"title"`
	State    string `json:"state"`
	NoCommit string `json:"noCommit,omitempty"` // why that is right
}

// Report holds the commits of a release against its scope.
type Report struct {
	Release string         `json:"release"`
	Ranges  []Range        `json:"ranges"`
	Counts  map[string]int `json:"counts"` // of commits, by how
	Commits []Commit       `json:"commits"`
	Without []ItemWithout  `json:"without"` // items without a commit
}

// listedMost is how many commits a report lists; all are counted and held against the scope.
const listedMost = 10_000

// Between narrows a report to one repository and two of its tags.
type Between struct {
	Repository string // key
	From, To   string // tags or commits
}

// Commits holds the commits that a release brings against its scope: of each repository those between what runs in the
// release's last environment and the manifest's version, or between two tags. It reads the mirrors as they are. It fails with
// errs.NotFound if the caller may not see the release, and errs.Invalid for names that are none.
func (s *Repositories) Commits(ctx context.Context, release string, b Between) (Report, error) {
	var in input
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return err
		}
		if err := auth.CheckSeen(tx, "repository.read", plan.Scope(r), "release"); err != nil {
			return err
		}
		in, err = gather(tx, r)
		return err
	})
	if err != nil {
		return Report{}, err
	}
	wanted, err := in.wanted(b)
	if err != nil {
		return Report{}, err
	}
	out := Report{Release: in.release.Key, Ranges: []Range{}, Counts: map[string]int{}, Commits: []Commit{}}
	m := newMatch(in.items)
	for _, w := range wanted {
		found, rg, err := s.history(ctx, w)
		if err != nil {
			return out, err
		}
		out.Ranges = append(out.Ranges, rg)
		for _, c := range found {
			x := m.commit(w, c)
			out.Counts[x.How]++
			if len(out.Commits) < listedMost {
				out.Commits = append(out.Commits, x)
			} else {
				out.Ranges[len(out.Ranges)-1].More = true
			}
		}
	}
	out.Without = m.without()
	return out, nil
}

// input is what the database knows of the question.
type input struct {
	release  plan.Release
	items    []plan.ScopeItem
	manifest []plan.ManifestItem
	repos    []Repository
	runs     map[id.Service]string // version in the last environment
	before   string                // version of the product's release before this one
}

func services(m []plan.ManifestItem) []id.Service {
	out := make([]id.Service, len(m))
	for i, x := range m {
		out[i] = x.Service
	}
	return out
}

func gather(tx *db.Tx, r plan.Release) (in input, err error) {
	in = input{release: r, runs: map[id.Service]string{}}
	if in.items, err = plan.ScopeItems(tx, r); err != nil {
		return in, err
	}
	if in.manifest, err = plan.Manifest(tx, r.ID); err != nil {
		return in, err
	}
	if in.repos, err = ofRelease(tx, r.Product, services(in.manifest)); err != nil {
		return in, err
	}
	if n := len(r.Environments); n > 0 && len(in.manifest) > 0 {
		cells, err := catalog.RunningOf(tx, services(in.manifest)...)
		if err != nil {
			return in, err
		}
		for s, at := range cells {
			in.runs[s] = at[r.Environments[n-1]].Version
		}
	}
	in.before, err = before(tx, r)
	return in, err
}

// before is the version of the newest release of the product that was deployed before this one.
func before(tx *db.Tx, r plan.Release) (string, error) {
	f := plan.Filter{Product: string(r.Product), States: []plan.State{plan.Deployed, plan.Verified, plan.Closed}, Newest: true, Limit: 2}
	if !r.Window.IsZero() {
		f.To = r.Window.Start
	}
	rs, err := plan.Releases(tx, f)
	if err != nil {
		return "", err
	}
	for _, x := range rs {
		if x.ID != r.ID {
			return x.Version, nil
		}
	}
	return "", nil
}

// wanted is one stretch of history to read.
type wanted struct {
	repo     Repository
	service  string
	from, to []string // names to try, in this order; from none: the beginning
}

func (in input) wanted(b Between) ([]wanted, error) {
	if b.Repository != "" || b.From != "" || b.To != "" {
		return in.asked(b)
	}
	var out []wanted
	for _, r := range in.repos {
		if r.Service == "" && r.tag("a", "1") == r.tag("b", "1") { // one tag for the whole product
			out = append(out, wanted{repo: r, from: r.names("", in.before), to: r.names("", in.release.Version)})
			continue
		}
		for _, m := range in.manifest {
			if r.Service != "" && r.Service != m.Service {
				continue
			}
			w := wanted{repo: r, service: m.ServiceKey, from: r.names(m.ServiceKey, in.runs[m.Service]), to: r.names(m.ServiceKey, m.Version)}
			if m.Commit != "" {
				w.to = append(w.to, m.Commit)
			}
			out = append(out, w)
		}
	}
	return out, nil
}

// asked is the one stretch between two tags that were named.
func (in input) asked(b Between) ([]wanted, error) {
	k := slices.IndexFunc(in.repos, func(r Repository) bool { return r.Key == b.Repository })
	if b.Repository == "" && len(in.repos) == 1 {
		k = 0
	}
	if k < 0 {
		return nil, errs.InvalidField("repository", "repository.unknown", "Name one of the release's repositories. %.60q is none.", b.Repository)
	}
	w := wanted{repo: in.repos[k], service: in.repos[k].ServiceKey, to: []string{b.To}}
	from, to := in.ends(in.repos[k])
	if b.To == "" {
		w.to = to
	}
	if len(w.to) == 0 {
		return nil, errs.InvalidField("to", "repository.to_missing", "Name the tag up to which commits are listed.")
	}
	if w.from = from; b.From != "" {
		w.from = []string{b.From}
	}
	for field, name := range map[string]string{"from": b.From, "to": b.To} {
		if name == "" {
			continue
		}
		if err := git.CheckTag(field, name); err != nil {
			return nil, err
		}
	}
	return []wanted{w}, nil
}

// ends are the names of what runs and of what the release carries of a repository, where that is one thing.
func (in input) ends(r Repository) (from, to []string) {
	if r.Service == "" && r.tag("a", "1") == r.tag("b", "1") {
		return r.names("", in.before), r.names("", in.release.Version)
	}
	for _, m := range in.manifest {
		if r.Service != "" && r.Service != m.Service {
			continue
		}
		if to != nil {
			return nil, nil
		}
		from = r.names(m.ServiceKey, in.runs[m.Service])
		if to = r.names(m.ServiceKey, m.Version); m.Commit != "" {
			to = append(to, m.Commit)
		}
	}
	return from, to
}

// names are the tags that a version may have: as the repository says, and the version itself.
func (r Repository) names(service, version string) []string {
	if version == "" {
		return nil
	}
	t := r.tag(service, version)
	if t == version {
		return []string{t}
	}
	return []string{t, version}
}

// history reads one stretch. What the mirror has not is the fault of the range.
func (s *Repositories) history(ctx context.Context, w wanted) ([]git.Commit, Range, error) {
	rg := Range{Repository: w.repo.Key, Service: w.service, FetchedAt: w.repo.FetchedAt}
	if len(w.from) > 0 {
		rg.From = w.from[0]
	}
	if len(w.to) > 0 {
		rg.To = w.to[0]
	}
	if s.o.Git == nil {
		rg.Fault = "This machine has no git program."
		return nil, rg, nil
	}
	if err := s.follow(ctx, w.repo); err != nil {
		return nil, rg.faulty(err), unknown(err)
	}
	to, name, err := s.resolve(ctx, w.repo.mirror(), w.to)
	if err != nil {
		return nil, rg.faulty(err), unknown(err)
	}
	rg.To = name
	var from string
	if len(w.from) > 0 {
		if from, name, err = s.resolve(ctx, w.repo.mirror(), w.from); err != nil {
			return nil, rg.faulty(err), unknown(err)
		}
		rg.From = name
	}
	found, more, err := s.o.Git.Between(ctx, w.repo.mirror(), from, to)
	if err != nil {
		return nil, rg.faulty(err), unknown(err)
	}
	rg.Commits, rg.More = len(found), more
	return found, rg, nil
}

func (r Range) faulty(err error) Range {
	r.Fault = errs.As(err).Msg
	return r
}

// unknown keeps a failure that is more than something that the mirror has not.
func unknown(err error) error {
	if errs.Is(err, errs.CodeInternal) {
		return err
	}
	return nil
}

// resolve returns the commit of the first name that the mirror has.
func (s *Repositories) resolve(ctx context.Context, mirror string, names []string) (commit, name string, err error) {
	var first error
	for _, n := range names {
		if commit, err = s.o.Git.Resolve(ctx, mirror, n); err == nil {
			return commit, n, nil
		}
		if first == nil {
			first = err
		}
	}
	return "", "", first
}
