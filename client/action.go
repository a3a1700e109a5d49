package client

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Action is a promised piece of work of the register.
type Action struct {
	ID          string       `json:"id"`
	Number      int64        `json:"number"`
	Key         string       `json:"key"`
	Product     string       `json:"product,omitempty"`
	ProductKey  string       `json:"productKey,omitempty"`
	Release     string       `json:"release,omitempty"`
	ReleaseKey  string       `json:"releaseKey,omitempty"`
	ReleaseName string       `json:"releaseName,omitempty"`
	Title       string       `json:"title"`
	Text        string       `json:"text,omitempty"`
	Owner       string       `json:"owner,omitempty"`
	Due         *time.Time   `json:"due,omitempty"`
	Source      ActionSource `json:"source"`
	Mirrored    bool         `json:"mirrored"`
	Gates       bool         `json:"gates"`
	ClosesWith  string       `json:"closesWith,omitempty"`
	Verifier    string       `json:"verifier,omitempty"`
	ProofWanted bool         `json:"proofWanted"`
	State       string       `json:"state"` // open, started, said-done, closed or dropped
	StateReason string       `json:"stateReason,omitempty"`
	StateAt     time.Time    `json:"stateAt"`
	StateBy     string       `json:"stateBy"`
	Proof       *ActionProof `json:"proof,omitempty"`
	RemindedAt  *time.Time   `json:"remindedAt,omitempty"`
	OverdueAt   *time.Time   `json:"overdueAt,omitempty"`
	EscalatedAt *time.Time   `json:"escalatedAt,omitempty"`
	Rev         int64        `json:"rev"`
	CreatedAt   time.Time    `json:"createdAt"`
	CreatedBy   string       `json:"createdBy"`
	ChangedAt   time.Time    `json:"changedAt"`
	ChangedBy   string       `json:"changedBy"`
}

// ActionSource is where an action comes from.
type ActionSource struct {
	Kind string `json:"kind"`
	Ref  string `json:"ref,omitempty"`
	Name string `json:"name,omitempty"`
	URL  string `json:"url,omitempty"`
}

// ActionProof is what shows that an action is done.
type ActionProof struct {
	Text   string     `json:"text,omitempty"`
	URL    string     `json:"url,omitempty"`
	Name   string     `json:"name,omitempty"`
	Digest string     `json:"digest,omitempty"`
	Size   int64      `json:"size,omitempty"`
	At     *time.Time `json:"at,omitempty"`
	By     string     `json:"by,omitempty"`
}

// NewAction is what a person states about a new action.
type NewAction struct {
	Title      string     `json:"title"`
	Text       string     `json:"text,omitempty"`
	Owner      string     `json:"owner,omitempty"`
	Due        *time.Time `json:"due,omitempty"`
	Source     string     `json:"source,omitempty"`
	Ref        string     `json:"ref,omitempty"`
	URL        string     `json:"url,omitempty"`
	Release    string     `json:"release,omitempty"`
	Product    string     `json:"product,omitempty"`
	ClosesWith string     `json:"closesWith,omitempty"`
	Verifier   string     `json:"verifier,omitempty"`
	Proof      *bool      `json:"proof,omitempty"`
}

// ActionChange says what to change of an action; what is nil stays. Rev is the version that was read.
type ActionChange struct {
	Title      *string    `json:"title,omitempty"`
	Text       *string    `json:"text,omitempty"`
	Owner      *string    `json:"owner,omitempty"`
	Due        *time.Time `json:"due,omitempty"`
	ClosesWith *string    `json:"closesWith,omitempty"`
	Verifier   *string    `json:"verifier,omitempty"`
	Proof      *bool      `json:"proof,omitempty"`
	Note       string     `json:"note,omitempty"`
	Rev        int64      `json:"rev,omitempty"`
}

// ActionShown is what proves that an action is done. Rev is the version that was read.
type ActionShown struct {
	Text string `json:"text,omitempty"`
	URL  string `json:"url,omitempty"`
	File []byte `json:"file,omitempty"`
	Name string `json:"name,omitempty"`
	Rev  int64  `json:"rev,omitempty"`
}

// ActionFilter narrows the list of actions.
type ActionFilter struct {
	Query, Owner, State, Source, Ref, Release string
	Mine, Open, Overdue, Gating               bool
}

// Actions lists actions by due date; all of them if limit is 0.
func (c *Client) Actions(ctx context.Context, f ActionFilter, limit int) ([]Action, error) {
	q := url.Values{}
	for k, v := range map[string]string{"q": f.Query, "owner": f.Owner, "state": f.State, "source": f.Source, "ref": f.Ref, "release": f.Release} {
		if v != "" {
			q.Set(k, v)
		}
	}
	for k, v := range map[string]bool{"mine": f.Mine, "open": f.Open, "overdue": f.Overdue, "gating": f.Gating} {
		if v {
			q.Set(k, strconv.FormatBool(v))
		}
	}
	return List[Action](ctx, c, "/actions", q, limit)
}

// Action shows an action by key or identifier.
func (c *Client) Action(ctx context.Context, ref string) (Action, error) {
	var out Action
	err := c.Get(ctx, Path("actions", ref), nil, &out)
	return out, err
}

// AddAction adds an action.
func (c *Client) AddAction(ctx context.Context, in NewAction) (Action, error) {
	var out Action
	err := c.Do(ctx, Request{Method: http.MethodPost, Path: "/actions", Body: in}, &out)
	return out, err
}

// SetAction changes an action.
func (c *Client) SetAction(ctx context.Context, ref string, in ActionChange) (Action, error) {
	var out Action
	err := c.Do(ctx, Request{Method: http.MethodPatch, Path: Path("actions", ref), Body: in}, &out)
	return out, err
}

// ActionDone says that an action is done, and shows it.
func (c *Client) ActionDone(ctx context.Context, ref string, in ActionShown) (Action, error) {
	var out Action
	err := c.Do(ctx, Request{Method: http.MethodPost, Path: Path("actions", ref, "done"), Body: in}, &out)
	return out, err
}

// MoveAction does something to an action as it was read: start, close, send-back, drop or reopen.
func (c *Client) MoveAction(ctx context.Context, a Action, verb, note string) (Action, error) {
	var out Action
	err := c.Do(ctx, Request{Method: http.MethodPost, Path: Path("actions", a.ID, verb), Body: struct {
		Note string `json:"note,omitempty"`
		Rev  int64  `json:"rev"`
	}{note, a.Rev}}, &out)
	return out, err
}

// ActionProofFile opens the file that was shown for an action.
func (c *Client) ActionProofFile(ctx context.Context, ref string) (io.ReadCloser, error) {
	return c.Open(ctx, Path("actions", ref, "proof"), nil)
}
