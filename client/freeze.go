package client

import (
	"context"
	"time"
)

// Permit is a freeze owner's permission for a release to pass a soft freeze.
type Permit struct {
	ID          string     `json:"id"`
	Release     string     `json:"release"`
	ReleaseKey  string     `json:"releaseKey,omitempty"`
	Reason      string     `json:"reason"`
	Until       *time.Time `json:"until,omitempty"`
	ByName      string     `json:"byName,omitempty"`
	At          time.Time  `json:"at"`
	WithdrawnAt *time.Time `json:"withdrawnAt,omitempty"`
}

// PermitFreeze lets a release pass a soft freeze, until an instant or, for the zero time, as long as it lasts.
func (c *Client) PermitFreeze(ctx context.Context, freeze, release, reason string, until time.Time) (out Permit, err error) {
	body := map[string]any{"release": release, "reason": reason}
	if !until.IsZero() {
		body["until"] = until
	}
	return out, c.Post(ctx, Path("freezes", freeze, "permits"), body, &out)
}

// WithdrawPermit takes a permit back.
func (c *Client) WithdrawPermit(ctx context.Context, freeze, permit string) (out Permit, err error) {
	return out, c.Post(ctx, Path("freezes", freeze, "permits", permit, "withdraw"), nil, &out)
}

// Permits returns the permits of a freeze, oldest first.
func (c *Client) Permits(ctx context.Context, freeze string) (out Page[Permit], err error) {
	return out, c.Get(ctx, Path("freezes", freeze, "permits"), nil, &out)
}
