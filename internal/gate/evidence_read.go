package gate

import (
	"context"
	"io"

	"slipway/internal/gate/verdict"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/blob"
	"slipway/internal/platform/db"
)

// EvidenceOf returns one page of the evidence of a release, newest first, with what is stale and what counts. It fails with errs.NotFound
// if the caller may not see the release.
func (g *Gate) EvidenceOf(ctx context.Context, ref string, f EvidenceFilter) ([]Evidence, error) {
	return db.Reading(ctx, g.db, func(tx *db.Tx) ([]Evidence, error) {
		r, err := seen(tx, ref)
		if err != nil {
			return nil, err
		}
		return g.EvidenceTx(tx, r, f)
	})
}

// EvidenceTx returns what EvidenceOf does. It checks no permission.
func (g *Gate) EvidenceTx(tx *db.Tx, r plan.Release, f EvidenceFilter) ([]Evidence, error) {
	out, err := evidenceOf(tx, r.ID, f)
	if err != nil || len(out) == 0 {
		return out, err
	}
	return out, g.mark(tx, r, out)
}

// mark says of each piece of evidence whether it is stale, counts and passes.
func (g *Gate) mark(tx *db.Tx, r plan.Release, list []Evidence) error {
	rs := []plan.Release{r}
	of, err := criteriaOf(tx, rs)
	if err != nil {
		return err
	}
	l := &loaded{g: g, tx: tx, rs: rs, criteria: of}
	if err := l.carried(rs); err != nil {
		return err
	}
	facts, err := l.facts(list)
	if err != nil {
		return err
	}
	verdicts, err := g.verdicts(tx, rs)
	if err != nil {
		return err
	}
	counting := map[string]bool{}
	for _, a := range verdicts[r.ID].Answers {
		for _, e := range a.Evidence {
			counting[e] = true
		}
	}
	for i := range list {
		e := &list[i]
		e.Counts = counting[e.ID]
		c, ok := l.criterion(r.ID, e.Criterion)
		if !ok || c.Spec.Kind != e.Kind {
			e.Stale = e.Manifest != r.ManifestDigest
			e.Passed = e.Kind == plan.KindJUnit && e.Tests > e.Skipped && e.Failures+e.Errors == 0
			continue
		}
		a := c.asked(r)
		e.Stale = c.Spec.Evidence.Subject != "release" && l.bound(c, *e, r.ManifestDigest) != r.ManifestDigest
		if e.Kind == plan.KindJUnit {
			e.Passed = a.Evidence.Passes(verdict.Counts{Tests: e.Tests, Failures: e.Failures, Errors: e.Errors, Skipped: e.Skipped})
			continue
		}
		o, err := g.judge(tx.Context(), judged{c.Spec.Condition, e.Digest}, func() ([]byte, error) { return facts[e.Digest], nil })
		if err != nil {
			return err
		}
		e.Passed, e.Finding = o.Met, o.Text
	}
	return nil
}

// EvidenceByID returns one piece of evidence with what was read from it. It fails with errs.NotFound if the caller may not see its
// release.
func (g *Gate) EvidenceByID(ctx context.Context, evidence string) (Evidence, error) {
	return db.Reading(ctx, g.db, func(tx *db.Tx) (Evidence, error) {
		e, r, err := evidenceSeen(tx, evidence)
		if err != nil {
			return Evidence{}, err
		}
		list := []Evidence{e}
		err = g.mark(tx, r, list)
		return list[0], err
	})
}

// Original opens the original bytes of evidence, after reading them once to check them against their digest. The caller closes the
// reader. It fails with errs.NotFound as EvidenceByID does, and with errs.Internal blob.damaged if the bytes are not what was received.
func (g *Gate) Original(ctx context.Context, evidence string) (Evidence, *blob.Reader, error) {
	var e Evidence
	err := g.db.Read(ctx, func(tx *db.Tx) (err error) {
		e, _, err = evidenceSeen(tx, evidence)
		return err
	})
	if err != nil {
		return e, nil, err
	}
	r, err := g.blobs.Open(ctx, e.Digest)
	if err != nil {
		return e, nil, err
	}
	_, err = io.Copy(io.Discard, r)
	if cerr := r.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return e, nil, err
	}
	r, err = g.blobs.Open(ctx, e.Digest)
	return e, r, err
}

func evidenceSeen(tx *db.Tx, evidence string) (Evidence, plan.Release, error) {
	if _, err := id.Parse[string](evidence); err != nil {
		// The permission counts as asked for, so that a wrong identifier is not found rather than a fault.
		if _, _, err := auth.Scopes(tx, "gate.read"); err != nil {
			return Evidence{}, plan.Release{}, err
		}
		return Evidence{}, plan.Release{}, auth.Unseen("evidence")
	}
	e, err := evidenceByID(tx, evidence)
	if err != nil {
		return e, plan.Release{}, err
	}
	r, err := plan.ReleaseByID(tx, e.Release)
	if err != nil {
		return e, r, err
	}
	return e, r, auth.CheckSeen(tx, "gate.read", plan.Scope(r), "evidence")
}

// ReportTx returns what else was read from a piece of evidence. It checks no permission.
func (g *Gate) ReportTx(tx *db.Tx, e Evidence) (*Report, error) {
	full, err := evidenceByID(tx, e.ID)
	return full.Report, err
}
