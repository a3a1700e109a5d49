package client

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// ScopeItem is a story, defect or change that a release contains.
type ScopeItem struct {
	ID          string    `json:"id"`
	Key         string    `json:"key"`
	Title       string    `json:"title"`
	Kind        string    `json:"kind"`
	URL         string    `json:"url,omitempty"`
	Service     string    `json:"service,omitempty"`
	ServiceKey  string    `json:"serviceKey,omitempty"`
	ServiceName string    `json:"serviceName,omitempty"`
	Owner       string    `json:"owner,omitempty"`
	State       string    `json:"state"`
	Effort      int       `json:"effort,omitempty"` // hours
	Commits     []string  `json:"commits"`
	NoCommit    string    `json:"noCommit,omitempty"`
	Rev         int64     `json:"rev"`
	ChangedAt   time.Time `json:"changedAt"`
	ChangedBy   string    `json:"changedBy"`
}

// NewScopeItem states a scope item. Rev is the version that was read, 0 for a new item.
type NewScopeItem struct {
	Key      string   `json:"key"`
	Title    string   `json:"title"`
	Kind     string   `json:"kind,omitempty"`
	URL      string   `json:"url,omitempty"`
	Service  string   `json:"service,omitempty"`
	Owner    string   `json:"owner,omitempty"`
	State    string   `json:"state,omitempty"`
	Effort   int      `json:"effort,omitempty"` // hours
	Commits  []string `json:"commits,omitempty"`
	NoCommit string   `json:"noCommit,omitempty"`
	Reason   string   `json:"reason,omitempty"`
	Rev      int64    `json:"rev,omitempty"`
}

// Stated returns the item as it would be stated again.
func (i ScopeItem) Stated() NewScopeItem {
	return NewScopeItem{Key: i.Key, Title: i.Title, Kind: i.Kind, URL: i.URL, Service: i.ServiceKey, Owner: i.Owner, State: i.State, Effort: i.Effort, Commits: i.Commits, NoCommit: i.NoCommit, Rev: i.Rev}
}

// Scope returns at most limit scope items of a release that pass a query (q, kind, state, service), all of them for 0.
func (c *Client) Scope(ctx context.Context, release string, query url.Values, limit int) ([]ScopeItem, error) {
	return List[ScopeItem](ctx, c, Path("releases", release, "scope"), query, limit)
}

// AddScope adds a scope item.
func (c *Client) AddScope(ctx context.Context, release string, in NewScopeItem) (ScopeItem, error) {
	var out ScopeItem
	in.Rev = 0
	return out, c.Post(ctx, Path("releases", release, "scope"), in, &out)
}

// SetScope replaces what is stated about a scope item.
func (c *Client) SetScope(ctx context.Context, release string, in NewScopeItem) (ScopeItem, error) {
	var out ScopeItem
	return out, c.Put(ctx, Path("releases", release, "scope", in.Key), in, &out)
}

// RemoveScope takes a scope item that was read at a version out of a release.
func (c *Client) RemoveScope(ctx context.Context, release, item string, rev int64, reason string) error {
	return c.removed(ctx, Path("releases", release, "scope", item), rev, reason)
}
