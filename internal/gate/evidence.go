package gate

import (
	"strconv"

	"slipway/internal/errs"
	"slipway/internal/gate/condition"
	"slipway/internal/gate/fault"
	"slipway/internal/gate/junit"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Limits of evidence, in bytes. JUnitMax is what a report may have where nothing else is set.
const (
	JUnitMax = 32 << 20
	FactMax  = condition.MaxFact
)

// LimitEvidence sets the greatest piece of evidence in bytes; below FactMax it bounds facts too. It belongs to the wiring,
// before any call.
func (g *Gate) LimitEvidence(bytes int64) { g.limit = bytes }

// EvidenceLimit returns the greatest piece of evidence in bytes that Receive takes.
func (g *Gate) EvidenceLimit() int64 { return g.limit }

// EvidenceLimits says in words what Receive takes.
func (g *Gate) EvidenceLimits() string {
	return "A report has at most " + size(g.limit) + ", a fact " + size(min(g.limit, FactMax)) + "."
}

// size writes a number of bytes in the greatest unit that divides it.
func size(bytes int64) string {
	for _, u := range []struct {
		name  string
		bytes int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if bytes >= u.bytes && bytes%u.bytes == 0 {
			return strconv.FormatInt(bytes/u.bytes, 10) + " " + u.name
		}
	}
	return strconv.FormatInt(bytes, 10) + " bytes"
}

// Evidence is an immutable fact about what a release carried when it was received. The original bytes are kept under their digest.
type Evidence struct {
	ID         string     `json:"id"`
	Release    id.Release `json:"release"`
	Criterion  string     `json:"criterion,omitempty"` // key; none for what no criterion asked for
	Kind       string     `json:"kind"`                // junit or fact
	Service    string     `json:"service,omitempty"`   // key
	Version    string     `json:"version,omitempty"`   // of the service, as the manifest had it
	Artefact   string     `json:"artefact,omitempty"`  // and its digest
	Manifest   string     `json:"manifest"`            // digest of the manifest at receipt
	Source     string     `json:"source,omitempty"`    // what sent it, as people say it
	URL        string     `json:"url,omitempty"`
	Digest     string     `json:"digest"` // SHA-256 of the original bytes
	Size       int64      `json:"size"`   // of the original, in bytes
	MediaType  string     `json:"mediaType"`
	ReceivedAt db.Time    `json:"receivedAt"`
	ReceivedBy string     `json:"receivedBy"` // the actor
	Person     id.Person  `json:"person,omitempty"`
	Tests      int        `json:"tests"`
	Failures   int        `json:"failures"`
	Errors     int        `json:"errors"`
	Skipped    int        `json:"skipped"`

	// What is computed when it is read.

	Stale   bool    `json:"stale" db:"-"`             // of content that the release does not carry any more
	Counts  bool    `json:"counts" db:"-"`            // the verdict rests on it
	Passed  bool    `json:"passed" db:"-"`            // it fulfils the criterion, as far as its content goes
	Finding string  `json:"finding,omitempty" db:"-"` // what a fact's condition gave
	Report  *Report `json:"report,omitempty" db:"-"`  // of one piece of evidence that is shown alone
}

// Report is what else was read from a test report.
type Report struct {
	Suites   int             `json:"suites,omitempty"`
	Flaky    int             `json:"flaky,omitempty"` // passed in the end
	Millis   int64           `json:"durationMs,omitempty"`
	Failing  []junit.Case    `json:"failing,omitempty"`
	Omitted  int             `json:"omitted,omitempty"` // failing tests that are in the original only
	Warnings []junit.Warning `json:"warnings,omitempty"`
}

// NewEvidence says what is sent.
type NewEvidence struct {
	Kind      string // junit or fact
	Criterion string // key; found by kind and service if empty
	Service   string // key or identifier
	Source    string // what sent it, as people say it: "pipeline 88213"
	URL       string // where it came from
}

func (in NewEvidence) check() error {
	var f fault.List
	if in.Kind == "" {
		f.Say("kind", "evidence.kind_missing", "Say what is sent: junit or fact.")
	}
	f.Choice("kind", in.Kind, plan.KindJUnit, plan.KindFact)
	f.Text("source", in.Source, 200, false)
	f.Text("url", in.URL, 2000, false)
	if in.URL != "" && !link(in.URL) {
		f.Say("url", "url.malformed", "An address begins with https:// or http://.")
	}
	if in.Criterion != "" {
		if err := f.Take("criterion", id.CheckKey("criterion", in.Criterion)); err != nil {
			return err
		}
	}
	return f.Err()
}

// mediaType returns what the original is kept as; what a sender says about it is not believed.
func mediaType(kind string) string {
	if kind == plan.KindFact {
		return "application/json"
	}
	return "application/xml"
}

// parse reads the content and returns its counts. It fails with errs.Invalid and errs.TooLarge as the readers of both kinds do.
func parse(kind string, content []byte, limit int64) (Evidence, Report, error) {
	if n := int64(len(content)); n > limit && (kind == plan.KindJUnit || limit < FactMax) {
		what, advice, reason := "A test report", " Split it by suite.", "junit.too_large"
		if kind == plan.KindFact {
			what, advice, reason = "A fact", "", "gate.fact_too_large"
		}
		return Evidence{}, Report{}, errs.TooLarge(reason, "%s has at most %s here. This one has %d bytes.%s", what, size(limit), n, advice)
	}
	if kind == plan.KindFact {
		_, err := condition.ParseFact(content)
		return Evidence{}, Report{}, err
	}
	if len(content) == 0 {
		return Evidence{}, Report{}, errs.InvalidField("body", "junit.root", "The report is empty.")
	}
	r, err := junit.ReadBytes(content, junit.Limits{Bytes: limit})
	if err != nil {
		return Evidence{}, Report{}, err
	}
	t := r.Totals
	return Evidence{Tests: t.Tests, Failures: t.Failures, Errors: t.Errors, Skipped: t.Skipped},
		Report{Suites: t.Suites, Flaky: t.Flaky, Millis: t.Duration.Milliseconds(), Failing: r.Failing, Omitted: r.Omitted, Warnings: r.Warn}, nil
}

// FileName returns a name for the original: what it is for and when it came.
func (e Evidence) FileName() string {
	name := e.Kind
	if e.Criterion != "" {
		name = e.Criterion
	}
	if e.Service != "" {
		name += "-" + e.Service
	}
	end := ".xml"
	if e.Kind == plan.KindFact {
		end = ".json"
	}
	return name + "-" + e.ReceivedAt.Std().Format("20060102-150405") + end
}
