package plan

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"

	"slipway/internal/errs"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/strict"
)

// SetTemplate makes a template, or another version of it. version is the one that the caller read, 0 for a new template.
// It fails with errs.Invalid for faulty fields, and with errs.Conflict, carrying the newest version, if that is another.
// A template that says what the newest says already is returned as it is.
func (p *Plans) SetTemplate(ctx context.Context, version int, in Template) (Template, error) {
	var out Template
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "template.edit", auth.Everywhere); err != nil {
			return err
		}
		now, err := TemplateByRef(tx, in.Key)
		switch {
		case errs.Is(err, errs.CodeNotFound) && version == 0:
		case errs.Is(err, errs.CodeNotFound):
			return err
		case err != nil:
			return err
		case now.Version != version:
			return errs.Conflict("row.stale", now, "Not saved. Version %d of the template %s is newer than the one you read. Compare, then save again.", now.Version, now.Key)
		}
		out, _, err = p.putTemplate(tx, in)
		return err
	})
	return out, err
}

// Templates returns the newest version of every template by key. There are dozens.
func (p *Plans) Templates(ctx context.Context) ([]Template, error) {
	var out []Template
	err := p.db.Read(ctx, func(tx *db.Tx) (err error) {
		if err := seesTemplates(tx); err != nil {
			return err
		}
		out, err = templates(tx)
		return err
	})
	return out, err
}

// Template returns a version of a template, the newest for 0. It fails with errs.NotFound.
func (p *Plans) Template(ctx context.Context, key string, version int) (Template, error) {
	var out Template
	err := p.db.Read(ctx, func(tx *db.Tx) (err error) {
		if err := seesTemplates(tx); err != nil {
			return err
		}
		if version == 0 {
			out, err = TemplateByRef(tx, key)
		} else {
			out, err = TemplateAt(tx, key, version)
		}
		return err
	})
	return out, err
}

// TemplateVersions returns the versions of a template, newest first, 200 at most. It fails with errs.NotFound.
func (p *Plans) TemplateVersions(ctx context.Context, key string) ([]Template, error) {
	var out []Template
	err := p.db.Read(ctx, func(tx *db.Tx) (err error) {
		if err := seesTemplates(tx); err != nil {
			return err
		}
		if out, err = templateVersions(tx, key); err == nil && len(out) == 0 {
			err = auth.Unseen("template")
		}
		return err
	})
	return out, err
}

// seesTemplates lets pass whoever may read templates anywhere: they belong to the whole organisation.
func seesTemplates(tx *db.Tx) error {
	all, scopes, err := auth.Scopes(tx, "template.read")
	if err != nil || all || len(scopes) > 0 {
		return err
	}
	return auth.Unseen("template")
}

// putTemplate writes the template as its next version unless it says what the newest says.
func (p *Plans) putTemplate(tx *db.Tx, in Template) (Template, apply.Outcome, error) {
	if err := p.judge(in); err != nil {
		return in, "", err
	}
	now, err := TemplateByRef(tx, in.Key)
	action, outcome := TemplateChanged, apply.Changed
	if errs.Is(err, errs.CodeNotFound) {
		action, outcome = TemplateAdded, apply.Created
	} else if err != nil {
		return in, "", err
	}
	after, err := db.Canonical(in)
	if err != nil {
		return in, "", err
	}
	if outcome == apply.Changed {
		before, err := db.Canonical(now)
		if err != nil {
			return in, "", err
		}
		if bytes.Equal(before, after) {
			return now, apply.Unchanged, nil
		}
	}
	in.Version, in.ChangedAt, in.ChangedBy = now.Version+1, tx.Now, actor(tx)
	if err := insertTemplate(tx, in, after); err != nil {
		return in, "", err
	}
	// Owners stand in a template by their keys, which an entry must not hold; every version is kept, so its digest proves it.
	sum := sha256.Sum256(after)
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "template", ID: in.Key},
		Payload: map[string]any{"version": in.Version, "digest": "sha256:" + hex.EncodeToString(sum[:])}})
	return in, outcome, nil
}

//go:embed builtin/*.yaml
var builtin embed.FS

// EnsureBuiltin makes the templates that ship with the product, those that are not there. It belongs to the start.
func (p *Plans) EnsureBuiltin(ctx context.Context) error {
	ts, err := Builtin()
	if err != nil {
		return err
	}
	return p.db.Write(auth.WithSystem(ctx), func(tx *db.Tx) error {
		for _, t := range ts {
			_, err := TemplateByRef(tx, t.Key)
			if !errs.Is(err, errs.CodeNotFound) {
				if err != nil {
					return err
				}
				continue
			}
			if _, _, err := p.putTemplate(tx, t); err != nil {
				return fmt.Errorf("plan: built-in template %s: %w", t.Key, err)
			}
		}
		return nil
	})
}

// Builtin returns the templates that ship with the product, by key: iterative, standard (the train) and waterfall.
func Builtin() ([]Template, error) {
	files, err := builtin.ReadDir("builtin")
	if err != nil {
		return nil, err
	}
	out := make([]Template, len(files))
	for i, f := range files {
		src, err := builtin.ReadFile("builtin/" + f.Name())
		if err != nil {
			return nil, err
		}
		d, err := strict.One(f.Name(), src)
		if err != nil {
			return nil, err
		}
		if err := d.Decode(&out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
