package gate

import (
	"cmp"
	"slices"
	"time"

	"slipway/internal/errs"
	"slipway/internal/gate/verdict"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/blob"
	"slipway/internal/platform/db"
)

// loaded is what one computation of verdicts has read.
type loaded struct {
	g         *Gate
	tx        *db.Tx
	rs        []plan.Release
	criteria  map[id.Release][]Criterion
	manifests map[id.Release]map[string]plan.ManifestItem // by the service's key; only where a criterion names services
	snapshots map[id.Release]*verdict.Snapshot
}

// verdicts computes the verdict of each release, with identifiers in the place of names, without criteria of the kinds left out.
func (g *Gate) verdicts(tx *db.Tx, rs []plan.Release, without ...string) (map[id.Release]Verdict, error) {
	out := make(map[id.Release]Verdict, len(rs))
	if len(rs) == 0 {
		return out, nil
	}
	of, err := g.criteria(tx, rs)
	if err != nil {
		return nil, err
	}
	if len(without) > 0 {
		for r, cs := range of {
			of[r] = slices.DeleteFunc(slices.Clone(cs), func(c Criterion) bool { return slices.Contains(without, c.Spec.Kind) })
		}
	}
	l := &loaded{g: g, tx: tx, rs: rs, criteria: of, snapshots: map[id.Release]*verdict.Snapshot{}}
	for _, r := range rs {
		s := &verdict.Snapshot{At: asOf(r, tx.Now).Std(), Manifest: r.ManifestDigest, Criteria: make([]verdict.Criterion, len(of[r.ID])),
			Window: Window{Start: r.Window.Start.Std(), End: r.Window.End.Std(), Owner: string(r.Owner)}}
		for i, c := range of[r.ID] {
			s.Criteria[i] = c.asked(r)
		}
		l.snapshots[r.ID] = s
	}
	for _, load := range []func() error{l.confirmations, l.evidence, l.waivers, l.windows, l.risks, l.decisions, l.backOuts} {
		if err := load(); err != nil {
			return nil, err
		}
	}
	for _, r := range rs {
		v := verdict.Compute(*l.snapshots[r.ID])
		out[r.ID] = held(r, v)
	}
	return out, nil
}

// held adds the reason of a hold: whatever is proven, a release on hold does not go.
func held(r plan.Release, v Verdict) Verdict {
	if r.State != plan.Held {
		return v
	}
	text := r.Name + " is on hold."
	if r.StateReason != "" {
		text = r.Name + " is on hold: " + r.StateReason
	}
	hold := Reason{Code: "plan.held", Text: text, Owner: string(r.Owner), Since: r.StateAt.Std(), Next: "Resume the release.", State: verdict.NotMet}
	v.Word = verdict.NoGo
	v.Reasons = append([]Reason{hold}, v.Reasons...)
	v.Steps = append([]verdict.Step{{Text: hold.Next, Owner: hold.Owner}}, v.Steps...)
	return v
}

// asking returns the releases that have a criterion of one of the kinds.
func (l *loaded) asking(kinds ...string) []plan.Release {
	return slices.DeleteFunc(slices.Clone(l.rs), func(r plan.Release) bool {
		return !slices.ContainsFunc(l.criteria[r.ID], func(c Criterion) bool { return slices.Contains(kinds, c.Spec.Kind) })
	})
}

// unanswered turns the criteria of a kind into ones that nothing was found out about, since nobody here can judge them.
func (l *loaded) unanswered(kind verdict.Kind, text string) {
	for _, s := range l.snapshots {
		for i := range s.Criteria {
			if c := &s.Criteria[i]; c.Kind == kind {
				c.Kind = verdict.Custom
				s.Findings = append(s.Findings, verdict.Finding{Criterion: c.Key, Code: "criterion.not_judged", Missing: true, Text: text})
			}
		}
	}
}

