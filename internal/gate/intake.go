package gate

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/blob"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Receive keeps evidence for a release: the original bytes under their digest, what was read from them, and what the release
// carries at this moment. It is read, hashed and judged before the transaction that stores it, so that many senders share
// commits. If the manifest changes in between, the evidence is bound to what it was, and so stale.
//
// It fails with errs.Invalid, naming element or path and line, for content that is not what its kind says, for a criterion of
// another kind and for a service that the release does not carry; with errs.TooLarge beyond EvidenceLimit or FactMax; and with errs.Blocked if the
// release has ended.
func (g *Gate) Receive(ctx context.Context, ref string, in NewEvidence, content []byte) (Evidence, error) {
	if err := in.check(); err != nil {
		return Evidence{}, err
	}
	e, report, release, err := g.weigh(ctx, ref, in, content)
	if err != nil {
		return Evidence{}, err
	}
	kept := blob.Hold(content, mediaType(in.Kind))
	b := kept.Blob()
	e.Digest, e.Size, e.MediaType = b.Digest, b.Size, b.MediaType
	text, err := json.Marshal(report)
	if err == nil {
		err = g.db.Write(ctx, func(tx *db.Tx) error {
			e.ID, e.ReceivedAt, e.ReceivedBy, e.Person = id.New[string](), tx.Now, actor(tx), person(tx)
			if err := kept.Store(tx); err != nil {
				return err
			}
			if err := insertEvidence(tx, e, string(text)); err != nil {
				return err
			}
			entry(tx, release, EvidenceReceived, ledger.Subject{Kind: "evidence", ID: e.ID}, received{e.Criterion, e.Kind, e.Service, e.Version, e.Artefact, e.Manifest, e.Digest, e.Size, e.Tests, e.Failures, e.Errors, e.Skipped})
			return nil
		})
	}
	if err != nil {
		return Evidence{}, err
	}
	e.Report = &report
	return e, nil
}

// received is what the ledger says of evidence: what it is bound to and the digest that proves the bytes.
type received struct {
	Criterion string `json:"criterion,omitempty"`
	Kind      string `json:"kind"`
	Service   string `json:"service,omitempty"`
	Version   string `json:"version,omitempty"`
	Artefact  string `json:"artefact,omitempty"`
	Manifest  string `json:"manifest"`
	Digest    string `json:"digest"`
	Size      int64  `json:"size"`
	Tests     int    `json:"tests"`
	Failures  int    `json:"failures"`
	Errors    int    `json:"errors"`
	Skipped   int    `json:"skipped"`
}

// weigh reads what the evidence is about, then the content. Who may not send it is told nothing of its content.
func (g *Gate) weigh(ctx context.Context, ref string, in NewEvidence, content []byte) (Evidence, Report, plan.Release, error) {
	var e Evidence
	var r plan.Release
	var c Criterion
	err := g.db.Read(ctx, func(tx *db.Tx) (err error) {
		if r, err = plan.ReleaseByRef(tx, ref); err != nil {
			return err
		}
		if err := auth.Check(tx, "evidence.add", plan.Scope(r)); err != nil {
			return err
		}
		if err := unchangeable(r); err != nil {
			return err
		}
		e, c, err = about(tx, r, in)
		return err
	})
	if err != nil {
		return e, Report{}, r, err
	}
	counted, report, err := parse(in.Kind, content, g.limit)
	if err != nil {
		return e, report, r, err
	}
	e.Tests, e.Failures, e.Errors, e.Skipped = counted.Tests, counted.Failures, counted.Errors, counted.Skipped
	if in.Kind == plan.KindFact && c.Key != "" {
		// Judged now, so that the first page that shows it does not have to.
		o, err := g.put(ctx, c.Spec.Condition, content)
		if err != nil {
			return e, report, r, err
		}
		e.Passed, e.Finding = o.Met, o.Text
	}
	return e, report, r, nil
}

