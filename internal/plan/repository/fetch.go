package repository

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/git"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
)

// JobFetch is the job that brings mirrors up to date.
const JobFetch = "repository.fetch_due"

const (
	fetchEvery = 15 * time.Minute
	fetchMost  = 20 // repositories that one job tries
	fetchLimit = 10 * time.Minute
)

// Jobs registers the job of the wing. It belongs to the wiring.
func (s *Repositories) Jobs(r *job.Runner) {
	r.Register(JobFetch, fetchLimit, func(ctx context.Context, _ []byte) error {
		return s.FetchDue(ledger.WithActor(auth.WithSystem(ctx), ledger.System))
	})
	r.Periodic(JobFetch, fetchEvery)
}

// Fetch brings the mirror of a repository up to date at once. It fails with errs.Unavailable where the machine has no git or
// the repository cannot be read; that is kept with the repository too.
func (s *Repositories) Fetch(ctx context.Context, product, key string) (Repository, error) {
	var r Repository
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		p, err := catalog.ProductByRef(tx, product)
		if err != nil {
			return err
		}
		if err := auth.Check(tx, "repository.fetch", catalog.Scope(p.ID)); err != nil {
			return err
		}
		if r, err = repositoryBy(tx, p.ID, key); errors.Is(err, db.ErrNone) {
			return auth.Unseen("repository")
		}
		return err
	})
	if err != nil {
		return r, err
	}
	return s.fetch(ctx, r, true)
}

// FetchRelease brings the mirrors of a release's repositories up to date at once, each as Fetch does, and returns the first
// failure after all were tried.
func (s *Repositories) FetchRelease(ctx context.Context, release string) error {
	var rs []Repository
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return err
		}
		if err := auth.Check(tx, "repository.fetch", plan.Scope(r)); err != nil {
			return err
		}
		m, err := plan.Manifest(tx, r.ID)
		if err != nil {
			return err
		}
		rs, err = ofRelease(tx, r.Product, services(m))
		return err
	})
	if err == nil && len(rs) == 0 {
		err = errs.Blocked("repository.none", "No repository is known for this product. Add one with its address first.")
	}
	for _, r := range rs {
		if _, failed := s.fetch(ctx, r, true); failed != nil && err == nil {
			err = failed
		}
	}
	return err
}

// FetchDue brings the mirrors up to date that were not tried for a while, some at a time, and drops those of this server that no
// repository has any more. It checks no permission. How each went is kept with it; only a failure of the database or of this
// server's disk is one of the call.
func (s *Repositories) FetchDue(ctx context.Context) error {
	if s.o.Git == nil {
		return nil
	}
	var rs []Repository
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		rs, err = due(tx, tx.Now.Add(-fetchEvery/2), fetchMost)
		return err
	})
	for _, r := range rs {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if _, failed := s.fetch(ctx, r, false); errs.Is(failed, errs.CodeInternal) && err == nil {
			err = failed
		}
	}
	return cmp.Or(err, s.sweep(ctx))
}

// sweep drops the mirrors of this server that no repository has any more: another server saw the address change, or the repository go.
func (s *Repositories) sweep(ctx context.Context) error {
	kept, err := s.o.Git.Mirrors() // before the repositories are read: the mirror of one that is added meanwhile is not among them
	if err != nil || len(kept) == 0 {
		return err
	}
	var rs []Repository
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		rs, err = addresses(tx)
		return err
	}); err != nil {
		return err
	}
	used := map[string]bool{}
	for _, r := range rs {
		used[r.mirror()] = true
	}
	for _, m := range kept {
		if used[m] {
			continue
		}
		unlock := s.lock(m)
		err := s.o.Git.Drop(m)
		unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// fetch brings a mirror up to date and keeps how that went. asked says that somebody asked for it, which is put on the record;
// by itself only what changes between working and not working is.
func (s *Repositories) fetch(ctx context.Context, r Repository, asked bool) (Repository, error) {
	if s.o.Git == nil {
		return r, errs.Unavailable("git.missing", "This machine has no git program. Install git to read repositories.")
	}
	defer s.lock(r.mirror())()
	failed := s.bring(ctx, r)
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	was := r.Fault
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		r.TriedAt, r.Fault = tx.Now, ""
		if failed != nil {
			r.Fault = errs.As(failed).Msg
		} else {
			r.FetchedAt = tx.Now
		}
		if asked || (was == "") != (r.Fault == "") {
			entry(tx, r, Fetched, map[string]any{"url": r.URL, "fault": r.Fault})
		}
		return noteFetch(tx, r)
	})
	if err == nil && failed == nil {
		err = s.o.Git.Mark(r.mirror(), r.FetchedAt.String())
	}
	if err == nil {
		err = failed
	}
	return r, err
}

// bring fetches the mirror of this server; the caller holds its lock.
func (s *Repositories) bring(ctx context.Context, r Repository) error {
	source := git.Source{URL: r.URL, User: r.Login}
	if err := s.secret(ctx, r, &source); err != nil {
		return err
	}
	return s.o.Git.Fetch(ctx, r.mirror(), source)
}

// follow brings the mirror of this server up to what another one has fetched: each keeps mirrors of its own, and one does the job. It
// fails only where there is no mirror to read.
func (s *Repositories) follow(ctx context.Context, r Repository) error {
	behind := func() bool { return !r.FetchedAt.IsZero() && s.o.Git.Marked(r.mirror()) != r.FetchedAt.String() }
	if !behind() {
		return nil
	}
	defer s.lock(r.mirror())()
	if !behind() {
		return nil
	}
	err := s.bring(ctx, r)
	if err == nil {
		err = s.o.Git.Mark(r.mirror(), r.FetchedAt.String())
	}
	if s.o.Git.Has(r.mirror()) {
		return nil
	}
	return err
}

func (s *Repositories) secret(ctx context.Context, r Repository, to *git.Source) error {
	if r.Secret == "" {
		return nil
	}
	if s.o.Secret == nil {
		return errs.Unavailable("repository.secret_missing", "This installation holds no secrets.")
	}
	v, ok, err := s.o.Secret(ctx, r.Secret)
	if err == nil && !ok {
		err = errs.Unavailable("repository.secret_missing", "There is no secret %s in this installation.", r.Secret)
	}
	to.Secret = v
	return err
}

// lock makes one fetch of a mirror at a time; what it returns lets the next one in.
func (s *Repositories) lock(mirror string) func() {
	s.mu.Lock()
	m := s.at[mirror]
	if m == nil {
		m = &sync.Mutex{}
		s.at[mirror] = m
	}
	s.mu.Unlock()
	m.Lock()
	return m.Unlock
}
