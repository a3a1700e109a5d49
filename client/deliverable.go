package client

import (
	"context"
	"time"
)

// Deliverable is something that a release must produce.
type Deliverable struct {
	ID        string    `json:"id"`
	Key       string    `json:"key"`
	Name      string    `json:"name"`
	Owner     string    `json:"owner,omitempty"`
	State     string    `json:"state"`
	URL       string    `json:"url,omitempty"`
	Rev       int64     `json:"rev"`
	ChangedAt time.Time `json:"changedAt"`
	ChangedBy string    `json:"changedBy"`
}

// NewDeliverable states a deliverable.
type NewDeliverable struct {
	Key   string `json:"key"`
	Name  string `json:"name"`
	Owner string `json:"owner,omitempty"`
	State string `json:"state,omitempty"`
	URL   string `json:"url,omitempty"`
}

// DeliverableEdit says what to change of a deliverable; what is nil stays. Rev is the version that was read.
type DeliverableEdit struct {
	Rev    int64   `json:"rev"`
	Name   *string `json:"name,omitempty"`
	Owner  *string `json:"owner,omitempty"`
	State  *string `json:"state,omitempty"`
	URL    *string `json:"url,omitempty"`
	Reason string  `json:"reason,omitempty"`
}

// Deliverables returns the deliverables of a release by key.
func (c *Client) Deliverables(ctx context.Context, release string) ([]Deliverable, error) {
	return List[Deliverable](ctx, c, Path("releases", release, "deliverables"), nil, 0)
}

// AddDeliverable adds a deliverable.
func (c *Client) AddDeliverable(ctx context.Context, release string, in NewDeliverable) (Deliverable, error) {
	var out Deliverable
	return out, c.Post(ctx, Path("releases", release, "deliverables"), in, &out)
}

// EditDeliverable changes a deliverable.
func (c *Client) EditDeliverable(ctx context.Context, release, deliverable string, in DeliverableEdit) (Deliverable, error) {
	var out Deliverable
	return out, c.Patch(ctx, Path("releases", release, "deliverables", deliverable), in, &out)
}

// RemoveDeliverable takes a deliverable that was read at a version out of a plan.
func (c *Client) RemoveDeliverable(ctx context.Context, release, deliverable string, rev int64, reason string) error {
	return c.removed(ctx, Path("releases", release, "deliverables", deliverable), rev, reason)
}
