package client

import (
	"context"
	"time"
)

// PlanMove is one planned date that a re-plan moved.
type PlanMove struct {
	Kind   string     `json:"kind"`
	Key    string     `json:"key,omitempty"`
	Name   string     `json:"name,omitempty"`
	Point  string     `json:"point"`
	Before *time.Time `json:"before,omitempty"`
	After  *time.Time `json:"after,omitempty"`
}

// Replan is one recorded change of a release's planned dates.
type Replan struct {
	ID      string     `json:"id"`
	Release string     `json:"release"`
	At      time.Time  `json:"at"`
	By      string     `json:"by"`
	Person  string     `json:"person,omitempty"`
	Reason  string     `json:"reason,omitempty"`
	Minutes int64      `json:"minutes"` // by which the plan moved, later is positive
	Moves   []PlanMove `json:"moves"`
}

// PhaseProgress is a phase, planned against actual; variances are in minutes.
type PhaseProgress struct {
	Phase
	FirstStart    *time.Time `json:"firstStart,omitempty"`
	FirstEnd      *time.Time `json:"firstEnd,omitempty"`
	StartVariance *int64     `json:"startVariance,omitempty"`
	EndVariance   *int64     `json:"endVariance,omitempty"`
	Slipped       int64      `json:"slipped"`
	Overdue       bool       `json:"overdue"`
}

// PhaseEdit says what to change of how a phase is planned; what is nil stays.
type PhaseEdit struct {
	Rev    int64   `json:"rev,omitempty"` // of the release
	Name   *string `json:"name,omitempty"`
	Days   *int    `json:"days,omitempty"`
	Start  *string `json:"start,omitempty"`
	Reason string  `json:"reason,omitempty"`
}

// Replans returns the changes of a release's planned dates, newest first.
func (c *Client) Replans(ctx context.Context, release string) ([]Replan, error) {
	return List[Replan](ctx, c, Path("releases", release, "replans"), nil, 0)
}

// Phases returns the phases of a release, planned against actual.
func (c *Client) Phases(ctx context.Context, release string) ([]PhaseProgress, error) {
	return List[PhaseProgress](ctx, c, Path("releases", release, "phases"), nil, 0)
}

// EditPhase changes how a phase is planned.
func (c *Client) EditPhase(ctx context.Context, release, phase string, in PhaseEdit) (Phase, error) {
	var out Phase
	return out, c.Patch(ctx, Path("releases", release, "phases", phase), in, &out)
}
