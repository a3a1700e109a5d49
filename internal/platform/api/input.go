package api

import (
	"encoding"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"slipway/internal/errs"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/strict"
)

const (
	reasonInvalid = strict.ReasonInvalid
	shown         = 60 // bytes of a foreign text that a message repeats
)

// readQuery parses the query and refuses what the operation does not know, what is given twice, and text that no
// column could hold.
func readQuery(r *http.Request, known []string, lists func(string) bool) (url.Values, error) {
	if r.URL.RawQuery == "" {
		return nil, nil
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, errs.Invalid("request.query_malformed", "The query cannot be read: %s.", clip(err.Error()))
	}
	var fields []errs.Field
	for name, values := range q {
		switch {
		case !slices.Contains(known, name):
			fields = append(fields, unknown(name, known))
		case len(values) > 1 && !lists(name):
			fields = append(fields, errs.Field{Name: name, Reason: strict.ReasonDuplicate, Msg: fmt.Sprintf("The parameter %q is given %d times. Give it once.", clip(name), len(values))})
		}
		for _, v := range values {
			if !utf8.ValidString(v) || strings.IndexByte(v, 0) >= 0 {
				fields = append(fields, errs.Field{Name: clip(name), Reason: strict.ReasonEncoding, Msg: "Text must be UTF-8 without NUL characters."})
			}
		}
	}
	return q, faulty(fields)
}

func unknown(name string, known []string) errs.Field {
	f := errs.Field{Name: clip(name), Reason: "input.unknown_parameter", Msg: fmt.Sprintf("The query parameter %q is not known here.", clip(name))}
	if near := strict.Nearest(name, known); near != "" {
		f.Msg += fmt.Sprintf(" Did you mean %q?", near)
	} else if len(known) > 0 {
		f.Msg += " Known parameters are " + strings.Join(known, ", ") + "."
	} else {
		f.Msg += " There are none."
	}
	return f
}

func faulty(fields []errs.Field) error {
	if len(fields) == 0 {
		return nil
	}
	slices.SortStableFunc(fields, func(a, b errs.Field) int { return strings.Compare(a.Name, b.Name) })
	msg := "The input has a fault."
	if len(fields) > 1 {
		msg = fmt.Sprintf("The input has %d faults.", len(fields))
	}
	return errs.Invalid(reasonInvalid, "%s", msg).With(fields[:min(len(fields), 20)]...)
}

func (p *plan) lists(name string) bool {
	for _, q := range p.params {
		if q.in == "query" && q.name == name {
			return q.kind.Kind() == reflect.Slice
		}
	}
	return false
}

// bind fills the tagged fields of v from path, query and headers.
func (p *plan) bind(r *http.Request, v reflect.Value, reg huma.Registry) error {
	query, err := readQuery(r, p.query, p.lists)
	if err != nil {
		return err
	}
	var fields []errs.Field
	for i := range p.params {
		q := &p.params[i]
		given := q.given(r, query)
		if len(given) == 0 {
			if q.required {
				fields = append(fields, errs.Field{Name: q.name, Reason: "input.missing", Msg: fmt.Sprintf("The %s parameter %q is required.", q.in, q.name)})
			}
			continue
		}
		value, err := set(v.FieldByIndex(q.index), given)
		if err != nil {
			fields = append(fields, errs.Field{Name: q.name, Reason: strict.ReasonValue, Msg: err.Error()})
			continue
		}
		if q.schema != nil && value != nil {
			fields = append(fields, check(reg, q.schema, q.name, value)...)
		}
	}
	return faulty(fields)
}

func (q *param) given(r *http.Request, query url.Values) []string {
	var values []string
	switch q.in {
	case "path":
		values = []string{r.PathValue(q.name)}
	case "query":
		values = query[q.name]
	default:
		values = r.Header.Values(q.name)
	}
	if q.kind.Kind() == reflect.Slice {
		var all []string
		for _, v := range values {
			for part := range strings.SplitSeq(v, ",") {
				if part != "" {
					all = append(all, part)
				}
			}
		}
		values = all
	}
	if len(values) == 0 || len(values) == 1 && values[0] == "" {
		if q.fallback == "" {
			return nil
		}
		return []string{q.fallback}
	}
	return values
}

