package api

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"slipway/internal/errs"
	"slipway/internal/platform/strict"
)

// validate holds a body, as encoding/json reads it, against its schema: what is required, bounds, enumerations, patterns.
func (p *plan) validate(body any, reg huma.Registry) error {
	if p.schema == nil {
		return nil
	}
	return faulty(check(reg, p.schema, "", body))
}

var scratch = sync.Pool{New: func() any { return &room{path: huma.NewPathBuffer(make([]byte, 0, 128), 0)} }}

type room struct {
	path   *huma.PathBuffer
	result huma.ValidateResult
}

// check validates one value; at is where it lies.
func check(reg huma.Registry, s *huma.Schema, at string, v any) []errs.Field {
	r := scratch.Get().(*room)
	defer scratch.Put(r)
	r.path.Reset()
	r.result.Reset()
	if at != "" {
		r.path.Push(at)
	}
	huma.Validate(reg, s, r.path, huma.ModeWriteToServer, v, &r.result)
	var fields []errs.Field
	for _, e := range r.result.Errors {
		var d *huma.ErrorDetail
		if !errors.As(e, &d) {
			continue
		}
		fields = append(fields, explain(d))
	}
	return fields
}

var (
	wantsProperty = regexp.MustCompile(`^expected required property (\S+) to be present$`)
	wantsOneOf    = regexp.MustCompile(`^expected value to be one of "(.*)"$`)
)

// phrases turn the validator's words into sentences, by how they begin.
var phrases = []struct{ begin, say string }{
	{"expected length >= ", "At least %s characters are needed."},
	{"expected length <= ", "At most %s characters are allowed."},
	{"expected array length >= ", "At least %s entries are needed."},
	{"expected array length <= ", "At most %s entries are allowed."},
	{"expected number >= ", "The number must be %s or more."},
	{"expected number <= ", "The number must be %s or less."},
	{"expected number > ", "The number must be more than %s."},
	{"expected number < ", "The number must be less than %s."},
	{"expected string to match pattern ", "The text must match %s."},
	{"expected string to be RFC 3339 date-time", "An instant is needed, for example 2026-11-19T13:08:00Z."},
	{"expected string to be RFC 3339 date", "A date is needed, for example 2026-11-19."},
	{"expected string to be RFC 5322 email", "This is not an e-mail address."},
	{"expected string to be RFC 3986 uri", "This is not an address (URL)."},
	{"expected array items to be unique", "No entry may occur twice."},
	{"expected array", "A list is needed here."},
	{"expected object", "An object with fields is needed here."},
	{"expected string", "A text is needed here."},
	{"expected boolean", "true or false is needed here."},
	{"expected integer", "A whole number is needed here."},
	{"expected number", "A number is needed here."},
}

func explain(d *huma.ErrorDetail) errs.Field {
	f := errs.Field{Name: d.Location, Reason: strict.ReasonValue}
	if m := wantsProperty.FindStringSubmatch(d.Message); m != nil {
		f.Name = strings.TrimPrefix(d.Location+"."+m[1], ".")
		f.Reason, f.Msg = "input.missing", fmt.Sprintf("The field %q is required.", m[1])
		return f
	}
	if m := wantsOneOf.FindStringSubmatch(d.Message); m != nil {
		f.Msg = fmt.Sprintf("The value must be one of %s.", strings.ReplaceAll(m[1], `", "`, ", "))
		if s, ok := d.Value.(string); ok {
			if near := strict.Nearest(s, strings.Split(m[1], ", ")); near != "" {
				f.Msg += fmt.Sprintf(" Did you mean %q?", near)
			}
		}
		return f
	}
	for _, p := range phrases {
		if rest, ok := strings.CutPrefix(d.Message, p.begin); ok {
			if strings.Contains(p.say, "%s") {
				f.Msg = fmt.Sprintf(p.say, rest)
			} else {
				f.Msg = p.say
			}
			return f
		}
	}
	f.Msg = strings.ToUpper(d.Message[:1]) + d.Message[1:] + "."
	return f
}
