package deploy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/deploy/book"
	"slipway/internal/deploy/runbook"
	"slipway/internal/deploy/stored"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// NewRun says how to start a run.
type NewRun struct {
	Mode Mode `json:"mode,omitempty" enum:"live,rehearsal" doc:"live unless stated"`
	// Override is why a live run starts although it is refused. It needs the permission run.override.
	Override string `json:"override,omitempty" maxLength:"2000" doc:"Reason to start although the release is not cleared; recorded, and needs the permission run.override"`
	// Environment is where a rehearsal takes place. Only deployments to it are recorded, and never to production.
	Environment string `json:"environment,omitempty" maxLength:"100" doc:"Where a rehearsal takes place; deployments are recorded there alone, and never in production"`
	// Parameters replace those that were chosen for the release, in a rehearsal only: those of a live run are approved.
	Parameters map[string]string `json:"parameters,omitempty" doc:"Parameters of a rehearsal that differ from the release's"`
}

// StartRun starts a run of the runbook that was chosen for a release. A live run needs clearance, an active or approved release, and no
// other live run of it; a rehearsal passes no gate and leaves the release where it is. It fails with errs.Blocked, naming each reason,
// and with errs.Invalid for faulty parameters.
func (s *Runs) StartRun(ctx context.Context, release string, in NewRun) (Run, error) {
	return db.Writing(ctx, s.db, func(tx *db.Tx) (Run, error) {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return Run{}, err
		}
		if in.Mode == "" {
			in.Mode = Live
		}
		permission := map[Mode]string{Live: "run.start", Rehearsal: "run.rehearse"}[in.Mode]
		if permission == "" {
			return Run{}, errs.InvalidField("mode", "run.mode_unknown", "A run is live or a rehearsal.")
		}
		if err := auth.Check(tx, permission, plan.Scope(r)); err != nil {
			return Run{}, err
		}
		t, err := s.begin(tx, r, in)
		if err != nil {
			return Run{}, err
		}
		return t.run, nil
	})
}

func (s *Runs) begin(tx *db.Tx, r plan.Release, in NewRun) (*turn, error) {
	b, err := BindingOf(tx, r.ID)
	if errs.Is(err, errs.CodeNotFound) || err == nil && b.Version == 0 {
		return nil, errs.Blocked("run.no_runbook", "%s has no runbook. Choose one first.", r.Name)
	}
	if err != nil {
		return nil, err
	}
	run := Run{ID: id.New[id.Run](), Release: r.ID, ReleaseKey: r.Key, ReleaseName: r.Name, Product: r.Product, Mode: in.Mode, Runbook: b.Runbook, Version: b.Version,
		StartedAt: tx.Now, StartedBy: auth.Me(tx), Rev: 1}
	if run.Number, err = stored.NextNumber(tx, r.ID); err != nil {
		return nil, err
	}
	environments, err := targets(tx, r, in)
	if err != nil {
		return nil, err
	}
	t := &turn{s: s, tx: tx, run: run, fresh: true}
	if t.engine, err = s.engine(tx, b.Runbook, b.Version); err != nil {
		return nil, err
	}
	if in.Mode == Live {
		if err := s.cleared(t, r, environments, in.Override); err != nil {
			return nil, err
		}
	}
	parameters := maps.Clone(stored.Some(b.Parameters))
	if len(in.Parameters) > 0 {
		if in.Mode == Live {
			return nil, errs.InvalidField("parameters", "run.parameters_fixed", "The parameters of a live run are those that were chosen for the release. Change them there.")
		}
		maps.Copy(parameters, in.Parameters)
	}
	known := t.engine.Runbook().Parameters
	if err := book.CheckParameters(known, parameters, true); err != nil {
		return nil, err
	}
	for _, p := range known {
		if _, ok := parameters[p.Name]; !ok {
			parameters[p.Name] = p.Default
		}
	}
	if t.run.Given, err = given(tx, t.run, r, environments, parameters, in); err != nil {
		return nil, err
	}
	t.run.Course = t.engine.New()
	if err := t.apply(runbook.Event{Kind: runbook.Started}); err != nil {
		return nil, err
	}
	if in.Mode == Live {
		if err := plan.MarkDeploying(tx, r.ID, fmt.Sprintf("Run %d started.", t.run.Number)); err != nil {
			return nil, err
		}
	}
	return t, t.save()
}

