package clearance

import (
	"cmp"
	"context"
	"errors"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// keptFor bounds how long an answer is kept that time alone does not change, keptMax how many are kept.
const (
	keptFor = time.Hour
	keptMax = 200_000
)

// MayDeploy answers a question. A service or environment that does not exist or that the caller may not see is refused by
// the answer, not by an error. It fails with errs.Invalid for a faulty question and errs.Forbidden if the caller may see the
// service and not ask for it.
//
// The answer takes in every change that was acknowledged before the question came. It costs a look at memory and the check
// of the right; a question that was not asked since something it depends on was touched costs some microseconds more, and
// the reading of a release's standing where that was touched.
func (c *Clearance) MayDeploy(ctx context.Context, q Question) (Answer, error) {
	if err := q.check(); err != nil {
		return Answer{}, err
	}
	p := pass{ctx: ctx, k: asked{q.Service, q.Version, q.Digest, q.Environment, q.Release}, at: q.At}
	if err := c.pass(ctx, &p); err != nil {
		return Answer{}, err
	}
	rep := p.rep
	if rep == nil {
		var err error
		if rep, err = c.answer(ctx, p.k, p.at.Std(), q.At.IsZero(), p.seen); err != nil {
			return Answer{}, err
		}
	}
	out := rep.answer
	out.At, out.Version, out.Digest = p.at, q.Version, q.Digest
	if q.Record {
		return c.record(ctx, q, rep.product, out)
	}
	return out, nil
}

// pass is a question on its way through memory.
type pass struct {
	ctx  context.Context // carries the asker
	k    asked
	at   db.Time // in question; set to the present where none was
	rep  *reply  // that is kept; nil: to be made
	seen bool    // the asker may know the service
	err  error
}

// pass brings memory up to date, checks the right, and looks for an answer that is kept. On PostgreSQL all who wait
// meanwhile share one read for it.
func (c *Clearance) pass(ctx context.Context, p *pass) error {
	if c.db.Engine() == db.Postgres {
		if err := c.shared.Do(ctx, p); err != nil {
			return err
		}
		return p.err
	}
	if err := c.fresh(ctx); err != nil {
		return err
	}
	return c.db.Read(ctx, func(tx *db.Tx) error { return c.find(tx, p) })
}

// find checks the right to ask and looks for an answer in memory.
func (c *Clearance) find(tx *db.Tx, p *pass) error {
	now := p.at.IsZero()
	if now {
		p.at = db.At(c.db.Clock().Now())
	}
	rep, product := c.memory.find(p.k, p.at.Std())
	seen, err := permit(tx, product)
	if err != nil {
		return err
	}
	p.seen = seen
	switch {
	case !seen:
		p.k.version, p.k.digest = "", ""
	case now:
		p.rep = rep
	}
	return nil
}

func (q Question) check() error {
	switch {
	case q.Service == "":
		return errs.InvalidField("service", "service.missing", "Name the service, by key or identifier.")
	case q.Environment == "":
		return errs.InvalidField("environment", "environment.missing", "Name the environment, by key or identifier.")
	case q.Version == "" && q.Digest == "":
		return errs.InvalidField("version", "version.missing", "Name the version, the digest of the artefact, or both.")
	case !q.At.IsZero() && (q.At < minAt || q.At > maxAt):
		return errs.InvalidField("at", "at.out_of_range", "The instant lies between 2000 and 2199.")
	}
	if q.Version != "" {
		if err := catalog.CheckVersion("version", q.Version); err != nil {
			return err
		}
	}
	return catalog.CheckDigest("digest", q.Digest)
}

var (
	minAt = db.At(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
	maxAt = db.At(time.Date(2199, 1, 1, 0, 0, 0, 0, time.UTC))
)

// permit checks the right to ask about a product's services. seen is false if the caller may not know the service.
func permit(tx *db.Tx, product id.Product) (seen bool, err error) {
	if product == "" {
		all, scopes, err := auth.Scopes(tx, "deploy.ask")
		if err == nil && !all && len(scopes) == 0 {
			err = auth.Check(tx, "deploy.ask", auth.Everywhere)
		}
		return true, err
	}
	err = auth.Check(tx, "deploy.ask", catalog.Scope(product))
	if !errs.Is(err, errs.CodeForbidden) {
		return true, err
	}
	if known, e := auth.Allowed(tx, "catalog.read", catalog.Scope(product)); e != nil || known {
		return false, cmp.Or(e, err)
	}
	_, scopes, e := auth.Scopes(tx, "deploy.ask")
	if e == nil && len(scopes) == 0 {
		return false, err
	}
	return false, e
}

// find returns the answer that is kept, if it still holds, and the product of the service.
func (m *memory) find(k asked, at time.Time) (*reply, id.Product) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if x, ok := m.answers[k]; ok && holds(m, x) && !at.Before(x.of.from) && at.Before(x.of.until) {
		return x.of, x.of.product
	}
	if s := m.services[k.service]; s != nil {
		return nil, s.Product
	}
	return nil, ""
}

// draft is an answer in the making: what memory has for it and what must still be read.
type draft struct {
	parts
	gen, runs uint64
	deps      []dep
	ids       []id.Release
	digests   []string
	found     []*candidate // by place in ids; nil: to be read
	expired   bool         // the periods in memory do not reach the instant
	passes    []calendar.Passing
}

func (m *memory) draft(k asked, at time.Time, seen bool) *draft {
	m.mu.RLock()
	defer m.mu.RUnlock()
	d := &draft{gen: m.gen, runs: m.runs + 1}
	d.environment = m.environments[k.environment]
	if seen {
		d.service = m.services[k.service]
	}
	if d.service == nil || d.environment == nil {
		return d
	}
	s := d.service.ID
	d.horizon, d.bars, d.overrides, d.passes = m.horizon, m.bars[s], m.overrides[s], m.passing
	d.expired = at.Before(m.expanded.Add(-behind)) || at.After(m.horizon.Add(-refresh))
	d.periods = calendar.Match(m.periods, *d.service, *d.environment)
	d.ids = m.versions[carrier{s, k.version}]
	if k.version == "" {
		d.ids = m.digests[carrier{s, k.digest}]
	}
	for _, r := range d.ids {
		d.deps = append(d.deps, dep{r, m.of[r]})
		for _, x := range m.items[r] {
			if x.Service == s {
				d.digests, d.version = append(d.digests, x.Digest), x.Version
			}
		}
		var found *candidate
		if x, ok := m.candidates[r]; ok && holds(m, x) && (x.of.ValidUntil.IsZero() || at.Before(x.of.ValidUntil)) {
			found = x.of
		}
		d.found = append(d.found, found)
	}
	return d
}

// answer makes an answer, reading what memory does not have, and keeps it if it is for now.
func (c *Clearance) answer(ctx context.Context, k asked, at time.Time, keep, seen bool) (*reply, error) {
	d := c.memory.draft(k, at, seen)
	runs := false
	if d.service != nil && d.environment != nil {
		var err error
		if runs, err = c.complete(ctx, d, k, at); err != nil {
			return nil, err
		}
	}
	r := &reply{from: at, until: at.Add(keptFor)}
	r.answer.Answer = d.decide(k, at)
	r.answer.Service, r.answer.Environment = k.service, k.environment
	if d.service != nil {
		r.product, r.answer.Service = d.service.Product, d.service.Key
	}
	if d.environment != nil {
		r.answer.Environment = d.environment.Key
	}
	if v := r.answer.ValidUntil; v != nil && v.Before(r.until) {
		r.until = *v
	}
	if keep && seen {
		x := kept[*reply]{of: r, gen: d.gen, deps: d.deps}
		if runs {
			x.runs = d.runs
		}
		c.memory.keep(k, x, d)
	}
	return r, nil
}

// complete reads what the draft lacks. It reports whether the answer depends on what runs.
func (c *Clearance) complete(ctx context.Context, d *draft, k asked, at time.Time) (runs bool, err error) {
	released := d.environment.Rule == catalog.RuleRelease
	gated := released || d.environment.Tier == catalog.Production && len(d.ids) > 0
	runs = gated && k.digest != "" && k.release == ""
	lacks := false
	for _, f := range d.found {
		lacks = lacks || f == nil
	}
	soft := len(d.passes) > 0
	if (gated || soft) && lacks || runs || d.expired || released && len(d.ids) == 0 {
		err = c.db.Read(system(ctx), func(tx *db.Tx) error {
			if d.expired {
				ps, err := calendar.AllStanding(tx, db.At(at.Add(-behind)), db.At(at.Add(ahead)))
				if err != nil {
					return err
				}
				d.periods, d.horizon = calendar.Match(ps, *d.service, *d.environment), at.Add(ahead)
			}
			if runs {
				r, err := catalog.Runs(tx, d.service.ID, d.environment.ID)
				if err != nil && !errors.Is(err, db.ErrNone) {
					return err
				}
				d.running = r
			}
			if released && len(d.ids) == 0 {
				return d.ended(tx, k)
			}
			if !gated && !soft {
				return nil
			}
			for i, r := range d.ids {
				if d.found[i] != nil {
					continue
				}
				rel, err := plan.ReleaseByID(tx, r)
				if err != nil {
					return err
				}
				if d.found[i], err = c.candidateOf(tx, rel); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for i, f := range d.found {
		if f != nil && (k.release == "" || k.release == f.Key || k.release == string(f.ID)) {
			d.carrying = append(d.carrying, carrying{f, d.digests[i]})
		}
	}
	d.passing = passingOf(d.passes, d.carrying)
	return runs, err
}

// ended adds releases that carried the version and authorise nothing any more, so that the refusal can name them.
func (d *draft) ended(tx *db.Tx, k asked) error {
	rs, err := plan.Carrying(tx, d.service.ID, k.version, k.digest, true)
	for _, r := range rs {
		if r.Ended() {
			d.carrying = append(d.carrying, carrying{&candidate{r, Standing{Verdict: "go", Decision: "go"}}, k.digest})
		}
	}
	return err
}

// keep keeps an answer and the standings that were read for it, unless something was touched meanwhile.
func (m *memory) keep(k asked, x kept[*reply], d *draft) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !holds(m, x) {
		return
	}
	if len(m.answers) >= keptMax {
		m.answers = map[asked]kept[*reply]{}
	}
	m.answers[k] = x
	for i, f := range d.found {
		if f != nil {
			m.candidates[d.ids[i]] = kept[*candidate]{of: f, gen: d.gen, deps: d.deps[i : i+1]}
		}
	}
}
