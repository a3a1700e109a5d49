package client

import (
	"context"
	"net/url"
	"time"
)

// Repository is the Git repository of a product or of one of its services.
type Repository struct {
	ID         string     `json:"id"`
	Product    string     `json:"product"`
	ProductKey string     `json:"productKey"`
	Key        string     `json:"key"`
	Service    string     `json:"service,omitempty"`
	ServiceKey string     `json:"serviceKey,omitempty"`
	URL        string     `json:"url"`
	Pattern    string     `json:"pattern"`
	Excuse     string     `json:"excuse,omitempty"`
	Tag        string     `json:"tag"`
	Login      string     `json:"login,omitempty"`
	Secret     string     `json:"secret,omitempty"` // a name
	FetchedAt  *time.Time `json:"fetchedAt,omitempty"`
	TriedAt    *time.Time `json:"triedAt,omitempty"`
	Fault      string     `json:"fault,omitempty"`
	Rev        int64      `json:"rev"`
	ChangedAt  time.Time  `json:"changedAt"`
	ChangedBy  string     `json:"changedBy"`
}

// NewRepository states a repository. Rev is the version that was read, 0 for a new one.
type NewRepository struct {
	Key     string `json:"key"`
	Service string `json:"service,omitempty"`
	URL     string `json:"url"`
	Pattern string `json:"pattern,omitempty"`
	Excuse  string `json:"excuse,omitempty"`
	Tag     string `json:"tag,omitempty"`
	Login   string `json:"login,omitempty"`
	Secret  string `json:"secret,omitempty"`
	Rev     int64  `json:"rev,omitempty"`
}

// Stated returns the repository as it would be stated again.
func (r Repository) Stated() NewRepository {
	return NewRepository{Key: r.Key, Service: r.ServiceKey, URL: r.URL, Pattern: r.Pattern, Excuse: r.Excuse, Tag: r.Tag, Login: r.Login, Secret: r.Secret, Rev: r.Rev}
}

// CommitReport holds the commits of a release against its scope.
type CommitReport struct {
	Release string `json:"release"`
	Ranges  []struct {
		Repository string     `json:"repository"`
		Service    string     `json:"service,omitempty"`
		From       string     `json:"from,omitempty"`
		To         string     `json:"to"`
		Commits    int        `json:"commits"`
		More       bool       `json:"more,omitempty"`
		Fault      string     `json:"fault,omitempty"`
		FetchedAt  *time.Time `json:"fetchedAt,omitempty"`
	} `json:"ranges"`
	Counts  map[string]int `json:"counts"`
	Commits []ScopeCommit  `json:"commits"`
	Without []struct {
		Key      string `json:"key"`
		Title    string `json:"title"`
		State    string `json:"state"`
		NoCommit string `json:"noCommit,omitempty"`
	} `json:"without"`
}

// ScopeCommit is a commit of a release. How is message, hand, excused, elsewhere or none.
type ScopeCommit struct {
	Repository string    `json:"repository"`
	Service    string    `json:"service,omitempty"`
	Hash       string    `json:"hash"`
	Author     string    `json:"author"`
	At         time.Time `json:"at"`
	Subject    string    `json:"subject"`
	How        string    `json:"how"`
	Items      []string  `json:"items,omitempty"`
	Keys       []string  `json:"keys,omitempty"`
}

// Repositories returns the repositories of a product by key.
func (c *Client) Repositories(ctx context.Context, product string) ([]Repository, error) {
	return List[Repository](ctx, c, Path("products", product, "repositories"), nil, 0)
}

// AddRepository adds a repository to a product.
func (c *Client) AddRepository(ctx context.Context, product string, in NewRepository) (Repository, error) {
	var out Repository
	in.Rev = 0
	return out, c.Post(ctx, Path("products", product, "repositories"), in, &out)
}

// SetRepository replaces what is stated about a repository.
func (c *Client) SetRepository(ctx context.Context, product string, in NewRepository) (Repository, error) {
	var out Repository
	return out, c.Put(ctx, Path("products", product, "repositories", in.Key), in, &out)
}

// RemoveRepository takes a repository away that was read at a version.
func (c *Client) RemoveRepository(ctx context.Context, product, key string, rev int64) error {
	return c.removed(ctx, Path("products", product, "repositories", key), rev, "")
}

// FetchRepository brings a mirror up to date at once.
func (c *Client) FetchRepository(ctx context.Context, product, key string) (Repository, error) {
	var out Repository
	return out, c.Post(ctx, Path("products", product, "repositories", key, "fetch"), nil, &out)
}

// Commits holds the commits of a release against its scope; query narrows to repository, from and to.
func (c *Client) Commits(ctx context.Context, release string, query url.Values) (CommitReport, error) {
	var out CommitReport
	return out, c.Get(ctx, Path("releases", release, "commits"), query, &out)
}

// FetchCommits brings the mirrors of a release's repositories up to date and returns the report.
func (c *Client) FetchCommits(ctx context.Context, release string) (CommitReport, error) {
	var out CommitReport
	return out, c.Post(ctx, Path("releases", release, "commits", "fetch"), nil, &out)
}
