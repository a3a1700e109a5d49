package errs

import "fmt"

// Faults gathers everything that is wrong with an input, so that a refusal names all of it at once. The zero value has no
// fault.
type Faults struct {
	Fields  []Field
	Failure error // the first error that is not the input's
}

// Say adds a fault of a field, named by its dotted path.
func (f *Faults) Say(path, reason, format string, args ...any) {
	f.Fields = append(f.Fields, Field{Name: path, Reason: reason, Msg: fmt.Sprintf(format, args...)})
}

// Add takes over the fields of an Invalid. Any other error is the Failure, if it is the first.
func (f *Faults) Add(err error) {
	if err == nil {
		return
	}
	if e := As(err); e.Code == CodeInvalid && len(e.Fields) > 0 {
		f.Fields = append(f.Fields, e.Fields...)
	} else if f.Failure == nil {
		f.Failure = err
	}
}

// At takes over what an Invalid says, in the words of its first field if it has one, as a fault at the path. Any other error
// is the Failure, if it is the first.
func (f *Faults) At(path string, err error) {
	if err == nil {
		return
	}
	e := As(err)
	switch {
	case e.Code == CodeInvalid && len(e.Fields) > 0:
		f.Say(path, e.Fields[0].Reason, "%s", e.Fields[0].Msg)
	case e.Code == CodeInvalid:
		f.Say(path, e.Reason, "%s", e.Msg)
	case f.Failure == nil:
		f.Failure = err
	}
}

// Counted says how many faults there are, as the summary of a refusal.
func (f *Faults) Counted() string {
	if len(f.Fields) == 1 {
		return "The input has a fault."
	}
	return fmt.Sprintf("The input has %d faults.", len(f.Fields))
}

// Err returns the Failure, or the first most faults, all for 0, as one Invalid under a summary; nil if nothing is wrong.
func (f *Faults) Err(summary string, most int) error {
	if f.Failure != nil {
		return f.Failure
	}
	if len(f.Fields) == 0 {
		return nil
	}
	shown := f.Fields
	if most > 0 {
		shown = shown[:min(len(shown), most)]
	}
	return Invalid("input.invalid", "%s", summary).With(shown...)
}
