package runbookfile

import (
	"errors"
	"slices"

	"slipway/internal/deploy/runbook"
	"slipway/internal/errs"
	"slipway/internal/platform/strict"
)

// Kind is the kind of a document that holds a runbook.
const Kind = "runbook"

const listed = 20 // faults

// Parse reads a file that holds one runbook. It fails with errs.Invalid, listing each fault with its line, if the file is
// malformed or the runbook is not sound, and with errs.TooLarge beyond 1 MiB.
func Parse(file string, src []byte) (runbook.Runbook, error) {
	d, err := strict.One(file, src)
	if err != nil {
		return runbook.Runbook{}, err
	}
	return From(d)
}

// From reads a runbook out of a document of a stream. It fails as Parse does.
func From(d strict.Document) (runbook.Runbook, error) {
	if d.Kind != Kind {
		return runbook.Runbook{}, errs.Invalid(strict.ReasonInvalid, "%s holds no runbook.", d.File).
			With(d.Field("kind", strict.ReasonValue, "The document of a runbook begins with kind: runbook."))
	}
	var r runbook.Runbook
	if err := d.Decode(&r); err != nil {
		return runbook.Runbook{}, err
	}
	found := runbook.Validate(&r)
	if len(found) == 0 {
		return r, nil
	}
	e := errs.Invalid("runbook.invalid", "The runbook has %d faults.", len(found))
	if len(found) == 1 {
		e = errs.Invalid("runbook.invalid", "The runbook has a fault.")
	}
	fields := Fields(found)
	for i := range fields {
		fields[i].File, fields[i].Line = d.File, d.LineOf(fields[i].Name)
	}
	slices.SortStableFunc(fields, func(a, b errs.Field) int { return a.Line - b.Line })
	return runbook.Runbook{}, e.With(fields[:min(len(fields), listed)]...)
}

// Fields turns faults of a runbook that did not come from a file into fields of an error, with the nearest known names.
func Fields(found []runbook.Fault) []errs.Field {
	fields := make([]errs.Field, 0, len(found))
	for _, f := range found {
		msg := f.Msg
		if near := strict.Nearest(f.Word, f.Known); near != "" {
			msg += " Did you mean \"" + near + "\"?"
		}
		fields = append(fields, errs.Field{Name: f.Path, Reason: f.Reason, Msg: msg})
	}
	return fields
}

// Refused turns an error of the run engine into one that crosses borders: a stale result or an ended run is a conflict, a
// missing answer is invalid input, everything else is blocked by a rule. Any other error is returned as it is.
func Refused(err error) error {
	var r *runbook.Refusal
	if !errors.As(err, &r) {
		return err
	}
	switch {
	case errors.Is(r, runbook.ErrMissing), errors.Is(r, runbook.ErrUnknownEvent):
		return errs.Invalid(r.Reason, "%s", r.Msg)
	case errors.Is(r, runbook.ErrUnknownStep):
		return errs.NotFound(r.Reason, "%s", r.Msg)
	case errors.Is(r, runbook.ErrStale), errors.Is(r, runbook.ErrWrongQuestion):
		return errs.Conflict(r.Reason, nil, "%s", r.Msg)
	case errors.Is(r, runbook.ErrOtherRunbook):
		return errs.Internal(r.Reason, r)
	}
	return errs.Blocked(r.Reason, "%s", r.Msg)
}
