package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// ReleaseWindow is when a release is to be deployed: from Start up to End.
type ReleaseWindow struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

// Release is a release as lists show it.
type Release struct {
	ID              string         `json:"id"`
	Key             string         `json:"key"`
	Name            string         `json:"name"`
	Title           string         `json:"title,omitempty"`
	Version         string         `json:"version"`
	Product         string         `json:"product"`
	ProductKey      string         `json:"productKey"`
	ProductName     string         `json:"productName"`
	Template        string         `json:"template"`
	TemplateVersion int            `json:"templateVersion"`
	State           string         `json:"state"`
	HeldFrom        string         `json:"heldFrom,omitempty"`
	StateReason     string         `json:"stateReason,omitempty"`
	StateAt         time.Time      `json:"stateAt"`
	StateBy         string         `json:"stateBy"`
	Owner           string         `json:"owner,omitempty"`
	Window          *ReleaseWindow `json:"window,omitempty"`
	Environments    []string       `json:"environments,omitempty"`
	EnvironmentKeys []string       `json:"environmentKeys,omitempty"`
	Runbook         string         `json:"runbook,omitempty"`
	ManifestDigest  string         `json:"manifestDigest"`
	Rev             int64          `json:"rev"`
	CreatedAt       time.Time      `json:"createdAt"`
	CreatedBy       string         `json:"createdBy"`
	ChangedAt       time.Time      `json:"changedAt"`
	ChangedBy       string         `json:"changedBy"`
}

// ReleaseDetail is a release with its parts.
type ReleaseDetail struct {
	Release
	OwnerName       string         `json:"ownerName,omitempty"`
	Objectives      []string       `json:"objectives"`
	SuccessCriteria []string       `json:"successCriteria"`
	Manifest        []ManifestItem `json:"manifest"`
	Phases          []Phase        `json:"phases"`
	Milestones      []Milestone    `json:"milestones"`
	Deliverables    []Deliverable  `json:"deliverables"`
	Scope           ScopeCount     `json:"scope"`
	Ways            []Way          `json:"ways"`
}

// ManifestItem is one exact version that a release carries.
type ManifestItem struct {
	Service     string `json:"service"`
	ServiceKey  string `json:"serviceKey"`
	ServiceName string `json:"serviceName"`
	Version     string `json:"version"`
	Digest      string `json:"digest,omitempty"`
	Commit      string `json:"commit,omitempty"`
}

// Phase is a stretch of a release's life.
type Phase struct {
	Key          string     `json:"key"`
	Name         string     `json:"name"`
	Days         int        `json:"days,omitempty"`
	Start        string     `json:"start,omitempty"`
	Entry        []string   `json:"entry,omitempty"`
	Exit         []string   `json:"exit,omitempty"`
	PlannedStart *time.Time `json:"plannedStart,omitempty"`
	PlannedEnd   *time.Time `json:"plannedEnd,omitempty"`
	ActualStart  *time.Time `json:"actualStart,omitempty"`
	ActualEnd    *time.Time `json:"actualEnd,omitempty"`
}

// ScopeCount says how large the scope of a release is.
type ScopeCount struct {
	Items    int64 `json:"items"`
	Done     int64 `json:"done"`
	Defects  int64 `json:"defects"`
	NoCommit int64 `json:"noCommit"`
}

// Way is a transition that may be asked for, and what stands in its way.
type Way struct {
	Verb    string      `json:"verb"`
	To      string      `json:"to"`
	Allowed bool        `json:"allowed"`
	Reason  bool        `json:"reason"` // a reason must be given
	Reasons []WayReason `json:"reasons,omitempty"`
}

// WayReason is one thing that stands in the way of a transition.
type WayReason struct {
	Code  string     `json:"code"`
	Text  string     `json:"text"`
	Owner string     `json:"owner,omitempty"`
	Since *time.Time `json:"since,omitempty"`
	Next  string     `json:"next,omitempty"`
}

// NewRelease states a release. What is left out comes from the template.
type NewRelease struct {
	Key             string         `json:"key"`
	Product         string         `json:"product"`
	Name            string         `json:"name,omitempty"`
	Title           string         `json:"title,omitempty"`
	Version         string         `json:"version"`
	Template        string         `json:"template"`
	Owner           string         `json:"owner,omitempty"`
	Window          *ReleaseWindow `json:"window,omitempty"`
	Environments    []string       `json:"environments,omitempty"`
	Services        []Carry        `json:"services,omitempty"`
	Objectives      []string       `json:"objectives,omitempty"`
	SuccessCriteria []string       `json:"successCriteria,omitempty"`
	Runbook         string         `json:"runbook,omitempty"`
}

