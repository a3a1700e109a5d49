package client

import (
	"context"
	"iter"
	"net/url"
	"time"
)

// Dependency is something that one party gives and another waits for.
type Dependency struct {
	ID          string          `json:"id"`
	Key         string          `json:"key"`
	What        string          `json:"what"`
	Text        string          `json:"text,omitempty"`
	Giver       DependencyParty `json:"giver"`
	Taker       DependencyParty `json:"taker"`
	Release     string          `json:"release,omitempty"`
	ReleaseKey  string          `json:"releaseKey,omitempty"`
	ReleaseName string          `json:"releaseName,omitempty"`
	Type        string          `json:"type"` // finish-start, start-start, finish-finish or calls
	Lag         string          `json:"lag,omitempty"`
	Status      string          `json:"status"` // proposed, agreed, at-risk, delivered or withdrawn
	StatusAt    time.Time       `json:"statusAt"`
	Note        string          `json:"note,omitempty"`
	Owner       string          `json:"owner,omitempty"`
	Promised    *time.Time      `json:"promised,omitempty"`
	DeliveredAt *time.Time      `json:"deliveredAt,omitempty"`
	NeedBy      *time.Time      `json:"needBy,omitempty"`
	Expected    *time.Time      `json:"expected,omitempty"`
	Late        int64           `json:"late,omitempty"` // minutes
	Rev         int64           `json:"rev"`
	CreatedAt   time.Time       `json:"createdAt"`
	CreatedBy   string          `json:"createdBy"`
	ChangedAt   time.Time       `json:"changedAt"`
	ChangedBy   string          `json:"changedBy"`
}

// DependencyParty is a side of a dependency: a release, a service, a team, or somebody outside.
type DependencyParty struct {
	Kind    string     `json:"kind"`
	ID      string     `json:"id"`
	Key     string     `json:"key"`
	Name    string     `json:"name"`
	Product string     `json:"product,omitempty"`
	Team    string     `json:"team,omitempty"`
	Start   *time.Time `json:"start,omitempty"`
	End     *time.Time `json:"end,omitempty"`
	State   string     `json:"state,omitempty"`
}

// NewDependency states a dependency. Parties are written release:KEY, service:KEY, team:KEY or outside:NAME.
type NewDependency struct {
	Key      string     `json:"key,omitempty"`
	What     string     `json:"what"`
	Text     string     `json:"text,omitempty"`
	Giver    string     `json:"giver"`
	Taker    string     `json:"taker"`
	Release  string     `json:"release,omitempty"`
	Type     string     `json:"type,omitempty"`
	Lag      string     `json:"lag,omitempty"`
	Status   string     `json:"status,omitempty"`
	Note     string     `json:"note,omitempty"`
	Owner    string     `json:"owner,omitempty"`
	Promised *time.Time `json:"promised,omitempty"`
}

// DependencyEdit says what to change of what is stated about a dependency; what is nil stays. Rev is the version that was read.
type DependencyEdit struct {
	Rev     int64   `json:"rev"`
	What    *string `json:"what,omitempty"`
	Text    *string `json:"text,omitempty"`
	Release *string `json:"release,omitempty"`
	Type    *string `json:"type,omitempty"`
	Lag     *string `json:"lag,omitempty"`
	Owner   *string `json:"owner,omitempty"`
}

// DependencyAnswer is what the giver's side says; what is nil stays.
type DependencyAnswer struct {
	Rev      int64   `json:"rev"`
	Status   *string `json:"status,omitempty"` // proposed, agreed, at-risk or delivered
	Note     *string `json:"note,omitempty"`
	Promised *string `json:"promised,omitempty"` // RFC 3339; the empty text takes the promise back
}

// DependencyHit is somebody who has to move because a release slips, or is spared.
type DependencyHit struct {
	Party   DependencyParty  `json:"party"`
	By      int64            `json:"by"` // minutes; 0 for who is spared
	Before  int64            `json:"before,omitempty"`
	Spare   int64            `json:"spare,omitempty"`
	Start   *time.Time       `json:"start,omitempty"`
	Becomes *time.Time       `json:"becomes,omitempty"`
	Guessed bool             `json:"guessed,omitempty"`
	Path    []DependencyStep `json:"path"`
}

// DependencyStep is one dependency on the way to who is hit.
type DependencyStep struct {
	Key   string          `json:"key"`
	What  string          `json:"what"`
	Giver DependencyParty `json:"giver"`
	Taker DependencyParty `json:"taker"`
}

// DependencyMap is what depends on what: places, and ways between them by the places' indexes.
type DependencyMap struct {
	View   string `json:"view"`
	Focus  string `json:"focus,omitempty"`
	Beyond int    `json:"beyond"`
	Places []struct {
		Ref      string `json:"ref"`
		Kind     string `json:"kind"`
		Name     string `json:"name"`
		Under    string `json:"under,omitempty"`
		Version  string `json:"version,omitempty"`
		Distance int    `json:"distance"`
	} `json:"places"`
	Ways []struct {
		From         int      `json:"from"`
		To           int      `json:"to"`
		Dependencies []string `json:"dependencies"`
		Changes      bool     `json:"changes"`
		Late         bool     `json:"late"`
	} `json:"ways"`
	Order []string `json:"order,omitempty"`
}

// Dependencies walks the dependencies by the date at which they are needed. query narrows them: q, party, release, owner,
// status, type, open, late.
func (c *Client) Dependencies(ctx context.Context, query url.Values) iter.Seq2[Dependency, error] {
	return All[Dependency](ctx, c, "/dependencies", query)
}

// Dependency returns a dependency by key or identifier.
func (c *Client) Dependency(ctx context.Context, ref string) (Dependency, error) {
	var out Dependency
	return out, c.Get(ctx, Path("dependencies", ref), nil, &out)
}

// AddDependency records a dependency.
func (c *Client) AddDependency(ctx context.Context, in NewDependency) (Dependency, error) {
	var out Dependency
	return out, c.Post(ctx, "/dependencies", in, &out)
}

// EditDependency changes what is stated about a dependency.
func (c *Client) EditDependency(ctx context.Context, ref string, in DependencyEdit) (Dependency, error) {
	var out Dependency
	return out, c.Patch(ctx, Path("dependencies", ref), in, &out)
}

// AnswerDependency says what the giver's side says.
func (c *Client) AnswerDependency(ctx context.Context, ref string, in DependencyAnswer) (Dependency, error) {
	var out Dependency
	return out, c.Post(ctx, Path("dependencies", ref, "answer"), in, &out)
}

// WithdrawDependency says that a dependency is not needed any more, or not given, and why.
func (c *Client) WithdrawDependency(ctx context.Context, ref string, rev int64, why string) (Dependency, error) {
	var out Dependency
	body := struct {
		Rev    int64  `json:"rev"`
		Reason string `json:"reason"`
	}{rev, why}
	return out, c.Post(ctx, Path("dependencies", ref, "withdraw"), body, &out)
}

// DependencyHits says who is hit if a release slips. query says by how much: by in minutes, or to as the new start.
func (c *Client) DependencyHits(ctx context.Context, release string, query url.Values) ([]DependencyHit, error) {
	var out struct {
		Items []DependencyHit `json:"items"`
	}
	err := c.Get(ctx, Path("releases", release, "dependants"), query, &out)
	return out.Items, err
}

// DependencyMap returns the map. query says of what: view, focus, depth, release.
func (c *Client) DependencyMap(ctx context.Context, query url.Values) (DependencyMap, error) {
	var out DependencyMap
	return out, c.Get(ctx, "/dependency-map", query, &out)
}
