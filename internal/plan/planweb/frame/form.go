package frame

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/strict"
	"slipway/internal/platform/ui"
)

// Faults gathers what is wrong with the texts of a form before the service sees them.
type Faults struct{ fields []errs.Field }

// Add takes over what a check found; nil adds nothing.
func (f *Faults) Add(err error) {
	if err != nil {
		f.fields = append(f.fields, errs.As(err).Fields...)
	}
}

// Named finds a name of which no key can be made, because nothing was typed.
func (f *Faults) Named(name string) {
	if strings.TrimSpace(name) == "" {
		f.Add(errs.InvalidField("name", "text.missing", "This must not be empty."))
	}
}

// Err returns every fault as one error, or nil.
func (f *Faults) Err() error {
	if len(f.fields) == 0 {
		return nil
	}
	return errs.Invalid(strict.ReasonInvalid, "Not saved. Some fields need your attention.").With(f.fields...)
}

// Window reads the two ends of a window in the viewer's zone; nothing typed is none.
func (f *Faults) Window(start, end string, zone *time.Location) plan.Window {
	return plan.Window{Start: f.Instant("start", start, zone), End: f.Instant("end", end, zone)}
}

// Instant reads a date and a time in the viewer's zone; nothing typed is none.
func (f *Faults) Instant(field, text string, zone *time.Location) db.Time {
	if text == "" {
		return 0
	}
	t, err := ui.ParseDateTime(field, text, zone)
	f.Add(err)
	return db.At(t)
}

// Items reads a manifest, one item a line: service=version, service=version@digest.
func (f *Faults) Items(text string) []plan.ItemSpec {
	var out []plan.ItemSpec
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		service, version, ok := strings.Cut(line, "=")
		if !ok {
			f.fields = append(f.fields, errs.Field{Name: "services", Reason: "manifest.line", Msg: fmt.Sprintf("Line %d: write service=version or service=version@digest.", i+1)})
			continue
		}
		version, digest, _ := strings.Cut(version, "@")
		out = append(out, plan.ItemSpec{Service: strings.TrimSpace(service), Version: strings.TrimSpace(version), Digest: strings.TrimSpace(digest)})
	}
	return out
}

// Placed renames the fields of an error to those of a form: an exact name first, then the part before a dot or bracket.
func Placed(err error, names map[string]string) error {
	e := errs.As(err)
	if e == nil || len(e.Fields) == 0 {
		return err
	}
	out := *e
	out.Fields = nil
	for _, x := range e.Fields {
		root, _, deep := strings.Cut(strings.ReplaceAll(x.Name, "[", "."), ".")
		switch {
		case names[x.Name] != "":
			x.Name = names[x.Name]
		case names[root] != "":
			if deep {
				x.Msg = entry(x.Name[len(root):]) + ": " + x.Msg
			}
			x.Name = names[root]
		}
		out.Fields = append(out.Fields, x)
	}
	return &out
}

// entry names a place in a list as people count: "[0]" is "Entry 1"; other places stay as they are.
func entry(place string) string {
	if n, err := strconv.Atoi(strings.Trim(place, "[]")); err == nil && strings.HasPrefix(place, "[") {
		return "Entry " + strconv.Itoa(n+1)
	}
	return strings.Trim(place, ".")
}

// Shown are the faults of a form: those of fields that it has stand there, the others above it.
func Shown(err error, fields ...string) ui.Errors {
	e := errs.As(err)
	if e == nil {
		return ui.Errors{}
	}
	var above []string
	for _, x := range e.Fields {
		known := false
		for _, f := range fields {
			known = known || f == x.Name
		}
		if !known {
			above = append(above, x.Msg)
		}
	}
	out := ui.ErrorsOf(e)
	if len(above) > 0 {
		out.Msg = strings.TrimSpace(e.Msg + " " + strings.Join(above, " "))
	}
	return out
}

// ZoneHint says in which zone times are typed.
func ZoneHint(l Look) string {
	return "Time in " + l.Zone.String() + " (" + ui.ZoneName(l.Now, l.Zone) + ")."
}

// Lines splits a text into its lines that are not blank.
func Lines(text string) []string {
	out := []string{}
	for _, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// In reports whether the text is in the list.
func In(list []string, s string) bool { return slices.Contains(list, s) }

// Flag writes a switch of an address: "1" or nothing.
func Flag(b bool) string {
	if b {
		return "1"
	}
	return ""
}
