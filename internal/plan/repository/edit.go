package repository

import (
	"context"
	"errors"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// List returns the repositories of a product by key. It fails with errs.NotFound if the caller may not see the product.
func (s *Repositories) List(ctx context.Context, product string) ([]Repository, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) ([]Repository, error) {
		p, err := catalog.ProductByRef(tx, product)
		if err != nil {
			return nil, err
		}
		if err := auth.CheckSeen(tx, "repository.read", catalog.Scope(p.ID), "product"); err != nil {
			return nil, err
		}
		return repositories(tx, p.ID)
	})
}

// Add adds a repository to a product. It fails with errs.Conflict for a key that is taken, and errs.Invalid for faulty fields.
func (s *Repositories) Add(ctx context.Context, product string, in Spec) (Repository, error) {
	return db.Writing(ctx, s.db, func(tx *db.Tx) (Repository, error) {
		p, err := s.product(tx, product)
		if err != nil {
			return Repository{}, err
		}
		r := Repository{ID: id.New[string](), Product: p.ID, ProductKey: p.Key, Rev: 1, ChangedAt: tx.Now, ChangedBy: actor(tx)}
		if r, err = s.over(tx, r, in); err != nil {
			return Repository{}, err
		}
		if now, err := repositoryBy(tx, p.ID, in.Key); err == nil {
			return Repository{}, errs.Conflict("key.taken", now, "%s has a repository %s already.", p.Name, in.Key)
		} else if !errors.Is(err, db.ErrNone) {
			return Repository{}, err
		}
		entry(tx, r, Added, map[string]any{"after": said(r)})
		return r, insertRepository(tx, r)
	})
}

// Set replaces what is stated about a repository; its key stays. rev is the version that the caller read, 0 for any. Another
// address has a mirror of its own. It fails as Add does, and with errs.Conflict if that version is gone.
func (s *Repositories) Set(ctx context.Context, product, key string, rev int64, in Spec) (Repository, error) {
	var out, old Repository
	err := s.change(ctx, product, key, rev, func(tx *db.Tx, was Repository) error {
		in.Key, old = was.Key, was
		n, err := s.over(tx, was, in)
		if err != nil || n == was {
			out = n
			return err
		}
		n.Rev, n.ChangedAt, n.ChangedBy = was.Rev+1, tx.Now, actor(tx)
		if n.URL != was.URL {
			n.FetchedAt, n.TriedAt, n.Fault = 0, 0, ""
		}
		entry(tx, n, Changed, map[string]any{"before": said(was), "after": said(n)})
		out = n
		return updateRepository(tx, n)
	})
	if err == nil && out.mirror() != old.mirror() {
		err = s.drop(old)
	}
	return out, err
}

// Remove forgets a repository; its mirror goes with it. It fails as Set does.
func (s *Repositories) Remove(ctx context.Context, product, key string, rev int64) error {
	var gone Repository
	err := s.change(ctx, product, key, rev, func(tx *db.Tx, was Repository) error {
		entry(tx, was, Removed, map[string]any{"before": said(was)})
		gone = was
		return deleteRepository(tx, was.ID)
	})
	if err == nil {
		err = s.drop(gone)
	}
	return err
}

// drop removes the mirror that this server keeps of a repository at its address.
func (s *Repositories) drop(r Repository) error {
	if s.o.Git == nil {
		return nil
	}
	defer s.lock(r.mirror())()
	return s.o.Git.Drop(r.mirror())
}

func (s *Repositories) change(ctx context.Context, product, key string, rev int64, do func(*db.Tx, Repository) error) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		p, err := s.product(tx, product)
		if err != nil {
			return err
		}
		r, err := repositoryBy(tx, p.ID, key)
		switch {
		case errors.Is(err, db.ErrNone):
			return auth.Unseen("repository")
		case err != nil:
			return err
		case rev != 0 && r.Rev != rev:
			return errs.Conflict("row.stale", r, "Not saved. %s was changed by somebody else. Compare with what it is now, then save again.", r.Key)
		}
		return do(tx, r)
	})
}

func (s *Repositories) product(tx *db.Tx, ref string) (catalog.Product, error) {
	p, err := catalog.ProductByRef(tx, ref)
	if err != nil {
		return p, err
	}
	return p, auth.Check(tx, "repository.edit", catalog.Scope(p.ID))
}
