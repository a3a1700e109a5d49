package web

import (
	"encoding"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"slipway/internal/errs"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/strict"
)

const (
	fieldsMax = 2000    // fields of one form
	partMax   = 1 << 20 // bytes of one text part of a multipart form
)

// File is an uploaded file. Its bytes are in memory, within the route's limit.
type File struct {
	Name  string // as the browser said it, the last element of the path
	Kind  string // the media type as the browser said it
	Bytes []byte
}

// Form reads the form of a POST into the struct that dst points to, by the tags `form:"name"`: text, whole numbers,
// booleans (a checkbox: present and not "false"), slices of these, types with UnmarshalText (an empty value leaves them
// alone), pointers to these (nil when empty), and File. A slice leaves empty values out, a slice of pointers keeps their places. Text loses white space at its ends and carriage returns; the tag
// `form:"name,raw"` keeps the ends. Names that begin with an underscore are passed over.
//
// It fails with errs.Invalid, listing every faulty, doubled and unknown field; dst then still holds what could be read,
// so that the form can be shown again. It fails with errs.TooLarge beyond the route's limit.
func (s *Site) Form(r *http.Request, dst any) error { return Decode(r, dst) }

// Limit sets the greatest body of a form in bytes; 1 MiB before. It is called before Form.
func Limit(r *http.Request, bytes int64) { httpx.Limit(r, bytes) }

// Decode is Site.Form without a site.
func Decode(r *http.Request, dst any) error {
	values, files, err := readForm(r)
	if err != nil {
		return err
	}
	return fill(values, files, dst)
}

// Query reads the query of a page into the struct that dst points to, by the same tags and rules as Form.
func Query(r *http.Request, dst any) error {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || len(values) > fieldsMax {
		return errs.Invalid("request.query_malformed", "The address cannot be read. Check the part behind the question mark.").Because(err)
	}
	if err := fill(values, nil, dst); err != nil {
		if e := errs.As(err); e.Reason == strict.ReasonInvalid {
			return errs.Invalid(e.Reason, "The address says something that this page does not know.").With(e.Fields...)
		}
		return err
	}
	return nil
}

func readForm(r *http.Request) (url.Values, map[string][]File, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, nil, errs.Invalid("request.content_type", "This address takes a form.").Because(err)
	}
	switch kind {
	case "application/x-www-form-urlencoded":
		b, err := httpx.ReadBody(r)
		if err != nil {
			return nil, nil, err
		}
		if strings.Count(string(b), "&") >= fieldsMax {
			return nil, nil, errs.TooLarge("form.too_many_fields", "A form has at most %d fields.", fieldsMax)
		}
		v, err := url.ParseQuery(string(b))
		if err != nil {
			return nil, nil, errs.Invalid("form.malformed", "The form cannot be read.").Because(err)
		}
		return v, nil, nil
	case "multipart/form-data":
		return readParts(multipart.NewReader(r.Body, params["boundary"]))
	}
	return nil, nil, errs.Invalid("request.content_type", "This address takes a form, not %.60q.", kind)
}

func readParts(m *multipart.Reader) (url.Values, map[string][]File, error) {
	values, files := url.Values{}, map[string][]File{}
	for n := 0; ; n++ {
		part, err := m.NextPart()
		if errors.Is(err, io.EOF) {
			return values, files, nil
		}
		if err != nil {
			return nil, nil, partError(err)
		}
		if n >= fieldsMax {
			return nil, nil, errs.TooLarge("form.too_many_fields", "A form has at most %d fields.", fieldsMax)
		}
		name := part.FormName()
		if part.FileName() != "" {
			b, err := io.ReadAll(part)
			if err != nil {
				return nil, nil, partError(err)
			}
			files[name] = append(files[name], File{Name: part.FileName(), Kind: part.Header.Get("Content-Type"), Bytes: b})
			continue
		}
		b, err := io.ReadAll(io.LimitReader(part, partMax+1))
		if err != nil {
			return nil, nil, partError(err)
		}
		if len(b) > partMax {
			return nil, nil, errs.TooLarge("form.field_too_large", "The field %.60q has more than %d bytes.", name, partMax)
		}
		if len(part.Header.Get("Content-Disposition")) > 0 && strings.Contains(part.Header.Get("Content-Disposition"), "filename=") && len(b) == 0 {
			continue // a file field left empty
		}
		values.Add(name, string(b))
	}
}

func partError(err error) error {
	e := httpx.BodyError(err)
	if errs.ReasonOf(e) == "request.body_unreadable" {
		return errs.Invalid("form.malformed", "The form cannot be read.").Because(err)
	}
	return e
}

type slot struct {
	name  string
	raw   bool
	index []int
}

func slots(t reflect.Type) []slot {
	var out []slot
	for _, f := range reflect.VisibleFields(t) {
		name, opt, _ := strings.Cut(f.Tag.Get("form"), ",")
		if f.IsExported() && name != "" && name != "-" {
			out = append(out, slot{name, opt == "raw", f.Index})
		}
	}
	return out
}

