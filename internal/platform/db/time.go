package db

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Time is an instant in microseconds since 1970-01-01 UTC, as both engines store it. Zero means none: it is NULL in the
// database and null in JSON (left out with omitzero).
type Time int64

// At turns a time into an instant; the zero time.Time becomes none. Fractions of a microsecond are cut off.
func At(t time.Time) Time {
	if t.IsZero() {
		return 0
	}
	return Time(t.UnixMicro())
}

// Std returns the instant in UTC; none becomes the zero time.Time.
func (t Time) Std() time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(t)).UTC()
}

// IsZero reports whether there is no instant.
func (t Time) IsZero() bool { return t == 0 }

// Add returns the instant moved by d.
func (t Time) Add(d time.Duration) Time { return t + Time(d.Microseconds()) }

// Sub returns the duration from u to t.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t-u) * time.Microsecond }

// Before reports whether t is earlier than u.
func (t Time) Before(u Time) bool { return t < u }

// After reports whether t is later than u.
func (t Time) After(u Time) bool { return t > u }

// String returns the instant in RFC 3339 with microseconds, or "" for none.
func (t Time) String() string {
	if t == 0 {
		return ""
	}
	return t.Std().Format(timeLayout)
}

const timeLayout = "2006-01-02T15:04:05.000000Z07:00"

// MarshalJSON writes RFC 3339 in UTC with microseconds, or null.
func (t Time) MarshalJSON() ([]byte, error) {
	if t == 0 {
		return []byte("null"), nil
	}
	return []byte(`"` + t.String() + `"`), nil
}

// MarshalText writes what String returns.
func (t Time) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalJSON reads RFC 3339 with any offset, or null.
func (t *Time) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*t = 0
		return nil
	}
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return fmt.Errorf("a time is a string such as 2026-11-19T21:00:00Z")
	}
	return t.UnmarshalText(b[1 : len(b)-1])
}

// UnmarshalText reads RFC 3339 with any offset; the empty text is none.
func (t *Time) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*t = 0
		return nil
	}
	s, err := time.Parse(time.RFC3339Nano, string(b))
	if err != nil {
		return fmt.Errorf("a time has the form 2026-11-19T21:00:00Z or 2026-11-19T21:00:00+01:00")
	}
	*t = At(s)
	return nil
}

// Scan reads a column; NULL is none.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = 0
	case int64:
		*t = Time(v)
	default:
		return fmt.Errorf("db: an instant cannot be read from %T", src)
	}
	return nil
}

// Value writes a column; none is NULL.
func (t Time) Value() (driver.Value, error) {
	if t == 0 {
		return nil, nil
	}
	return int64(t), nil
}
