package gate

import (
	"context"
	"slices"

	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Readiness is everything that guards a release, as one moment shows it.
type Readiness struct {
	Release  plan.Release
	Verdict  Verdict
	Criteria []Criterion         // by position and key
	Waivers  map[string][]Waiver // by criterion, newest first
	Answers  []Confirmation      // each person's newest, oldest first
	Evidence map[string]Evidence // the newest of each content, by identifier
	At       db.Time             // the moment
	Template string              // name of the template that the release was made from
	FourEyes bool                // nobody grants a waiver that they asked for
}

// Answer returns the verdict's answer to a criterion.
func (r Readiness) Answer(key string) Answer {
	if i := slices.IndexFunc(r.Verdict.Answers, func(a Answer) bool { return a.Criterion == key }); i >= 0 {
		return r.Verdict.Answers[i]
	}
	return Answer{Criterion: key, State: NotAsked}
}

// Criterion returns a criterion by key and whether it is there.
func (r Readiness) Criterion(key string) (Criterion, bool) {
	if i := slices.IndexFunc(r.Criteria, func(c Criterion) bool { return c.Key == key }); i >= 0 {
		return r.Criteria[i], true
	}
	return Criterion{}, false
}

// seen returns a release whose gate the caller may read.
func seen(tx *db.Tx, ref string) (plan.Release, error) {
	r, err := plan.ReleaseByRef(tx, ref)
	if err != nil {
		return r, err
	}
	return r, auth.CheckSeen(tx, "gate.read", plan.Scope(r), "release")
}

// Told is a verdict as it leaves Slipway: of what, when, and of which content.
type Told struct {
	Release plan.Release
	Verdict Verdict
	At      db.Time
	Content string // digest of the whole content; empty if no source knows it
}

// Verdict returns the verdict of a release. It fails with errs.NotFound if the caller may not see it.
func (g *Gate) Verdict(ctx context.Context, ref string) (Told, error) {
	return db.Reading(ctx, g.db, func(tx *db.Tx) (Told, error) {
		r, err := seen(tx, ref)
		if err != nil {
			return Told{}, err
		}
		out := Told{Release: r, At: tx.Now}
		if out.Verdict, err = g.VerdictTx(tx, r); err != nil || g.from.Content == nil {
			return out, err
		}
		out.Content, err = g.from.Content(tx, r)
		return out, err
	})
}

// Readiness returns everything that guards a release. It fails with errs.NotFound if the caller may not see it.
func (g *Gate) Readiness(ctx context.Context, ref string) (Readiness, error) {
	return db.Reading(ctx, g.db, func(tx *db.Tx) (Readiness, error) {
		r, err := seen(tx, ref)
		if err != nil {
			return Readiness{}, err
		}
		return g.ReadinessTx(tx, r)
	})
}

// ReadinessTx returns everything that guards a release. It checks no permission.
func (g *Gate) ReadinessTx(tx *db.Tx, r plan.Release) (Readiness, error) {
	out := Readiness{Release: r, At: tx.Now, Waivers: map[string][]Waiver{}}
	of, err := criteriaOf(tx, []plan.Release{r})
	if err != nil {
		return out, err
	}
	out.Criteria = of[r.ID]
	ws, err := waiversOf(tx, r.ID, "")
	if err != nil {
		return out, err
	}
	for _, w := range ws {
		out.Waivers[w.Criterion] = append(out.Waivers[w.Criterion], w)
	}
	if out.Answers, err = newestConfirmations(tx, []plan.Release{r}); err != nil {
		return out, err
	}
	proofs, err := newestEvidence(tx, []plan.Release{r})
	if err != nil {
		return out, err
	}
	out.Evidence = make(map[string]Evidence, len(proofs))
	for _, e := range proofs {
		out.Evidence[e.ID] = e
	}
	t, err := plan.TemplateOf(tx, r)
	if err != nil {
		return out, err
	}
	out.Template, out.FourEyes = t.Name, t.Policy.FourEyes
	out.Verdict, err = g.VerdictTx(tx, r)
	return out, err
}

// Unknown is the answer for a criterion that the release does not have.
func Unknown() error { return auth.Unseen("criterion") }

// ChangeFilter narrows the list of changes, oldest first.
type ChangeFilter struct {
	Criterion string  // key
	Since     db.Time // only after this instant
	Newest    bool    // newest first
	AfterAt   db.Time // with AfterID the change behind which the page starts
	AfterID   string
	Limit     int // 1 to 201; 0 means 50
}

// Changes returns one page of what changed of the criteria of a release. It fails with errs.NotFound if the caller may not
// see the release.
func (g *Gate) Changes(ctx context.Context, ref string, f ChangeFilter) ([]Change, error) {
	return db.Reading(ctx, g.db, func(tx *db.Tx) ([]Change, error) {
		r, err := seen(tx, ref)
		if err != nil {
			return nil, err
		}
		return changes(tx, r.ID, f)
	})
}
