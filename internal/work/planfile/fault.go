package planfile

import (
	"fmt"
	"strings"

	"slipway/internal/errs"
)

// faults gathers what is wrong with a file, with the places.
type faults struct{ errs.Faults }

func (f *faults) say(t Task, c Column, reason, format string, args ...any) {
	name := strings.ReplaceAll(t.Place, " ", "-")
	if c != "" {
		name += "." + strings.ReplaceAll(string(c), " ", "-")
	}
	f.Fields = append(f.Fields, errs.Field{Name: name, Reason: reason, Msg: fmt.Sprintf(format, args...), Line: t.Line})
}

// many reports whether enough faults were found to stop reading.
func (f *faults) many() bool { return len(f.Fields) >= faultMax || f.Failure != nil }

func (f *faults) err() error { return f.Err(f.Counted(), faultMax) }
