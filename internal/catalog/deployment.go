package catalog

import (
	"context"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// DeploymentOutcome says how a deployment ended.
type DeploymentOutcome string

// The outcomes of a deployment.
const (
	Succeeded  DeploymentOutcome = "succeeded"
	Failed     DeploymentOutcome = "failed"
	RolledBack DeploymentOutcome = "rolled-back" // the version is the one that the back-out returned to
)

// Deployment is the recorded fact that a version of a service went to an environment.
type Deployment struct {
	ID             string            `json:"id"`
	Service        id.Service        `json:"service"`
	ServiceKey     string            `json:"serviceKey"`
	Environment    id.Environment    `json:"environment"`
	EnvironmentKey string            `json:"environmentKey"`
	Version        string            `json:"version"`
	Digest         string            `json:"digest,omitempty"`
	Before         string            `json:"before,omitempty"` // the version that ran there until then
	Outcome        DeploymentOutcome `json:"outcome"`
	Release        id.Release        `json:"release,omitempty"`
	Run            id.Run            `json:"run,omitempty"`
	Source         string            `json:"source,omitempty"`
	At             db.Time           `json:"at"`
	RecordedBy     string            `json:"recordedBy"`
}

// NewDeployment is what is known of a deployment when it is recorded.
type NewDeployment struct {
	Service     string            `json:"service" doc:"Key or identifier of the service"`
	Environment string            `json:"environment" doc:"Key or identifier of the environment"`
	Version     string            `json:"version" doc:"The version that went there" example:"4.8.0"`
	Digest      string            `json:"digest,omitempty" doc:"Digest of the artefact"`
	Outcome     DeploymentOutcome `json:"outcome,omitempty" enum:"succeeded,failed,rolled-back" doc:"succeeded unless stated"`
	At          db.Time           `json:"at,omitzero" doc:"When it ended; now unless stated"`
	Source      string            `json:"source,omitempty" doc:"Where the fact comes from, such as a pipeline's address"`
	Release     id.Release        `json:"-"`
	Run         id.Run            `json:"-"`
}

// RecordDeployment records a deployment that Slipway did not run itself. It fails with errs.NotFound for a service
// or an environment that the caller may not see, and with errs.Invalid for faulty fields, such as an instant that lies ahead.
func (c *Catalog) RecordDeployment(ctx context.Context, in NewDeployment) (Deployment, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Deployment, error) {
		s, err := ServiceByRef(tx, in.Service)
		if err != nil {
			return Deployment{}, err
		}
		if err := auth.Check(tx, "deployment.record", Scope(s.Product)); err != nil {
			return Deployment{}, err
		}
		return RecordDeployment(tx, in)
	})
}

// DeploymentFilter narrows the list of deployments.
type DeploymentFilter struct {
	Service     string // key or identifier
	Environment string // key or identifier
	Release     id.Release
	Since       db.Time // only those that ended then or later
	Before      string  // the identifier before which the page starts; newest first
	Limit       int     // 1 to 201; 0 means 50
}

// Deployments returns one page of the deployments that the caller may see, newest first. It fails with errs.NotFound for a
// service or an environment that the caller may not see.
func (c *Catalog) Deployments(ctx context.Context, f DeploymentFilter) ([]Deployment, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Deployment, error) { return Deployments(tx, f) })
}

func (in NewDeployment) check(tx *db.Tx) error {
	switch in.Outcome {
	case Succeeded, Failed, RolledBack:
	default:
		return errs.InvalidField("outcome", "outcome.unknown", "The outcome is succeeded, failed or rolled-back.")
	}
	if err := CheckVersion("version", in.Version); err != nil {
		return err
	}
	if err := CheckDigest("digest", in.Digest); err != nil {
		return err
	}
	if in.At.After(tx.Now.Add(clockSkew)) {
		return errs.InvalidField("at", "deployment.ahead", "A deployment cannot be recorded before it happened.")
	}
	return CheckText("source", in.Source, 2000, false)
}
