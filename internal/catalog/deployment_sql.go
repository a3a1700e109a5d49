package catalog

import (
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Running is what runs in one place.
type Running struct {
	Service     id.Service     `json:"service"`
	Environment id.Environment `json:"environment"`
	Version     string         `json:"version"`
	Digest      string         `json:"digest,omitempty"`
	Since       db.Time        `json:"since"`
	Deployment  string         `json:"deployment"`
}

// Runs returns what runs of a service in an environment. It fails with db.ErrNone if nothing was recorded,
// and checks no permission.
func Runs(tx *db.Tx, s id.Service, e id.Environment) (Running, error) {
	var r Running
	err := tx.Get(&r, `SELECT service, environment, version, digest, since, deployment FROM running WHERE service = $1 AND environment = $2`, s, e)
	return r, err
}

func insertDeployment(tx *db.Tx, d Deployment) error {
	_, err := tx.Exec(`INSERT INTO deployment (id, service, environment, version, digest, before, outcome, release, run, source, at, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		d.ID, d.Service, d.Environment, d.Version, d.Digest, d.Before, d.Outcome, d.Release, d.Run, d.Source, d.At, d.RecordedBy)
	return err
}

func putRunning(tx *db.Tx, d Deployment) error {
	_, err := tx.Exec(`INSERT INTO running (service, environment, version, digest, since, deployment) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (service, environment) DO UPDATE SET version = excluded.version, digest = excluded.digest, since = excluded.since, deployment = excluded.deployment`,
		d.Service, d.Environment, d.Version, d.Digest, d.At, d.ID)
	return err
}

const deploymentFrom = `SELECT d.id, d.service, s.key AS service_key, d.environment, e.key AS environment_key, d.version, d.digest, d.before, d.outcome,
	d.release, d.run, d.source, d.at, d.recorded_by
	FROM deployment d JOIN service s ON s.id = d.service JOIN environment e ON e.id = d.environment`

func deployments(tx *db.Tx, f DeploymentFilter, s id.Service, e id.Environment, all bool, scopes []auth.Scope) ([]Deployment, error) {
	var w db.Where
	auth.Seen(&w, "s.product", "product", all, scopes)
	if s != "" {
		w.And("d.service = ?", s)
	}
	if e != "" {
		w.And("d.environment = ?", e)
	}
	if f.Release != "" {
		w.And("d.release = ?", f.Release)
	}
	if !f.Since.IsZero() {
		w.And("d.at >= ?", f.Since)
	}
	if f.Before != "" {
		w.And("(d.at, d.id) < (SELECT x.at, x.id FROM deployment x WHERE x.id = ?)", f.Before)
	}
	var out []Deployment
	err := tx.All(&out, deploymentFrom+w.String()+` ORDER BY d.at DESC, d.id DESC LIMIT `+w.Arg(Filter{Limit: f.Limit}.limit()), w.Args...)
	return out, err
}
