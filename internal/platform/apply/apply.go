package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/strict"
)

// Outcome says what a document did.
type Outcome string

// The outcomes.
const (
	Created   Outcome = "created"
	Changed   Outcome = "changed"
	Unchanged Outcome = "unchanged"
)

// Kind is one kind of document.
type Kind struct {
	// Name is the word in the field "kind".
	Name string
	// After names the kinds that this one refers to; they are applied before it whatever the order of the files.
	After []string
	// Apply reads the document strictly, checks the caller's rights, and makes the database agree with it. It appends an
	// entry only if something changed, so that applying twice changes nothing.
	Apply func(tx *db.Tx, d strict.Document) (key string, o Outcome, err error)
	// Finish, if not nil, runs once every document has been applied, for what refers to kinds that come later, and reports
	// whether it changed something.
	Finish func(tx *db.Tx, d strict.Document) (bool, error)
	// Export returns what the caller may read in the shape that Apply takes, ordered by key.
	Export func(tx *db.Tx) ([]any, error)
}

// Change is what one document did.
type Change struct {
	Kind    string  `json:"kind"`
	Key     string  `json:"key"`
	Outcome Outcome `json:"outcome"`
	File    string  `json:"file"`
	Line    int     `json:"line"`
}

// Registry holds the kinds in the order in which they are applied.
type Registry struct {
	db    *db.DB
	kinds map[string]Kind
	order []string
}

