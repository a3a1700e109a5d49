package book

import (
	"slipway/internal/deploy/runbook"
	"slipway/internal/deploy/runbookfile"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/db"
	"slipway/internal/platform/strict"
)

// Kinds returns the documents of the area: runbooks.
func (b *Runbooks) Kinds() []apply.Kind {
	return []apply.Kind{{Name: runbookfile.Kind, Apply: b.apply, Export: exportRunbooks}}
}

func (b *Runbooks) apply(tx *db.Tx, d strict.Document) (string, apply.Outcome, error) {
	r, err := runbookfile.From(d)
	if err != nil {
		return "", "", err
	}
	if err := id.CheckKey("key", r.Key); err != nil {
		return r.Key, "", err
	}
	if err := b.checkConditions(r); err != nil {
		e := errs.As(err)
		for i := range e.Fields {
			e.Fields[i].File, e.Fields[i].Line = d.File, d.LineOf(e.Fields[i].Name)
		}
		return r.Key, "", e
	}
	_, o, err := b.put(tx, r)
	return r.Key, o, err
}

// document is a runbook as a file has it.
type document struct {
	Kind            string `yaml:"kind"`
	runbook.Runbook `yaml:",inline"`
}

func exportRunbooks(tx *db.Tx) ([]any, error) {
	if err := readable(tx); err != nil {
		return nil, err
	}
	var out []any
	for f := (Filter{Limit: 200}); ; {
		page, err := summaries(tx, f)
		if err != nil {
			return nil, err
		}
		for _, s := range page {
			v, err := newest(tx, s.Key)
			if err != nil {
				return nil, err
			}
			out = append(out, document{runbookfile.Kind, v.Runbook})
			f.After = s.Key
		}
		if len(page) < 200 {
			return out, nil
		}
	}
}
