package client

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Evidence is an immutable fact about what a release carried when it was received.
type Evidence struct {
	ID         string          `json:"id"`
	Release    string          `json:"release"`
	Criterion  string          `json:"criterion,omitempty"`
	Kind       string          `json:"kind"` // junit or fact
	Service    string          `json:"service,omitempty"`
	Version    string          `json:"version,omitempty"`
	Artefact   string          `json:"artefact,omitempty"`
	Manifest   string          `json:"manifest"`
	Source     string          `json:"source,omitempty"`
	URL        string          `json:"url,omitempty"`
	Digest     string          `json:"digest"`
	Size       int64           `json:"size"`
	MediaType  string          `json:"mediaType"`
	ReceivedAt time.Time       `json:"receivedAt"`
	ReceivedBy string          `json:"receivedBy"`
	Person     string          `json:"person,omitempty"`
	Tests      int             `json:"tests"`
	Failures   int             `json:"failures"`
	Errors     int             `json:"errors"`
	Skipped    int             `json:"skipped"`
	Stale      bool            `json:"stale"`
	Counts     bool            `json:"counts"`
	Passed     bool            `json:"passed"`
	Finding    string          `json:"finding,omitempty"`
	Report     *EvidenceReport `json:"report,omitempty"`
}

// EvidenceReport is what else was read from a test report.
type EvidenceReport struct {
	Suites     int               `json:"suites,omitempty"`
	Flaky      int               `json:"flaky,omitempty"`
	DurationMs int64             `json:"durationMs,omitempty"`
	Failing    []FailingTest     `json:"failing,omitempty"`
	Omitted    int               `json:"omitted,omitempty"`
	Warnings   []EvidenceWarning `json:"warnings,omitempty"`
}

// FailingTest is a test that failed or broke.
type FailingTest struct {
	Suite   string `json:"suite,omitempty"`
	Class   string `json:"class,omitempty"`
	Name    string `json:"name"`
	Outcome string `json:"outcome"` // failure or error
	Type    string `json:"type,omitempty"`
	Message string `json:"message,omitempty"`
	Line    int    `json:"line"`
}

// EvidenceWarning is something in a report that does not stop it from counting.
type EvidenceWarning struct {
	Code string `json:"code"`
	Text string `json:"text"`
	Line int    `json:"line"`
}

// NewEvidence says what is sent.
type NewEvidence struct {
	Kind      string // junit or fact
	Criterion string // the only one that asks for it, if empty
	Service   string
	Source    string // what sends it, as people say it
	URL       string // where it came from
}

func (n NewEvidence) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"kind": n.Kind, "criterion": n.Criterion, "service": n.Service, "source": n.Source, "url": n.URL} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// AddEvidence sends evidence for a release. The bytes are kept as they are.
func (c *Client) AddEvidence(ctx context.Context, release string, in NewEvidence, content []byte) (Evidence, error) {
	kind := "application/xml"
	if in.Kind == "fact" {
		kind = "application/json"
	}
	if content == nil {
		content = []byte{}
	}
	var out Evidence
	err := c.Do(ctx, Request{Method: http.MethodPost, Path: Path("releases", release, "evidence"), Query: in.query(), Raw: content, Kind: kind}, &out)
	return out, err
}

// EvidenceFilter narrows the evidence of a release.
type EvidenceFilter struct{ Criterion, Kind, Service string }

// ReleaseEvidence lists the evidence of a release, newest first; all of it if limit is 0.
func (c *Client) ReleaseEvidence(ctx context.Context, release string, f EvidenceFilter, limit int) ([]Evidence, error) {
	q := NewEvidence{Kind: f.Kind, Criterion: f.Criterion, Service: f.Service}.query()
	return List[Evidence](ctx, c, Path("releases", release, "evidence"), q, limit)
}

// Evidence shows a piece of evidence with what was read from it.
func (c *Client) Evidence(ctx context.Context, id string) (Evidence, error) {
	var out Evidence
	err := c.Get(ctx, Path("evidence", id), nil, &out)
	return out, err
}

// OriginalEvidence returns the original bytes of evidence as a stream, which the caller closes.
func (c *Client) OriginalEvidence(ctx context.Context, id string) (io.ReadCloser, error) {
	return c.Open(ctx, Path("evidence", id, "original"), nil)
}