// New orders the kinds by what they refer to. It fails if a name is given twice, unknown, or part of a circle.
func New(d *db.DB, kinds ...Kind) (*Registry, error) {
	r := &Registry{db: d, kinds: map[string]Kind{}}
	for _, k := range kinds {
		if _, ok := r.kinds[k.Name]; ok {
			return nil, fmt.Errorf("apply: kind %s is registered twice", k.Name)
		}
		r.kinds[k.Name] = k
	}
	placed := map[string]bool{}
	var place func(name string, path []string) error
	place = func(name string, path []string) error {
		if placed[name] {
			return nil
		}
		if slices.Contains(path, name) {
			return fmt.Errorf("apply: kinds refer to each other in a circle: %s", strings.Join(append(path, name), " → "))
		}
		k, ok := r.kinds[name]
		if !ok {
			return fmt.Errorf("apply: kind %s is referred to but not registered", name)
		}
		for _, a := range k.After {
			if err := place(a, append(path, name)); err != nil {
				return err
			}
		}
		placed[name] = true
		r.order = append(r.order, name)
		return nil
	}
	for _, k := range kinds {
		if err := place(k.Name, nil); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Kinds returns the names in the order of application.
func (r *Registry) Kinds() []string { return slices.Clone(r.order) }

// File is one file to apply, as the caller named it.
type File struct {
	Name string `json:"name" doc:"Path as messages shall name it" maxLength:"500"`
	Text string `json:"text" doc:"One or more YAML documents"`
}

var errDry = errors.New("apply: dry run")

// Apply applies every document of the files in one transaction and returns what each did, in the order of application.
// With dry it does the same and undoes it. It fails with errs.Invalid, naming file and line of every fault found, and
// with what the kinds fail with; then nothing is changed.
func (r *Registry) Apply(ctx context.Context, files []File, dry bool) ([]Change, error) {
	docs, err := r.documents(files)
	if err != nil {
		return nil, err
	}
	var out []Change
	err = r.db.Write(ctx, func(tx *db.Tx) error {
		if err := somewhere(tx, "apply.run"); err != nil {
			return err
		}
		out = make([]Change, 0, len(docs))
		var all *errs.Error
		for _, d := range docs {
			key, o, err := r.kinds[d.Kind].Apply(tx, d)
			switch {
			case err == nil:
				out = append(out, Change{Kind: d.Kind, Key: key, Outcome: o, File: d.File, Line: d.Line})
			case errs.Is(err, errs.CodeInvalid):
				all = gather(all, err, d)
				if len(all.Fields) >= maxFaults {
					return all
				}
			default:
				return placed(err, d)
			}
		}
		if all != nil {
			return all
		}
		if err := r.finish(tx, docs, out); err != nil {
			return err
		}
		if dry {
			return errDry
		}
		return nil
	})
	if err != nil && !errors.Is(err, errDry) {
		return nil, err
	}
	return out, nil
}

// finish runs the second pass; out holds the outcome of each document.
func (r *Registry) finish(tx *db.Tx, docs []strict.Document, out []Change) error {
	for i, d := range docs {
		f := r.kinds[d.Kind].Finish
		if f == nil {
			continue
		}
		changed, err := f(tx, d)
		if err != nil {
			return placed(err, d)
		}
		if changed && out[i].Outcome == Unchanged {
			out[i].Outcome = Changed
		}
	}
	return nil
}

// somewhere lets pass whoever has the permission anywhere; what a document may change or show is asked of its own area.
func somewhere(tx *db.Tx, permission string) error {
	all, scopes, err := auth.Scopes(tx, permission)
	if err != nil || all || len(scopes) > 0 {
		return err
	}
	return auth.Check(tx, permission, auth.Everywhere)
}

// maxFaults bounds how many faults one answer lists.
const maxFaults = 20

func (r *Registry) documents(files []File) ([]strict.Document, error) {
	var docs []strict.Document
	var all *errs.Error
	for _, f := range files {
		ds, err := strict.Documents(f.Name, []byte(f.Text))
		if err != nil {
			if !errs.Is(err, errs.CodeInvalid) {
				return nil, err
			}
			all = gather(all, err, strict.Document{File: f.Name})
			continue
		}
		for _, d := range ds {
			if _, ok := r.kinds[d.Kind]; !ok {
				msg := "A document needs a kind, one of " + strings.Join(r.sorted(), ", ") + "."
				if d.Kind != "" {
					msg = fmt.Sprintf("%.40q is not a kind. Known are %s.", d.Kind, strings.Join(r.sorted(), ", "))
					if n := strict.Nearest(d.Kind, r.order); n != "" {
						msg = fmt.Sprintf("%.40q is not a kind. Did you mean %s?", d.Kind, n)
					}
				}
				all = gather(all, errs.Invalid("apply.kind_unknown", "The input is not valid.").With(d.Field("kind", "apply.kind_unknown", "%s", msg)), d)
				continue
			}
			docs = append(docs, d)
		}
	}
	if all != nil {
		return nil, all
	}
	slices.SortStableFunc(docs, func(a, b strict.Document) int {
		return slices.Index(r.order, a.Kind) - slices.Index(r.order, b.Kind)
	})
	return docs, nil
}

func (r *Registry) sorted() []string {
	s := slices.Clone(r.order)
	sort.Strings(s)
	return s
}

// gather adds a document's faults to those found before, each with its file and line.
func gather(all *errs.Error, err error, d strict.Document) *errs.Error {
	e := placed(err, d)
	if all == nil {
		all = errs.Invalid("apply.invalid", "Nothing was applied. The files have faults.")
	}
	return all.With(e.Fields...)
}

// placed makes sure that a fault says in which file and line it is.
func placed(err error, d strict.Document) *errs.Error {
	e := errs.As(err).With()
	if len(e.Fields) == 0 && e.Code != errs.CodeInternal {
		e.Fields = []errs.Field{{Reason: e.Reason, Msg: e.Msg}}
	}
	for i := range e.Fields {
		if f := &e.Fields[i]; f.File == "" {
			f.File = d.File
			if f.Line == 0 {
				f.Line = max(d.LineOf(f.Name), d.Line)
			}
		}
	}
	return e
}

// Export returns the documents of one kind that the caller may read, ordered by key.
// It fails with errs.Invalid for a kind that does not exist.
func (r *Registry) Export(ctx context.Context, kind string) ([]any, error) {
	k, ok := r.kinds[kind]
	if !ok {
		return nil, errs.InvalidField("kind", "apply.kind_unknown", "%.40q is not a kind. Known are %s.", kind, strings.Join(r.sorted(), ", "))
	}
	return db.Reading(ctx, r.db, func(tx *db.Tx) ([]any, error) {
		if err := somewhere(tx, "apply.export"); err != nil {
			return nil, err
		}
		return k.Export(tx)
	})
}