// targets are the environments of a run: the release's, or where a rehearsal takes place.
func targets(tx *db.Tx, r plan.Release, in NewRun) ([]catalog.Environment, error) {
	refs := make([]string, 0, len(r.Environments))
	for _, e := range r.Environments {
		refs = append(refs, string(e))
	}
	if in.Environment != "" {
		if in.Mode == Live {
			return nil, errs.InvalidField("environment", "run.environment_fixed", "A live run goes to the environments of its release. Change them there.")
		}
		refs = []string{in.Environment}
	}
	var out []catalog.Environment
	for _, ref := range refs {
		e, err := catalog.EnvironmentByRef(tx, ref)
		if errs.Is(err, errs.CodeNotFound) {
			return nil, errs.InvalidField("environment", "environment.unknown", "There is no environment %.100q.", ref)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// cleared refuses a live run that must not start, unless it is overridden: with the right to it, a reason, and an entry.
func (s *Runs) cleared(t *turn, r plan.Release, environments []catalog.Environment, override string) error {
	live, is, err := stored.OpenLive(t.tx, r.ID)
	if err != nil {
		return err
	}
	if is {
		return errs.Blocked("run.live", "Run %d of %s is %s. Finish, abort or roll it back first.", live.Number, r.Name, live.State)
	}
	ids := make([]id.Environment, len(environments))
	for i, e := range environments {
		ids[i] = e.ID
	}
	refusal := error(errs.Blocked("run.not_cleared", "Nothing here can clear a release to start, so it needs an override."))
	if s.o.Clearance != nil {
		refusal = s.o.Clearance.MayStart(t.tx, r.ID, ids)
	}
	if refusal == nil || !errs.Is(refusal, errs.CodeBlocked) {
		return refusal
	}
	if strings.TrimSpace(override) == "" {
		return refusal
	}
	return t.override(refusal, override)
}

// override lets a refusal pass: who may, and why, is recorded with what was refused.
func (t *turn) override(refusal error, reason string) error {
	if err := auth.Check(t.tx, "run.override", Scope(t.run)); err != nil {
		return err
	}
	e := errs.As(refusal)
	o := Override{By: ledger.ActorOf(t.tx.Context()).For, At: t.tx.Now, Reason: reason, Refusal: e.Msg, Reasons: e.Fields}
	t.run.Overridden = append(t.run.Overridden, o)
	t.entry(RunOverridden, map[string]any{"reason": reason, "refusal": e.Msg, "code": e.Reason, "reasons": e.Fields, "release": t.run.ReleaseKey})
	return nil
}

// given freezes what the run is told.
func given(tx *db.Tx, run Run, r plan.Release, environments []catalog.Environment, parameters map[string]string, in NewRun) (Given, error) {
	g := Given{Parameters: parameters, Values: map[string]string{
		"release.id": string(r.ID), "release.key": r.Key, "release.name": r.Name, "release.title": r.Title, "release.version": r.Version, "release.product": r.ProductKey,
		"run.id": string(run.ID), "run.number": strconv.Itoa(run.Number), "run.mode": string(run.Mode),
	}}
	if run.Mode == Live {
		g.WindowEnd = r.Window.End
	}
	for i, e := range environments {
		g.EnvironmentKeys = append(g.EnvironmentKeys, e.Key)
		if run.Mode == Live || in.Environment != "" {
			g.Environments = append(g.Environments, e.ID)
		}
		if i == 0 {
			g.Values["environment.key"], g.Values["environment.name"], g.Values["environment.tier"] = e.Key, e.Name, e.Tier.String()
		}
	}
	for k, v := range parameters {
		g.Values["param."+k] = v
	}
	items, err := plan.Manifest(tx, r.ID)
	if err != nil {
		return g, err
	}
	for _, m := range items {
		it := Item{Service: m.Service, ServiceKey: m.ServiceKey, Version: m.Version, Digest: m.Digest}
		at := "service." + m.ServiceKey
		g.Values[at+".key"], g.Values[at+".name"], g.Values[at+".version"], g.Values[at+".digest"], g.Values[at+".commit"] = m.ServiceKey, m.ServiceName, m.Version, m.Digest, m.Commit
		g.Values[at+".before"], g.Values[at+".before_digest"] = "", ""
		if len(environments) > 0 {
			now, err := catalog.Runs(tx, m.Service, environments[0].ID)
			if err != nil && !errors.Is(err, db.ErrNone) && !errs.Is(err, errs.CodeNotFound) {
				return g, err
			}
			it.Before = now.Version
			g.Values[at+".before"], g.Values[at+".before_digest"] = now.Version, now.Digest
		}
		g.Manifest = append(g.Manifest, it)
	}
	return g, nil
}
