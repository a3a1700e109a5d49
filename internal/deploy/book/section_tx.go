package book

import (
	"errors"
	"fmt"
	"slices"

	"slipway/internal/deploy/runbook"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// content is what a binding stands for.
type content struct {
	bound      bool
	book       runbook.Runbook
	parameters map[string]string
}

// RunbookContent is what is signed of the section runbook: the graph without the back-out, and what it is started with. The
// number of the version is not part of it, so that a change of the back-out alone is one of that section alone.
type RunbookContent struct {
	Parameters map[string]string `json:"parameters,omitempty"`
	Runbook    runbook.Content   `json:"runbook"`
}

func contentOf(tx *db.Tx, b Binding) (content, error) {
	if b.Runbook == "" || b.Version == 0 {
		return content{}, nil
	}
	v, err := VersionOf(tx, b.Runbook, b.Version)
	return content{true, v.Runbook, b.Parameters}, err
}

func (c content) runbook() any {
	if !c.bound {
		return struct{}{}
	}
	return RunbookContent{c.parameters, c.book.Content()}
}

func (c content) backout() any {
	if !c.bound {
		return struct{}{}
	}
	return c.book.BackOutContent()
}

func sectionOf(tx *db.Tx, r id.Release) (content, error) {
	b, err := bindingOf(tx, r)
	if errors.Is(err, db.ErrNone) {
		return content{}, nil
	}
	if err != nil {
		return content{}, err
	}
	return contentOf(tx, b)
}

// RunbookSection returns the signed content of the runbook of a release; an empty object without one. It checks no permission.
func RunbookSection(tx *db.Tx, r id.Release) (any, error) {
	c, err := sectionOf(tx, r)
	return c.runbook(), err
}

// BackoutSection returns the signed content of the back-out of a release: its graph, when it starts by itself, and which
// step takes back which. It checks no permission.
func BackoutSection(tx *db.Tx, r id.Release) (any, error) {
	c, err := sectionOf(tx, r)
	return c.backout(), err
}

// BindingOf returns what a release runs. It checks no permission. It fails with errs.NotFound if no runbook was chosen.
func BindingOf(tx *db.Tx, r id.Release) (Binding, error) {
	b, err := bindingOf(tx, r)
	if errors.Is(err, db.ErrNone) || err == nil && b.Runbook == "" {
		return b, auth.Unseen("runbook")
	}
	if err != nil {
		return b, err
	}
	n, err := newest(tx, b.Runbook)
	if err != nil && !errors.Is(err, db.ErrNone) {
		return b, err
	}
	b.Newest = n.Version
	return b, nil
}

// BackoutPresent reports whether the release has a way back, and says so in a sentence: which, or what is missing. Every
// step that acts outside needs a back-out step, unless nothing of it needs to be undone because it only verifies. It checks no permission.
func BackoutPresent(tx *db.Tx, r id.Release) (bool, string, error) {
	b, err := bindingOf(tx, r)
	if err != nil && !errors.Is(err, db.ErrNone) {
		return false, "", err
	}
	if b.Runbook == "" {
		return false, "No runbook is chosen, so there is no back-out.", nil
	}
	if b.Version == 0 {
		return false, fmt.Sprintf("The runbook %s does not exist yet.", b.Runbook), nil
	}
	c, err := contentOf(tx, b)
	if err != nil {
		return false, "", err
	}
	n := len(c.book.BackOut.Steps)
	fixed := slices.ContainsFunc(c.book.Steps, func(s runbook.Step) bool { return s.BackOut == runbook.FixForward })
	switch {
	case n == 0 && c.book.BackOut.FixForward == "":
		return false, fmt.Sprintf("The runbook %s, version %d, has no back-out.", b.Runbook, b.Version), nil
	case n == 0:
		return true, fmt.Sprintf("The runbook %s, version %d, cannot be taken back; its fix-forward plan applies.", b.Runbook, b.Version), nil
	case fixed:
		return true, fmt.Sprintf("Back-out of %d steps, and a fix-forward plan for what cannot be undone.", n), nil
	}
	return true, fmt.Sprintf("Back-out of %d steps.", n), nil
}

// BackoutRehearsed returns when a rehearsal of the release last carried out the back-out of the chosen version; none if it never did. It
// checks no permission.
func BackoutRehearsed(tx *db.Tx, r id.Release) (db.Time, error) {
	b, err := bindingOf(tx, r)
	if errors.Is(err, db.ErrNone) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return rehearsed(tx, r, b)
}

// CheckParameters judges values against a runbook's parameters. With complete, required ones must be there.
func CheckParameters(known []runbook.Parameter, given map[string]string, complete bool) error {
	var faults []errs.Field
	for name, value := range given {
		if !slices.ContainsFunc(known, func(p runbook.Parameter) bool { return p.Name == name }) {
			faults = append(faults, errs.Field{Name: "parameters." + name, Reason: "runbook.parameter_unknown", Msg: "The runbook has no such parameter."})
		}
		if len(value) > runbook.MaxText {
			faults = append(faults, errs.Field{Name: "parameters." + name, Reason: "runbook.parameter_long", Msg: fmt.Sprintf("A parameter has at most %d bytes.", runbook.MaxText)})
		}
	}
	for _, p := range known {
		if _, ok := given[p.Name]; complete && p.Required && !ok {
			faults = append(faults, errs.Field{Name: "parameters." + p.Name, Reason: "runbook.parameter_missing", Msg: fmt.Sprintf("The runbook needs the parameter %s. %s", p.Name, p.Description)})
		}
	}
	if len(faults) == 0 {
		return nil
	}
	slices.SortFunc(faults, func(a, b errs.Field) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return errs.Invalid("runbook.parameters", "The parameters do not fit the runbook.").With(faults...)
}
