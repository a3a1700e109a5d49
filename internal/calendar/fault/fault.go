package fault

import (
	"fmt"

	"slipway/internal/errs"
)

// Faults gathers what is wrong with an input.
type Faults struct {
	fields []errs.Field
	other  error
}

// Say adds a field that is wrong.
func (f *Faults) Say(field, reason, format string, args ...any) {
	f.fields = append(f.fields, errs.Field{Name: field, Reason: reason, Msg: fmt.Sprintf(format, args...)})
}

// At adds the fields of a refusal, or keeps the first other failure.
func (f *Faults) At(err error) {
	if err == nil {
		return
	}
	if e := errs.As(err); e.Code == errs.CodeInvalid && len(e.Fields) > 0 {
		f.fields = append(f.fields, e.Fields...)
	} else if f.other == nil {
		f.other = err
	}
}

// Err returns the first failure that is no refusal, or else every field as one errs.Invalid; nil if nothing is wrong.
func (f *Faults) Err() error {
	if f.other != nil || len(f.fields) == 0 {
		return f.other
	}
	return errs.Invalid("input.invalid", "The input is not valid.").With(f.fields...)
}
