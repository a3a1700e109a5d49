package client

import (
	"context"
	"net/url"
)

// File is one file to apply.
type File struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Applied is what one document did: created, changed or unchanged.
type Applied struct {
	Kind    string `json:"kind"`
	Key     string `json:"key"`
	Outcome string `json:"outcome"`
	File    string `json:"file"`
	Line    int    `json:"line"`
}

// Apply applies files in one transaction; dry changes nothing.
func (c *Client) Apply(ctx context.Context, files []File, dry bool) ([]Applied, error) {
	var out struct {
		Changes []Applied `json:"changes"`
	}
	err := c.Post(ctx, "/apply", map[string]any{"files": files, "dryRun": dry}, &out)
	return out.Changes, err
}

// Export returns the documents of a kind as YAML.
func (c *Client) Export(ctx context.Context, kind string) (string, error) {
	var out struct {
		Text string `json:"text"`
	}
	err := c.Get(ctx, "/export", url.Values{"kind": {kind}}, &out)
	return out.Text, err
}
