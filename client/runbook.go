package client

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// RunbookListed is a runbook in a list.
type RunbookListed struct {
	Key       string    `json:"key"`
	Name      string    `json:"name"`
	Text      string    `json:"text,omitempty"`
	Version   int       `json:"version"`
	Steps     int       `json:"steps"`
	BackOut   int       `json:"backOut"`
	ChangedAt time.Time `json:"changedAt"`
	ChangedBy string    `json:"changedBy"`
}

// Runbook is a version of a runbook.
type Runbook struct {
	Key     string    `json:"key"`
	Name    string    `json:"name"`
	Version int       `json:"version"`
	Newest  int       `json:"newest"`
	Digest  string    `json:"digest"`
	MadeAt  time.Time `json:"madeAt"`
	MadeBy  string    `json:"madeBy"`
	YAML    string    `json:"yaml,omitempty"`
	Outcome string    `json:"outcome,omitempty"` // created, changed, unchanged
}

// Runbook returns a version of a runbook, the newest for 0.
func (c *Client) Runbook(ctx context.Context, key string, version int) (Runbook, error) {
	q := url.Values{}
	if version > 0 {
		q.Set("version", strconv.Itoa(version))
	}
	var out Runbook
	err := c.Get(ctx, Path("runbooks", key), q, &out)
	return out, err
}

// PutRunbook stores a runbook that is written as YAML; changed content is another version.
func (c *Client) PutRunbook(ctx context.Context, key, yaml string) (Runbook, error) {
	var out Runbook
	err := c.Put(ctx, Path("runbooks", key), map[string]string{"yaml": yaml}, &out)
	return out, err
}

// RunbookChoice says what a release is to run; what is nil stays.
type RunbookChoice struct {
	Runbook    *string            `json:"runbook,omitempty"`
	Version    *int               `json:"version,omitempty"` // 0 takes the newest
	Parameters *map[string]string `json:"parameters,omitempty"`
	Reason     string             `json:"reason,omitempty"`
	Rev        int64              `json:"rev,omitempty"` // as it was read; any if 0
}

// RunbookBinding is what a release runs.
type RunbookBinding struct {
	Release    string            `json:"release"`
	Runbook    string            `json:"runbook"`
	Version    int               `json:"version"`
	Newest     int               `json:"newest,omitempty"`
	Parameters map[string]string `json:"parameters,omitempty"`
	Rev        int64             `json:"rev"`
	ChangedAt  time.Time         `json:"changedAt"`
	ChangedBy  string            `json:"changedBy"`
}

// RunbookOf returns what a release runs.
func (c *Client) RunbookOf(ctx context.Context, release string) (RunbookBinding, error) {
	var out RunbookBinding
	err := c.Get(ctx, Path("releases", release, "runbook"), nil, &out)
	return out, err
}

// ChooseRunbook chooses what a release runs.
func (c *Client) ChooseRunbook(ctx context.Context, release string, in RunbookChoice) (RunbookBinding, error) {
	var out RunbookBinding
	err := c.Put(ctx, Path("releases", release, "runbook"), in, &out)
	return out, err
}