func (l *loaded) confirmations() error {
	rs := l.asking(plan.KindConfirmation)
	if len(rs) == 0 {
		return nil
	}
	rows, err := newestConfirmations(l.tx, rs)
	for _, c := range rows {
		s := l.snapshots[c.Release]
		s.Confirmations = append(s.Confirmations, verdict.Confirmation{Criterion: c.Criterion, By: string(c.Person), Text: c.Note, At: c.At.Std(), Manifest: c.Manifest,
			Denied: c.Answer == Denied, Withdrawn: c.Answer == Withdrawn})
	}
	return err
}

func (l *loaded) evidence() error {
	rs := l.asking(plan.KindJUnit, plan.KindFact)
	if len(rs) == 0 {
		return nil
	}
	rows, err := newestEvidence(l.tx, rs)
	if err != nil {
		return err
	}
	if err := l.carried(rs); err != nil {
		return err
	}
	facts, err := l.facts(rows)
	if err != nil {
		return err
	}
	for seq, e := range rows {
		c, ok := l.criterion(e.Release, e.Criterion)
		if !ok || c.Spec.Kind != e.Kind {
			continue
		}
		s := l.snapshots[e.Release]
		v := verdict.Evidence{ID: e.ID, Criterion: e.Criterion, Service: e.Service, Source: cmp.Or(e.Source, unnamed[e.Kind]), At: e.ReceivedAt.Std(), Seq: int64(seq), Manifest: l.bound(c, e, s.Manifest)}
		if e.Kind == plan.KindJUnit {
			v.JUnit = &verdict.Counts{Tests: e.Tests, Failures: e.Failures, Errors: e.Errors, Skipped: e.Skipped}
		} else {
			o, err := l.g.judge(l.tx.Context(), judged{c.Spec.Condition, e.Digest}, func() ([]byte, error) { return facts[e.Digest], nil })
			if err != nil {
				return err
			}
			v.Fact = &o
		}
		s.Evidence = append(s.Evidence, v)
	}
	return nil
}

var unnamed = map[string]string{plan.KindJUnit: "the test report", plan.KindFact: "the fact"}

func (l *loaded) criterion(r id.Release, key string) (Criterion, bool) {
	i := slices.IndexFunc(l.criteria[r], func(c Criterion) bool { return c.Key == key })
	if i < 0 {
		return Criterion{}, false
	}
	return l.criteria[r][i], true
}

// carried reads the manifests of the releases whose criteria name services.
func (l *loaded) carried(rs []plan.Release) error {
	l.manifests = map[id.Release]map[string]plan.ManifestItem{}
	var ask []id.Release
	for _, r := range rs {
		if slices.ContainsFunc(l.criteria[r.ID], Criterion.perService) {
			ask = append(ask, r.ID)
		}
	}
	found, err := plan.Manifests(l.tx, ask...)
	for _, r := range ask {
		l.manifests[r] = byService(found[r])
	}
	return err
}

func (c Criterion) perService() bool {
	return c.Spec.Evidence != nil && len(c.Spec.Evidence.Services) > 0
}

func byService(items []plan.ManifestItem) map[string]plan.ManifestItem {
	out := make(map[string]plan.ManifestItem, len(items))
	for _, m := range items {
		out[m.ServiceKey] = m
	}
	return out
}

// bound returns the digest that the engine compares with the manifest's. Evidence for a criterion that names its service is bound to
// the version of that service, so that a change beside it leaves it fresh.
func (l *loaded) bound(c Criterion, e Evidence, manifest string) string {
	if !c.perService() || e.Service == "" {
		return e.Manifest
	}
	if m, ok := l.manifests[e.Release][e.Service]; ok && m.Version == e.Version && m.Digest == e.Artefact {
		return manifest
	}
	return "other:" + e.Version + "@" + e.Artefact
}

// facts reads the documents of the facts that were not judged yet.
func (l *loaded) facts(rows []Evidence) (map[string][]byte, error) {
	var digests []string
	for _, e := range rows {
		c, ok := l.criterion(e.Release, e.Criterion)
		if !ok || e.Kind != plan.KindFact || c.Spec.Kind != plan.KindFact || slices.Contains(digests, e.Digest) {
			continue
		}
		if _, known := l.g.outcomes.Get(judged{c.Spec.Condition, e.Digest}); !known {
			digests = append(digests, e.Digest)
		}
	}
	return blob.Bytes(l.tx, digests...)
}

