package ui

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/errs"
)

// Field is one input of a form.
type Field struct {
	Name     string
	ID       string // Name when empty
	Label    string
	Value    string
	Hint     string
	Err      string // what is wrong and what to do; set from Errors.Of
	Required bool
	Off      bool             // disabled
	Complete string           // autocomplete; "off" is not added by itself
	Attrs    templ.Attributes // placeholder, inputmode, maxlength, pattern, min, max, step, list, data-confirm-text …
}

// Option is one choice of a SelectField, RadioField or a filter.
type Option struct {
	Value, Text string
	Note        string // small text under a radio
	Group       string // optgroup of a select
	Why         string // not available because: the choice is off and says so
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return strings.ReplaceAll(f.Name, ".", "-")
}

// describedBy lists the ids of hint and error.
func (f Field) describedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.id()+"-hint")
	}
	if f.Err != "" {
		ids = append(ids, f.id()+"-err")
	}
	return strings.Join(ids, " ")
}

func (f Field) attrs() templ.Attributes {
	a := templ.Attributes{}
	for k, v := range f.Attrs {
		a[k] = v
	}
	a["id"], a["name"] = f.id(), f.Name
	if d := f.describedBy(); d != "" {
		a["aria-describedby"] = d
	}
	if f.Err != "" {
		a["aria-invalid"] = "true"
	}
	if f.Required {
		a["required"] = true
	}
	if f.Off {
		a["disabled"] = true
	}
	if f.Complete != "" {
		a["autocomplete"] = f.Complete
	}
	return a
}

// The layouts of native date and time inputs.
const (
	DateLayout     = "2006-01-02"
	DateTimeLayout = "2006-01-02T15:04"
)

// DateTimeValue writes an instant for a DateTimeField in the viewer's zone.
func DateTimeValue(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(DateTimeLayout)
}

// ParseDateTime reads what a DateTimeField sends, in the viewer's zone. It fails with errs.Invalid naming the field.
func ParseDateTime(field, value string, zone *time.Location) (time.Time, error) {
	for _, layout := range []string{DateTimeLayout, "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, value, zone); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, errs.InvalidField(field, "form.instant", "Give a date and a time, for example 2026-11-19 21:00.")
}

// ParseDate reads what a DateField sends: midnight in the viewer's zone. It fails with errs.Invalid naming the field.
func ParseDate(field, value string, zone *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation(DateLayout, value, zone)
	if err != nil {
		return time.Time{}, errs.InvalidField(field, "form.date", "Give a date, for example 2026-11-19.")
	}
	return t, nil
}

// Errors are the faults of a form by field.
type Errors struct {
	Msg    string // of the form as a whole, "" when only fields are at fault
	Reason string
	fields map[string]string
}

// ErrorsOf reads the faults out of an error; nil gives none. An error that names no field becomes the message of the form.
func ErrorsOf(err error) Errors {
	e := errs.As(err)
	if e == nil {
		return Errors{}
	}
	out := Errors{Reason: e.Reason, fields: map[string]string{}}
	for _, f := range e.Fields {
		if _, taken := out.fields[f.Name]; !taken {
			out.fields[f.Name] = f.Msg
		}
	}
	if len(e.Fields) == 0 {
		out.Msg = e.Msg
	}
	return out
}

// WhyNotSaved is a refusal as it goes on behind "Not saved.", which many of them begin with themselves.
func WhyNotSaved(msg string) string { return strings.TrimSpace(strings.TrimPrefix(msg, "Not saved.")) }

// Of returns what is wrong with the field, or "".
func (e Errors) Of(field string) string { return e.fields[field] }

// Any reports whether anything is wrong.
func (e Errors) Any() bool { return e.Msg != "" || len(e.fields) > 0 }

// InPlace makes a form go by htmx: a 422 brings the same form with its errors in place. Without script it is a plain POST.
func InPlace(action string) templ.Attributes {
	return templ.Attributes{"hx-post": action, "hx-target": "this", "hx-swap": "outerHTML", "hx-status:422": "target:this"}
}