// Carry is an item of a manifest as it is stated.
type Carry struct {
	Service string `json:"service"`
	Version string `json:"version"`
	Digest  string `json:"digest,omitempty"`
	Commit  string `json:"commit,omitempty"`
}

// ReleaseEdit says what to change of a release; what is nil stays. Rev is the version that was read.
type ReleaseEdit struct {
	Rev             int64          `json:"rev"`
	Name            *string        `json:"name,omitempty"`
	Title           *string        `json:"title,omitempty"`
	Version         *string        `json:"version,omitempty"`
	Owner           *string        `json:"owner,omitempty"`
	Runbook         *string        `json:"runbook,omitempty"`
	Window          *ReleaseWindow `json:"window,omitempty"`
	Environments    *[]string      `json:"environments,omitempty"`
	Services        *[]Carry       `json:"services,omitempty"`
	Carry           []Carry        `json:"carry,omitempty"`
	Drop            []string       `json:"drop,omitempty"`
	Objectives      *[]string      `json:"objectives,omitempty"`
	SuccessCriteria *[]string      `json:"successCriteria,omitempty"`
	Reason          string         `json:"reason,omitempty"`
}

// ReleaseChange is one recorded change of a section of a release.
type ReleaseChange struct {
	ID      string    `json:"id"`
	Release string    `json:"release"`
	Section string    `json:"section"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Person  string    `json:"person,omitempty"`
	Before  any       `json:"before"`
	After   any       `json:"after"`
	Reason  string    `json:"reason,omitempty"`
}

// Releases returns at most limit releases that pass a query (q, state, group, product, owner, environment, from, to,
// newest), all of them for 0.
func (c *Client) Releases(ctx context.Context, query url.Values, limit int) ([]Release, error) {
	return List[Release](ctx, c, "/releases", query, limit)
}

// Release returns a release by key or identifier.
func (c *Client) Release(ctx context.Context, ref string) (ReleaseDetail, error) {
	var out ReleaseDetail
	return out, c.Get(ctx, Path("releases", ref), nil, &out)
}

// CreateRelease makes a release from a template.
func (c *Client) CreateRelease(ctx context.Context, in NewRelease) (Release, error) {
	var out Release
	return out, c.Post(ctx, "/releases", in, &out)
}

// EditRelease changes a release.
func (c *Client) EditRelease(ctx context.Context, ref string, in ReleaseEdit) (Release, error) {
	var out Release
	return out, c.Patch(ctx, Path("releases", ref), in, &out)
}

// RetargetRelease makes a release that was rolled back active again, with another manifest or window.
func (c *Client) RetargetRelease(ctx context.Context, ref string, in ReleaseEdit) (Release, error) {
	var out Release
	return out, c.Post(ctx, Path("releases", ref, "retarget"), in, &out)
}

// AdvanceRelease asks for a transition: plan, activate, resume, verify, close, hold or cancel. The last four take a
// reason, hold and cancel need one.
func (c *Client) AdvanceRelease(ctx context.Context, ref, verb, reason string) (Release, error) {
	var body any
	switch verb {
	case "verify", "close", "hold", "cancel":
		body = map[string]string{"reason": reason}
	}
	var out Release
	return out, c.Post(ctx, Path("releases", ref, verb), body, &out)
}

// ReleaseChanges returns at most limit changes of a section of a release, newest first; "" is every section.
func (c *Client) ReleaseChanges(ctx context.Context, ref, section string, limit int) ([]ReleaseChange, error) {
	q := url.Values{}
	if section != "" {
		q.Set("section", section)
	}
	return List[ReleaseChange](ctx, c, Path("releases", ref, "changes"), q, limit)
}

// PassPhase says that a phase has begun ("enter") or ended ("leave"), at an instant or now for none.
func (c *Client) PassPhase(ctx context.Context, ref, phase, verb string, at time.Time) (Phase, error) {
	var body struct {
		At *time.Time `json:"at,omitempty"`
	}
	if !at.IsZero() {
		body.At = &at
	}
	var out Phase
	return out, c.Post(ctx, Path("releases", ref, "phases", phase, verb), body, &out)
}

// removed deletes a part of a release that was read at a version, for a reason.
func (c *Client) removed(ctx context.Context, path string, rev int64, reason string) error {
	q := url.Values{"rev": {itoa(rev)}}
	if reason != "" {
		q.Set("reason", reason)
	}
	return c.Do(ctx, Request{Method: http.MethodDelete, Path: path, Query: q}, nil)
}
