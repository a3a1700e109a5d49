package client

import (
	"context"
	"time"
)

// Milestone is a dated point that a plan promises.
type Milestone struct {
	ID        string     `json:"id"`
	Key       string     `json:"key"`
	Name      string     `json:"name"`
	Owner     string     `json:"owner,omitempty"`
	PlannedAt *time.Time `json:"plannedAt,omitempty"`
	Offset    string     `json:"offset,omitempty"`
	ActualAt  *time.Time `json:"actualAt,omitempty"`
	Rev       int64      `json:"rev"`
	ChangedAt time.Time  `json:"changedAt"`
	ChangedBy string     `json:"changedBy"`
}

// NewMilestone states a milestone, by date or by its distance from the window's start.
type NewMilestone struct {
	Key    string     `json:"key"`
	Name   string     `json:"name"`
	Owner  string     `json:"owner,omitempty"`
	Offset string     `json:"offset,omitempty"`
	At     *time.Time `json:"at,omitempty"`
}

// MilestoneEdit says what to change of a milestone; what is nil stays. Rev is the version that was read.
type MilestoneEdit struct {
	Rev     int64      `json:"rev"`
	Name    *string    `json:"name,omitempty"`
	Owner   *string    `json:"owner,omitempty"`
	At      *time.Time `json:"at,omitempty"`
	Offset  *string    `json:"offset,omitempty"`
	Actual  *time.Time `json:"actual,omitempty"`
	Reached bool       `json:"reached,omitempty"` // now
	Open    bool       `json:"open,omitempty"`    // not reached after all
	Reason  string     `json:"reason,omitempty"`
}

// Milestones returns the milestones of a release by date.
func (c *Client) Milestones(ctx context.Context, release string) ([]Milestone, error) {
	return List[Milestone](ctx, c, Path("releases", release, "milestones"), nil, 0)
}

// AddMilestone adds a milestone.
func (c *Client) AddMilestone(ctx context.Context, release string, in NewMilestone) (Milestone, error) {
	var out Milestone
	return out, c.Post(ctx, Path("releases", release, "milestones"), in, &out)
}

// EditMilestone changes a milestone.
func (c *Client) EditMilestone(ctx context.Context, release, milestone string, in MilestoneEdit) (Milestone, error) {
	var out Milestone
	return out, c.Patch(ctx, Path("releases", release, "milestones", milestone), in, &out)
}

// RemoveMilestone takes a milestone that was read at a version out of a plan.
func (c *Client) RemoveMilestone(ctx context.Context, release, milestone string, rev int64, reason string) error {
	return c.removed(ctx, Path("releases", release, "milestones", milestone), rev, reason)
}
