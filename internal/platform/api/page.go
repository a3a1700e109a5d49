package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"slipway/internal/errs"
)

// The sizes of a page of a list.
const (
	LimitDefault = 50
	LimitMax     = 200
)

// Page is one page of a list. Next is the cursor of the following page, empty on the last.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Pass it back as after for the following page; absent on the last."`
}

// Paging are the parameters of a list; embed it into an input.
type Paging struct {
	After string `query:"after" maxLength:"1000" doc:"The next of the page before."`
	Limit int    `query:"limit" default:"50" minimum:"1" maximum:"200" doc:"How many items at most."`
}

const cursorSum = 8

// EncodeCursor returns the key of the last row of a page, a struct of the columns that the list is ordered by, as opaque
// text for the list of that name.
func EncodeCursor[K any](list string, key K) (string, error) {
	b, err := json.Marshal(key)
	if err != nil {
		return "", errs.Internal("page.cursor", err)
	}
	return base64.RawURLEncoding.EncodeToString(append(sum(list, b), b...)), nil
}

// DecodeCursor reads what EncodeCursor wrote for the same list. The empty text gives ok false: the first page. It fails with
// errs.Invalid for anything else. The sum it checks finds mistakes, not malice: a cursor carries no rights.
func DecodeCursor[K any](list, s string) (key K, ok bool, err error) {
	if s == "" {
		return key, false, nil
	}
	bad := errs.InvalidField("after", "page.cursor_malformed", "This is not a cursor of this list. Pass back what the page before gave as next, or leave it out.")
	if len(s) > 1000 {
		return key, false, bad
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) <= cursorSum || !bytes.Equal(b[:cursorSum], sum(list, b[cursorSum:])) {
		return key, false, bad
	}
	d := json.NewDecoder(bytes.NewReader(b[cursorSum:]))
	d.DisallowUnknownFields()
	if err := d.Decode(&key); err != nil {
		var none K
		return none, false, bad
	}
	return key, true, nil
}

func sum(list string, b []byte) []byte {
	h := sha256.New()
	h.Write([]byte("slipway cursor\x00" + list + "\x00"))
	h.Write(b)
	return h.Sum(nil)[:cursorSum]
}

// PageOf cuts rows to a page. rows were asked for with one more than limit; key gives the order of a row.
func PageOf[T, K any](list string, rows []T, limit int, key func(T) K) (Page[T], error) {
	if limit <= 0 {
		limit = LimitDefault
	}
	p := Page[T]{Items: rows}
	if rows == nil {
		p.Items = []T{}
	}
	if len(rows) > limit {
		p.Items = rows[:limit]
		var err error
		if p.Next, err = EncodeCursor(list, key(p.Items[limit-1])); err != nil {
			return Page[T]{}, err
		}
	}
	return p, nil
}

// ETag is the strong validator of an editable row, by its version.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// IfMatch is the header of a change to an editable row; embed it into an input. It is an alternative to the member
// "rev" of the body.
type IfMatch struct {
	ETag string `header:"If-Match" maxLength:"40" doc:"The ETag of the row as it was read; a newer one is a conflict."`
}

// Version returns the version the caller read: the header's, else that of the body. It fails with errs.Invalid if there
// is none, or if the two differ.
func (m IfMatch) Version(body int64) (int64, error) {
	if m.ETag == "" {
		if body > 0 {
			return body, nil
		}
		return 0, errs.InvalidField("rev", "input.missing", "Say which version you read: the field rev, or its ETag in the header If-Match.")
	}
	n, err := strconv.ParseInt(strings.Trim(m.ETag, `"`), 10, 64)
	if err != nil || n <= 0 || ETag(n) != m.ETag {
		return 0, errs.InvalidField("If-Match", "input.bad_value", "%q is not an ETag of Slipway, for example \"7\".", clip(m.ETag))
	}
	if body > 0 && body != n {
		return 0, errs.InvalidField("rev", "input.bad_value", "The body says rev %d and the header If-Match says %d.", body, n)
	}
	return n, nil
}