// set reads text into a field and returns the value as the validator wants it; nil where there is nothing to validate.
func set(f reflect.Value, given []string) (any, error) {
	if u, ok := f.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := u.UnmarshalText([]byte(given[0])); err != nil {
			return nil, errs.Invalid(strict.ReasonValue, "%s", reasonOf(err))
		}
		return nil, nil
	}
	s := given[0]
	switch f.Kind() {
	case reflect.String:
		if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
			return nil, errs.Invalid(strict.ReasonValue, "Text must be UTF-8 without NUL characters.")
		}
		f.SetString(s)
		return s, nil
	case reflect.Bool:
		if s != "true" && s != "false" {
			return nil, errs.Invalid(strict.ReasonValue, "%q is neither true nor false.", clip(s))
		}
		f.SetBool(s == "true")
		return s == "true", nil
	case reflect.Int, reflect.Int64, reflect.Int32:
		n, err := strconv.ParseInt(s, 10, f.Type().Bits())
		if err != nil {
			return nil, errs.Invalid(strict.ReasonValue, "%q is not a whole number within its bounds.", clip(s))
		}
		f.SetInt(n)
		return float64(n), nil
	default: // a slice, as readable admits
		list := reflect.MakeSlice(f.Type(), len(given), len(given))
		values := make([]any, len(given))
		for i, g := range given {
			value, err := set(list.Index(i), []string{g})
			if err != nil {
				return nil, err
			}
			values[i] = value
		}
		f.Set(list)
		if slices.Contains(values, nil) {
			return nil, nil
		}
		return values, nil
	}
}

func reasonOf(err error) string {
	if e := errs.As(err); e.Code == errs.CodeInvalid {
		if len(e.Fields) > 0 {
			return e.Fields[0].Msg
		}
		return e.Msg
	}
	return "This value is not valid: " + clip(err.Error()) + "."
}

// takeBody reads the body into the field Body or RawBody of v and returns its bytes for the idempotency digest.
func (p *plan) takeBody(r *http.Request, v reflect.Value, op Op, reg huma.Registry) ([]byte, error) {
	if op.MaxBody > 0 {
		httpx.Limit(r, op.MaxBody)
	}
	body, err := httpx.ReadBody(r)
	if err != nil {
		return nil, err
	}
	switch {
	case p.raw != nil:
		v.FieldByIndex(p.raw).SetBytes(body)
		return body, nil
	case p.body == nil:
		if len(body) > 0 {
			return nil, errs.Invalid("request.body_unexpected", "This operation takes no body.")
		}
		return nil, nil
	case len(body) == 0 && p.pointer:
		return nil, nil
	}
	if err := jsonOnly(r); err != nil {
		return nil, err
	}
	limits := strict.Limits{}
	if op.MaxBody > 0 {
		limits.Bytes = int(op.MaxBody)
	}
	plain, err := limits.Value(body, v.FieldByIndex(p.body).Addr().Interface())
	if err != nil {
		return nil, err
	}
	return body, p.validate(plain, reg)
}

// jsonOnly refuses bodies that say they are something else, forms above all.
func jsonOnly(r *http.Request) error {
	ct := r.Header.Get("Content-Type")
	if ct == "" {
		return nil
	}
	kind, params, err := mime.ParseMediaType(ct)
	if err != nil || kind != "application/json" && !(strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json")) {
		return errs.Invalid("request.content_type", "The body must be application/json, not %q.", clip(ct))
	}
	if cs := params["charset"]; cs != "" && !strings.EqualFold(cs, "utf-8") {
		return errs.Invalid("request.content_type", "The body must be UTF-8, not %q.", clip(cs))
	}
	return nil
}

func clip(s string) string {
	if len(s) <= shown {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ToValidUTF8(s[:shown], "\uFFFD") + "…"
}
