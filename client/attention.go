package client

import (
	"context"
	"net/url"
	"time"
)

// Waiting is one thing that waits for somebody.
type Waiting struct {
	Kind    string     `json:"kind"`   // verdict, conflict, answer, step, trouble, approval, void, criterion, evidence, condition, task, action, notice, risk or state
	Weight  string     `json:"weight"` // stops, presses or waits
	Title   string     `json:"title"`
	Why     string     `json:"why,omitempty"`
	Who     string     `json:"who,omitempty"` // role or person, in words
	Mine    bool       `json:"mine"`
	Due     *time.Time `json:"due,omitempty"`
	DueFor  string     `json:"dueFor,omitempty"` // window, or "" for the thing itself
	Release string     `json:"release,omitempty"`
	Ref     string     `json:"ref,omitempty"`
}

// AttentionList is what waits, the most pressing first.
type AttentionList struct {
	Items  []Waiting `json:"items"`
	Mine   int       `json:"mine"`
	Others int       `json:"others"`
}

// Attention returns what waits for the caller; with all, what waits for others too.
func (c *Client) Attention(ctx context.Context, all bool) (out AttentionList, err error) {
	q := url.Values{}
	if all {
		q.Set("all", "true")
	}
	return out, c.Get(ctx, "/attention", q, &out)
}
