package client

import (
	"context"
	"encoding/json"
	"time"
)

// Job is a job that failed for good.
type Job struct {
	ID          string          `json:"id"`
	Kind        string          `json:"kind"`
	Unique      string          `json:"unique,omitempty"`
	Args        json.RawMessage `json:"args"`
	Attempt     int             `json:"attempt"`
	MaxAttempts int             `json:"maxAttempts"`
	LastError   string          `json:"lastError,omitempty"`
	EnqueuedAt  time.Time       `json:"enqueuedAt"`
	FinishedAt  *time.Time      `json:"finishedAt,omitempty"`
}

// Jobs returns at most limit jobs that failed for good, newest first; all of them for 0.
func (c *Client) Jobs(ctx context.Context, limit int) ([]Job, error) {
	return List[Job](ctx, c, "/jobs", nil, limit)
}

// RetryJob lets a job that failed for good start again.
func (c *Client) RetryJob(ctx context.Context, job string) error {
	return c.Post(ctx, Path("jobs", job, "retry"), nil, nil)
}

// ForgetJob removes a job that failed for good.
func (c *Client) ForgetJob(ctx context.Context, job string) error {
	return c.Post(ctx, Path("jobs", job, "forget"), nil, nil)
}
