package client

import (
	"context"
	"time"
)

// Verdict is whether a release may go, and why.
type Verdict struct {
	Release       string          `json:"release"`
	Verdict       string          `json:"verdict"` // go, no-go or pending
	ComputedAt    time.Time       `json:"computedAt"`
	ContentDigest string          `json:"contentDigest"`
	Reasons       []VerdictReason `json:"reasons"`
}

// VerdictReason is one cause of NO-GO or PENDING. Owner is the key of a role or of a person.
type VerdictReason struct {
	Code      string     `json:"code"`
	Text      string     `json:"text"`
	Criterion string     `json:"criterion"`
	Owner     string     `json:"owner"`
	Since     *time.Time `json:"since"`
	Next      string     `json:"next"`
}

// Verdict computes the verdict of a release.
func (c *Client) Verdict(ctx context.Context, release string) (Verdict, error) {
	var out Verdict
	err := c.Get(ctx, Path("releases", release, "verdict"), nil, &out)
	return out, err
}