// about finds the criterion and the service that evidence is for.
func about(tx *db.Tx, r plan.Release, in NewEvidence) (Evidence, Criterion, error) {
	e := Evidence{Release: r.ID, Kind: in.Kind, Manifest: r.ManifestDigest, Source: in.Source, URL: in.URL}
	if in.Service != "" {
		var err error
		if e.Service, err = serviceKey(tx, in.Service); err != nil {
			return e, Criterion{}, err
		}
	}
	c, err := criterionFor(tx, r, in, &e)
	if err != nil {
		return e, c, err
	}
	e.Criterion = c.Key
	if e.Service == "" {
		return e, c, nil
	}
	items, err := plan.Manifest(tx, r.ID)
	if err != nil {
		return e, c, err
	}
	i := slices.IndexFunc(items, func(m plan.ManifestItem) bool { return m.ServiceKey == e.Service })
	if i < 0 {
		return e, c, errs.InvalidField("service", "service.not_carried", "%s does not carry the service %s. Add it to the manifest first, or leave the service out.", r.Name, e.Service)
	}
	e.Version, e.Artefact = items[i].Version, items[i].Digest
	return e, c, nil
}

func serviceKey(tx *db.Tx, ref string) (string, error) {
	s, err := catalog.ServiceByRef(tx, ref)
	if errs.Is(err, errs.CodeNotFound) {
		return "", errs.InvalidField("service", "service.unknown", "There is no service %.60q, or you may not see it.", ref)
	}
	return s.Key, err
}

// criterionFor returns the criterion that evidence is for: the one named, or the only one of its kind that asks for this service. Evidence
// that no criterion asks for is kept too, and gets the zero value.
func criterionFor(tx *db.Tx, r plan.Release, in NewEvidence, e *Evidence) (Criterion, error) {
	if in.Criterion != "" {
		c, err := criterionBy(tx, r.ID, in.Criterion)
		switch {
		case errs.Is(err, errs.CodeNotFound):
			return c, errs.InvalidField("criterion", "criterion.unknown", "%s has no criterion %.60q.", r.Name, in.Criterion)
		case err != nil:
			return c, err
		case c.Spec.Kind != in.Kind:
			return c, errs.InvalidField("criterion", "criterion.other_kind", "%s is of kind %s. Evidence of kind %s does not count for it.", c.Spec.Name, c.Spec.Kind, in.Kind)
		}
		return c, c.asks(e)
	}
	of, err := criteriaOf(tx, []plan.Release{r})
	if err != nil {
		return Criterion{}, err
	}
	var fit []Criterion
	for _, c := range of[r.ID] {
		if c.Spec.Kind == in.Kind && (!c.perService() || e.Service == "" || slices.Contains(c.Spec.Evidence.Services, e.Service)) {
			fit = append(fit, c)
		}
	}
	switch len(fit) {
	case 0:
		return Criterion{}, nil
	case 1:
		return fit[0], fit[0].asks(e)
	}
	keys := make([]string, len(fit))
	for i, c := range fit {
		keys[i] = c.Key
	}
	return Criterion{}, errs.InvalidField("criterion", "criterion.ambiguous", "Several criteria ask for evidence of kind %s. Say which it is for: %s.", in.Kind, strings.Join(keys, ", "))
}

// asks checks that a criterion with services gets evidence for one of them.
func (c Criterion) asks(e *Evidence) error {
	if !c.perService() {
		return nil
	}
	services := c.Spec.Evidence.Services
	switch {
	case e.Service == "" && len(services) == 1:
		e.Service = services[0]
	case e.Service == "":
		return errs.InvalidField("service", "service.missing", "%s asks for evidence of each service. Say which it is of: %s.", c.Spec.Name, strings.Join(services, ", "))
	case !slices.Contains(services, e.Service):
		return errs.InvalidField("service", "service.not_asked", "%s does not ask for %s. It asks for %s.", c.Spec.Name, e.Service, strings.Join(services, ", "))
	}
	return nil
}

func link(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
