package client

import (
	"context"
	"io"
	"net/http"
	"net/url"
)

// PlanImport is what an import of a plan did, or would do.
type PlanImport struct {
	Release   string           `json:"release"`
	Format    string           `json:"format"`
	Saved     bool             `json:"saved"`
	Added     int              `json:"added"`
	Changed   int              `json:"changed"`
	Unchanged int              `json:"unchanged"`
	Left      []string         `json:"left"`
	Tasks     []PlanImportLine `json:"tasks"`
	Notes     []PlanImportNote `json:"notes"`
}

// PlanImportLine is one task of an import.
type PlanImportLine struct {
	Place   string   `json:"place"`
	Key     string   `json:"key"`
	Name    string   `json:"name"`
	Outcome string   `json:"outcome"` // added, changed or unchanged
	Changes []string `json:"changes,omitempty"`
}

// PlanImportNote is something of the file that was left out or read in a way that one should know.
type PlanImportNote struct {
	Place string `json:"place"`
	Line  int    `json:"line,omitempty"`
	Text  string `json:"text"`
}

// ImportPlan makes the tasks of a release agree with a file: csv, xlsx or mspdi; "" is guessed. With try nothing is saved.
func (c *Client) ImportPlan(ctx context.Context, release, format string, content []byte, try bool) (PlanImport, error) {
	q := url.Values{}
	if format != "" {
		q.Set("format", format)
	}
	if try {
		q.Set("dryRun", "true")
	}
	if content == nil {
		content = []byte{}
	}
	var out PlanImport
	err := c.Do(ctx, Request{Method: http.MethodPost, Path: Path("releases", release, "plan-file"), Query: q, Raw: content, Kind: "application/octet-stream"}, &out)
	return out, err
}

// ExportPlan opens the tasks of a release as csv, xlsx, mspdi or json.
func (c *Client) ExportPlan(ctx context.Context, release, format string) (io.ReadCloser, error) {
	return c.Open(ctx, Path("releases", release, "plan-file"), url.Values{"format": {format}})
}
