package client

import (
	"context"
	"time"
)

// Conflict is one way in which plans for a time do not go together.
type Conflict struct {
	ID             string     `json:"id"`
	Code           string     `json:"code"`
	Severity       string     `json:"severity"` // serious or minor
	State          string     `json:"state"`    // open, accepted or gone
	Text           string     `json:"text"`
	Next           string     `json:"next"`
	Environment    string     `json:"environment,omitempty"`
	Services       []string   `json:"services,omitempty"`
	Thing          string     `json:"thing,omitempty"`
	From           time.Time  `json:"from"`
	To             time.Time  `json:"to"`
	Since          time.Time  `json:"since"`
	GoneAt         *time.Time `json:"goneAt,omitempty"`
	AcceptedByName string     `json:"acceptedByName,omitempty"`
	Reason         string     `json:"reason,omitempty"`
	Rev            int64      `json:"rev"`
	Parties        []struct {
		Kind string `json:"kind"` // release or booking
		ID   string `json:"id"`
		Key  string `json:"key"`
		Name string `json:"name"`
	} `json:"parties"`
}

// Conflict returns a conflict.
func (c *Client) Conflict(ctx context.Context, ref string) (out Conflict, err error) {
	return out, c.Get(ctx, Path("conflicts", ref), nil, &out)
}

// AcceptConflict accepts a conflict by name, for a reason.
func (c *Client) AcceptConflict(ctx context.Context, ref, reason string) (out Conflict, err error) {
	return out, c.Post(ctx, Path("conflicts", ref, "accept"), map[string]string{"reason": reason}, &out)
}

// ReopenConflict takes the acceptance of a conflict back, for a reason.
func (c *Client) ReopenConflict(ctx context.Context, ref, reason string) (out Conflict, err error) {
	return out, c.Post(ctx, Path("conflicts", ref, "reopen"), map[string]string{"reason": reason}, &out)
}

// RecheckConflicts finds all conflicts anew.
func (c *Client) RecheckConflicts(ctx context.Context) error {
	return c.Post(ctx, "/conflicts/recheck", nil, nil)
}
