package client

import (
	"context"
	"time"
)

// Openness is how an environment stands at an instant, by windows, freezes and its default alone.
type Openness struct {
	Environment string            `json:"environment"`
	Service     string            `json:"service,omitempty"`
	At          time.Time         `json:"at"`
	State       string            `json:"state"` // open, closed or needs-approval
	Reasons     []MayDeployReason `json:"reasons"`
	Windows     []InForce         `json:"windows,omitempty"`
	Freezes     []InForce         `json:"freezes,omitempty"`
	Next        *Opening          `json:"next,omitempty"`
	ValidUntil  *time.Time        `json:"validUntil,omitempty"`
}

// InForce is a window or freeze that is active.
type InForce struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Hard  bool      `json:"hard,omitempty"`
	Owner string    `json:"owner,omitempty"`
	Until time.Time `json:"until"`
}

// Opening is a later stretch with a better state.
type Opening struct {
	At    time.Time `json:"at"`
	Until time.Time `json:"until"`
	State string    `json:"state"`
}

// Openness asks how an environment stands, for a service or as such (""), at an instant, or now for the zero time.
func (c *Client) Openness(ctx context.Context, environment, service string, at time.Time) (out Openness, err error) {
	q := queryOf("environment", environment, "service", service)
	if !at.IsZero() {
		q.Set("at", at.UTC().Format(time.RFC3339))
	}
	return out, c.Get(ctx, "/openness", q, &out)
}
