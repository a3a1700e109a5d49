package plan

import (
	"context"
	"fmt"

	"slipway/internal/errs"
	"slipway/internal/plan/builtin"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/template"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// SetTemplate makes a template, or another version of it. version is the one that the caller read, 0 for a new template.
// It fails with errs.Invalid for faulty fields, and with errs.Conflict, carrying the newest version, if that is another.
// A template that says what the newest says already is returned as it is.
func (p *Plans) SetTemplate(ctx context.Context, version int, in Template) (Template, error) {
	return db.Writing(ctx, p.db, func(tx *db.Tx) (Template, error) {
		if err := auth.Check(tx, "template.edit", auth.Everywhere); err != nil {
			return Template{}, err
		}
		now, err := TemplateByRef(tx, in.Key)
		switch {
		case errs.Is(err, errs.CodeNotFound) && version == 0:
		case errs.Is(err, errs.CodeNotFound):
			return Template{}, err
		case err != nil:
			return Template{}, err
		case now.Version != version:
			return Template{}, errs.Conflict("row.stale", now, "Not saved. Version %d of the template %s is newer than the one you read. Compare, then save again.", now.Version, now.Key)
		}
		out, _, err := p.putTemplate(tx, in)
		return out, err
	})
}

// Templates returns the newest version of every template by key. There are dozens.
func (p *Plans) Templates(ctx context.Context) ([]Template, error) {
	return db.Reading(ctx, p.db, func(tx *db.Tx) ([]Template, error) {
		if err := seesTemplates(tx); err != nil {
			return nil, err
		}
		return template.All(tx)
	})
}

// Template returns a version of a template, the newest for 0. It fails with errs.NotFound.
func (p *Plans) Template(ctx context.Context, key string, version int) (Template, error) {
	return db.Reading(ctx, p.db, func(tx *db.Tx) (Template, error) {
		if err := seesTemplates(tx); err != nil {
			return Template{}, err
		}
		if version == 0 {
			return TemplateByRef(tx, key)
		}
		return template.At(tx, key, version)
	})
}

// TemplateVersions returns the versions of a template, newest first, 200 at most. It fails with errs.NotFound.
func (p *Plans) TemplateVersions(ctx context.Context, key string) ([]Template, error) {
	return db.Reading(ctx, p.db, func(tx *db.Tx) ([]Template, error) {
		if err := seesTemplates(tx); err != nil {
			return nil, err
		}
		out, err := template.Versions(tx, key)
		if err == nil && len(out) == 0 {
			err = auth.Unseen("template")
		}
		return out, err
	})
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
	out, outcome, digest, err := template.Put(tx, in)
	if err != nil || outcome == apply.Unchanged {
		return out, outcome, err
	}
	action := TemplateChanged
	if outcome == apply.Created {
		action = TemplateAdded
	}
	// Owners stand in a template by their keys, which an entry must not hold; every version is kept, so its digest proves it.
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "template", ID: in.Key},
		Payload: map[string]any{"version": out.Version, "digest": digest}})
	return out, outcome, nil
}

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

// Builtin returns the templates that ship with the product, by key: database, hotfix, iterative, mobile, standard (the train) and waterfall.
func Builtin() ([]Template, error) { return builtin.Templates() }

// judge runs the checks of other areas over a template that is sound by itself.
func (p *Plans) judge(t Template) error {
	if err := t.Check(); err != nil {
		return err
	}
	var f fault.List
	for _, check := range p.checks {
		if err := check(t); err != nil {
			e := errs.As(err)
			if e.Code != errs.CodeInvalid || len(e.Fields) == 0 {
				return err
			}
			f.Fields = append(f.Fields, e.Fields...)
		}
	}
	return f.Err()
}

// SetTemplateText is SetTemplate with the template as its YAML document. key is that of the template which another version is
// made of; "" takes the document's. Every fault names its line.
func (p *Plans) SetTemplateText(ctx context.Context, key string, version int, src []byte) (Template, error) {
	t, d, err := template.Parse(src)
	if err != nil {
		return t, err
	}
	if key != "" && t.Key != key {
		return t, template.Lined(errs.InvalidField("key", "template.other_key", "This is the template %s, and its key stays. Make a new template for %.100q.", key, t.Key), d)
	}
	out, err := p.SetTemplate(ctx, version, t)
	return out, template.Lined(err, d)
}

// ReadTemplate reads a template from its YAML document, by the rules of applied files. It fails with errs.Invalid, naming
// the line and the dotted path of every fault; what the areas above say of its parts is judged when it is set.
func ReadTemplate(src []byte) (Template, error) { return template.Read(src) }

// TemplateByRef returns the newest version of a template by its key. It fails with errs.NotFound. It checks no
// permission: what a release is made from is no secret of the release.
func TemplateByRef(tx *db.Tx, key string) (Template, error) { return template.ByRef(tx, key) }

// TemplateOf returns the template that a release was made from, as it was then. It checks no permission.
func TemplateOf(tx *db.Tx, r Release) (Template, error) {
	return template.At(tx, r.Template, r.TemplateVersion)
}