func (l *loaded) waivers() error {
	rows, err := grantedWaivers(l.tx, l.rs)
	for _, w := range rows {
		s := l.snapshots[w.Release]
		// A waiver that was withdrawn ended then, and says so as one that ran out.
		until := w.Until
		if !w.EndedAt.IsZero() && w.EndedAt.Before(until) {
			until = w.EndedAt
		}
		s.Waivers = append(s.Waivers, verdict.Waiver{ID: w.ID, Criterion: w.Criterion, By: string(w.GrantedBy), Owner: string(w.Owner), Measure: w.Measure,
			From: w.GrantedAt.Std(), Until: until.Std()})
	}
	return err
}

func (l *loaded) windows() error {
	rs := l.asking(plan.KindWindow)
	if len(rs) == 0 {
		return nil
	}
	if l.g.from.Windows == nil {
		l.unanswered(verdict.InWindow, "Nothing is known of the calendar here.")
		return nil
	}
	of, err := l.g.from.Windows(l.tx, rs)
	for _, r := range rs {
		s := l.snapshots[r.ID]
		w := of[r.ID]
		w.Start, w.End = s.Window.Start, s.Window.End
		if w.Owner == "" {
			w.Owner = s.Window.Owner
		}
		if s.At.Before(l.tx.Now.Std()) {
			w.ValidUntil = time.Time{} // the answer is of an instant that is past
		}
		s.Window = w
	}
	return err
}

func (l *loaded) risks() error {
	rs := l.asking(plan.KindRisk)
	if len(rs) == 0 {
		return nil
	}
	if l.g.from.Risks == nil {
		l.unanswered(verdict.NoRisk, "Nothing is known of risks here.")
		return nil
	}
	of, err := l.g.from.Risks(l.tx, rs)
	for r, list := range of {
		if s := l.snapshots[r]; s != nil {
			s.Risks = list
		}
	}
	return err
}

func (l *loaded) decisions() error {
	signed, polled := l.asking(plan.KindApproval), l.asking(plan.KindPoll)
	if l.g.from.Decisions == nil {
		l.unanswered(verdict.Approved, "Nothing is known of approvals here.")
		l.unanswered(verdict.Polled, "Nothing is known of the go/no-go here.")
		return nil
	}
	if len(signed) > 0 {
		of, err := l.g.from.Decisions.Approvals(l.tx, signed)
		if err != nil {
			return err
		}
		for r, list := range of {
			if s := l.snapshots[r]; s != nil {
				s.Approvals = list
			}
		}
		if err := l.roles(signed); err != nil {
			return err
		}
	}
	if len(polled) > 0 {
		of, err := l.g.from.Decisions.Polls(l.tx, polled)
		if err != nil {
			return err
		}
		for r, p := range of {
			if s := l.snapshots[r]; s != nil {
				s.Poll = p
			}
		}
	}
	return nil
}

// roles puts the names of roles where the engine writes them into sentences.
func (l *loaded) roles(rs []plan.Release) error {
	names := map[string]string{}
	for _, r := range rs {
		for _, c := range l.criteria[r.ID] {
			role := c.Spec.Role
			if _, known := names[role]; known || c.Spec.Kind != plan.KindApproval {
				continue
			}
			x, err := auth.RoleByKey(l.tx, role)
			if err != nil && !errs.Is(err, errs.CodeNotFound) {
				return err
			}
			names[role] = cmp.Or(x.Name, role)
		}
	}
	for _, r := range rs {
		l.snapshots[r.ID].NameRoles(names)
	}
	return nil
}

func (l *loaded) backOuts() error {
	rs := l.asking(plan.KindBackout)
	if len(rs) == 0 {
		return nil
	}
	if l.g.from.BackOuts == nil {
		l.unanswered(verdict.BackedOut, "Nothing is known of back-outs here.")
		return nil
	}
	of, err := l.g.from.BackOuts.BackOuts(l.tx, rs)
	for r, b := range of {
		if s := l.snapshots[r]; s != nil {
			s.BackOut = b
		}
	}
	return err
}