func fill(values url.Values, files map[string][]File, dst any) error {
	v := reflect.ValueOf(dst)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return errs.Internal("form.destination", fmt.Errorf("web: a form cannot be read into %T", dst))
	}
	v = v.Elem()
	known := slots(v.Type())
	names := make([]string, len(known))
	var fields []errs.Field
	add := func(name, reason, msg string) {
		fields = append(fields, errs.Field{Name: name, Reason: reason, Msg: msg})
	}
	for i, s := range known {
		names[i] = s.name
		f := v.FieldByIndex(s.index)
		switch f.Interface().(type) {
		case File:
			if got := files[s.name]; len(got) > 0 {
				f.Set(reflect.ValueOf(got[0]))
			}
			continue
		case []File:
			f.Set(reflect.ValueOf(files[s.name]))
			continue
		}
		given := values[s.name]
		if len(given) > 1 && f.Kind() != reflect.Slice && f.Kind() != reflect.Bool {
			add(s.name, strict.ReasonDuplicate, "This field came more than once.")
		}
		if len(given) == 0 && f.Kind() != reflect.Bool {
			continue
		}
		clean := make([]string, 0, len(given))
		for _, g := range given {
			if !utf8.ValidString(g) || strings.IndexByte(g, 0) >= 0 {
				add(s.name, strict.ReasonEncoding, "Text must be UTF-8 without NUL characters.")
				g = strings.ReplaceAll(strings.ToValidUTF8(g, ""), "\x00", "")
			}
			g = strings.ReplaceAll(g, "\r", "")
			if !s.raw {
				g = strings.TrimSpace(g)
			}
			clean = append(clean, g)
		}
		msg, err := put(f, clean)
		if err != nil {
			return errs.Internal("form.destination", fmt.Errorf("web: the field %s: %w", s.name, err))
		}
		if msg != "" {
			add(s.name, strict.ReasonValue, msg)
		}
	}
	for _, name := range slices.Sorted(keysOf(values, files)) {
		if !slices.Contains(names, name) && !strings.HasPrefix(name, "_") {
			hint := ""
			if near := strict.Nearest(name, names); near != "" {
				hint = fmt.Sprintf(" Did you mean %q?", near)
			}
			add(clip(name), strict.ReasonUnknown, fmt.Sprintf("The field %q is not known here.%s", clip(name), hint))
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return errs.Invalid(strict.ReasonInvalid, "Not saved. Some fields need your attention.").With(fields[:min(len(fields), 20)]...)
}

func keysOf(values url.Values, files map[string][]File) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range values {
			if !yield(k) {
				return
			}
		}
		for k := range files {
			if _, both := values[k]; !both && !yield(k) {
				return
			}
		}
	}
}

// put reads text into one field. It returns a sentence for the person who typed it, or an error of the programmer.
func put(f reflect.Value, given []string) (string, error) {
	if f.Kind() == reflect.Slice {
		list := reflect.MakeSlice(f.Type(), 0, len(given))
		first := ""
		for _, g := range given {
			if g == "" && f.Type().Elem().Kind() != reflect.Pointer {
				continue
			}
			e := reflect.New(f.Type().Elem()).Elem()
			msg, err := put(e, []string{g})
			if err != nil {
				return "", err
			}
			if msg != "" && first == "" {
				first = msg
			}
			list = reflect.Append(list, e)
		}
		f.Set(list)
		return first, nil
	}
	s := ""
	if len(given) > 0 {
		s = given[len(given)-1]
	}
	if f.Kind() == reflect.Pointer {
		if s == "" {
			f.SetZero()
			return "", nil
		}
		f.Set(reflect.New(f.Type().Elem()))
		return put(f.Elem(), given)
	}
	if u, ok := f.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if s == "" {
			f.SetZero()
			return "", nil
		}
		if err := u.UnmarshalText([]byte(s)); err != nil {
			return sentence(err), nil
		}
		return "", nil
	}
	switch f.Kind() {
	case reflect.String:
		f.SetString(s)
	case reflect.Bool:
		f.SetBool(s != "" && s != "false" && s != "0" && s != "off")
	case reflect.Int, reflect.Int64, reflect.Int32:
		if s == "" {
			f.SetInt(0)
			return "", nil
		}
		n, err := strconv.ParseInt(s, 10, f.Type().Bits())
		if err != nil {
			return fmt.Sprintf("A whole number is needed here, not %q.", clip(s)), nil //nolint:nilerr // the text tells the person
		}
		f.SetInt(n)
	default:
		return "", fmt.Errorf("the type %s cannot be read from a form", f.Type())
	}
	return "", nil
}

func sentence(err error) string {
	e := errs.As(err)
	if e.Code != errs.CodeInvalid {
		return "This value cannot be read."
	}
	if len(e.Fields) > 0 {
		return e.Fields[0].Msg
	}
	return e.Msg
}

func clip(s string) string {
	if len(s) <= 60 {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ToValidUTF8(s[:60], "\uFFFD") + "…"
}
