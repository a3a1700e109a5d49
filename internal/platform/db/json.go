package db

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/gowebpki/jcs"
)

// JSON is a document in canonical form (RFC 8785), kept as TEXT on both engines so that its bytes, and so its digest,
// never change. The nil document is NULL.
type JSON []byte

// Canonical encodes v as RFC 8785 prescribes. Numbers must be integers of at most 2^53-1 in size, since other numbers do
// not survive every JSON reader unchanged; it fails for any other.
func Canonical(v any) (JSON, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("db: canonical JSON: %w", err)
	}
	if err := integersOnly(raw); err != nil {
		return nil, err
	}
	out, err := jcs.Transform(raw)
	if err != nil {
		return nil, fmt.Errorf("db: canonical JSON: %w", err)
	}
	return out, nil
}

// integersOnly fails for the first number of a well-formed document that is not a whole one within 2^53-1. Outside of
// strings only numbers hold digits.
func integersOnly(raw []byte) error {
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '"':
			for i++; i < len(raw) && raw[i] != '"'; i++ {
				if raw[i] == '\\' {
					i++
				}
			}
		case c == '-' || c >= '0' && c <= '9':
			from := i
			for i++; i < len(raw) && numeric(raw[i]); i++ {
			}
			n, err := strconv.ParseInt(string(raw[from:i]), 10, 64)
			if err != nil || n > 1<<53-1 || n < -(1<<53-1) {
				return fmt.Errorf("db: canonical JSON holds integers up to 2^53-1 only, not %s", raw[from:i])
			}
			i--
		}
	}
	return nil
}

func numeric(c byte) bool {
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

// Decode reads the document into v.
func (j JSON) Decode(v any) error { return json.Unmarshal(j, v) }

// MarshalJSON writes the document itself.
func (j JSON) MarshalJSON() ([]byte, error) {
	if len(j) == 0 {
		return []byte("null"), nil
	}
	return j, nil
}

// UnmarshalJSON keeps the document as it stands; it is not canonical until Canonical made it so.
func (j *JSON) UnmarshalJSON(b []byte) error {
	*j = append((*j)[:0], b...)
	return nil
}

// Scan reads a TEXT column.
func (j *JSON) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*j = nil
	case string:
		*j = JSON(v)
	case []byte:
		*j = append(JSON(nil), v...)
	default:
		return fmt.Errorf("db: a document cannot be read from %T", src)
	}
	return nil
}

// Value writes a TEXT column.
func (j JSON) Value() (driver.Value, error) {
	if j == nil {
		return nil, nil
	}
	return string(j), nil
}
