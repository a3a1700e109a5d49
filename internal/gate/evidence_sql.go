package gate

import (
	"encoding/json"
	"errors"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const evidenceColumns = `id, release, criterion, kind, service, version, artefact, manifest, source, url, digest, size, media_type, received_at, received_by, person, tests, failures, errors, skipped`

func insertEvidence(tx *db.Tx, e Evidence, report string) error {
	_, err := tx.Exec(`INSERT INTO evidence (`+evidenceColumns+`, report) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
		e.ID, e.Release, e.Criterion, e.Kind, e.Service, e.Version, e.Artefact, e.Manifest, e.Source, e.URL, e.Digest, e.Size, e.MediaType,
		e.ReceivedAt, e.ReceivedBy, e.Person, e.Tests, e.Failures, e.Errors, e.Skipped, report)
	return err
}

// newestEvidence returns, in the order of intake, the newest evidence of the releases for each criterion, service and content. Older pieces of the
// same content never count. Lists of releases go through it, so it scans by place.
func newestEvidence(tx *db.Tx, rs []plan.Release) ([]Evidence, error) {
	var m many
	var out []Evidence
	err := tx.Each(`SELECT `+evidenceColumns+` FROM (
			SELECT `+evidenceColumns+`, ROW_NUMBER() OVER (PARTITION BY release, criterion, kind, service, version, artefact, manifest ORDER BY received_at DESC, id DESC) AS place
			FROM evidence WHERE `+m.until("release", "received_at", rs, tx.Now)+` AND criterion <> ''
		) AS newest WHERE place = 1 ORDER BY received_at, id`, m.args, func(scan func(dst ...any) error) error {
		var e Evidence
		err := scan(&e.ID, &e.Release, &e.Criterion, &e.Kind, &e.Service, &e.Version, &e.Artefact, &e.Manifest, &e.Source, &e.URL, &e.Digest, &e.Size, &e.MediaType,
			&e.ReceivedAt, &e.ReceivedBy, &e.Person, &e.Tests, &e.Failures, &e.Errors, &e.Skipped)
		out = append(out, e)
		return err
	})
	return out, err
}

// EvidenceFilter narrows the evidence of a release, which is listed newest first.
type EvidenceFilter struct {
	Criterion string // key
	Kind      string
	Service   string  // key
	BeforeAt  db.Time // with BeforeID the evidence behind which the page starts
	BeforeID  string
	Limit     int // 1 to 201; 0 means 50
}

func evidenceOf(tx *db.Tx, r id.Release, f EvidenceFilter) ([]Evidence, error) {
	var m many
	where := `release = ` + m.arg(r)
	if f.Criterion != "" {
		where += ` AND criterion = ` + m.arg(f.Criterion)
	}
	if f.Kind != "" {
		where += ` AND kind = ` + m.arg(f.Kind)
	}
	if f.Service != "" {
		where += ` AND service = ` + m.arg(f.Service)
	}
	if f.BeforeID != "" {
		where += ` AND (received_at, id) < (` + m.arg(int64(f.BeforeAt)) + `, ` + m.arg(f.BeforeID) + `)`
	}
	limit := 50
	if f.Limit > 0 {
		limit = min(f.Limit, 201)
	}
	var out []Evidence
	err := tx.All(&out, `SELECT `+evidenceColumns+` FROM evidence WHERE `+where+` ORDER BY received_at DESC, id DESC LIMIT `+m.arg(limit), m.args...)
	return out, err
}

// evidenceByID returns one piece of evidence with its report. It fails with errs.NotFound.
func evidenceByID(tx *db.Tx, evidence string) (Evidence, error) {
	var row struct {
		Evidence
		ReportText string `db:"report"`
	}
	err := tx.Get(&row, `SELECT `+evidenceColumns+`, report FROM evidence WHERE id = $1`, evidence)
	if errors.Is(err, db.ErrNone) {
		err = auth.Unseen("evidence")
	}
	if err != nil {
		return Evidence{}, err
	}
	row.Report = &Report{}
	return row.Evidence, json.Unmarshal([]byte(row.ReportText), row.Report)
}
