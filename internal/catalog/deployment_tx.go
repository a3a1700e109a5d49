package catalog

import (
	"errors"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// clockSkew is how far a pipeline's clock may run ahead of ours.
const clockSkew = 5 * time.Minute

// RecordDeployment records a deployment inside the caller's change, after the caller has checked the right to it. Unless
// it failed, the version is what runs there from then on; a fact older than what is known changes the history only. It fails
// with errs.Invalid for faulty fields and with errs.NotFound for a service or an environment that the caller may not see.
func RecordDeployment(tx *db.Tx, in NewDeployment) (Deployment, error) {
	if in.Outcome == "" {
		in.Outcome = Succeeded
	}
	if in.At.IsZero() {
		in.At = tx.Now
	}
	if err := in.check(tx); err != nil {
		return Deployment{}, err
	}
	s, err := ServiceByRef(tx, in.Service)
	if err != nil {
		return Deployment{}, err
	}
	e, err := EnvironmentByRef(tx, in.Environment)
	if err != nil {
		return Deployment{}, err
	}
	r, err := Runs(tx, s.ID, e.ID)
	if err != nil && !errors.Is(err, db.ErrNone) {
		return Deployment{}, err
	}
	d := Deployment{ID: id.New[string](), Service: s.ID, ServiceKey: s.Key, Environment: e.ID, EnvironmentKey: e.Key, Version: in.Version, Digest: in.Digest,
		Before: r.Version, Outcome: in.Outcome, Release: in.Release, Run: in.Run, Source: in.Source, At: in.At, RecordedBy: actor(tx)}
	if err := insertDeployment(tx, d); err != nil {
		return d, err
	}
	if d.Outcome != Failed && !d.At.Before(r.Since) {
		if err := putRunning(tx, d); err != nil {
			return d, err
		}
	}
	ledger.Append(tx, ledger.Entry{Action: DeploymentRecorded, Subject: ledger.Subject{Kind: "deployment", ID: d.ID}, Release: d.Release,
		Scope: string(Scope(s.Product)), Payload: d})
	return d, nil
}

// RunningOf returns what runs of services now, by service and environment, in one statement. It checks no permission.
func RunningOf(tx *db.Tx, services ...id.Service) (map[id.Service]map[id.Environment]Cell, error) {
	return cellsOf(tx, services, 0)
}

// Deployments is Catalog.Deployments inside the caller's snapshot.
func Deployments(tx *db.Tx, f DeploymentFilter) ([]Deployment, error) {
	all, scopes, err := auth.Scopes(tx, "catalog.read")
	if err != nil {
		return nil, err
	}
	var s Service
	var e Environment
	if f.Service != "" {
		if s, err = ServiceByRef(tx, f.Service); err != nil {
			return nil, err
		}
	}
	if f.Environment != "" {
		if e, err = EnvironmentByRef(tx, f.Environment); err != nil {
			return nil, err
		}
	}
	return deployments(tx, f, s.ID, e.ID, all, scopes)
}
