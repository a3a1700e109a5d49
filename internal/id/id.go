package id

import (
	"regexp"
	"strings"

	"github.com/google/uuid"

	"slipway/internal/errs"
)

// The identifiers that more than one area speaks of. All are UUIDv7 in lower-case text.
type (
	Person      string
	Team        string
	Token       string
	Product     string
	Service     string
	Environment string
	Release     string
	Run         string
	Entry       string
)

// New returns a fresh identifier. Identifiers made later sort later, to the millisecond.
func New[T ~string]() T { return T(uuid.Must(uuid.NewV7()).String()) }

// Parse reads an identifier in its canonical text form. It fails with errs.Invalid for anything else.
func Parse[T ~string](s string) (T, error) {
	u, err := uuid.Parse(s)
	if err != nil || u.String() != s {
		return "", errs.Invalid("id.malformed", "%.60q is not an identifier.", s)
	}
	return T(s), nil
}

// Is reports whether s has the form of an identifier (and so cannot be a key).
func Is(s string) bool {
	u, err := uuid.Parse(s)
	return err == nil && u.String() == s
}

// KeyMax is the greatest length of a key in bytes.
const KeyMax = 100

var keyForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)

// CheckKey fails with errs.Invalid, naming the field, unless key can stand for an identifier in addresses and files:
// lower-case letters, digits, dots, hyphens and underscores, at most KeyMax, and not of the form of an identifier.
func CheckKey(field, key string) error {
	switch {
	case key == "":
		return errs.InvalidField(field, "key.missing", "A key is required, for example payments-4.8.0.")
	case len(key) > KeyMax:
		return errs.InvalidField(field, "key.too_long", "A key has at most %d characters. This one has %d.", KeyMax, len(key))
	case !keyForm.MatchString(key):
		return errs.InvalidField(field, "key.malformed", "A key has lower-case letters, digits, dots, hyphens and underscores, and starts with a letter or digit.")
	case Is(key):
		return errs.InvalidField(field, "key.malformed", "A key must not look like an identifier.")
	}
	return nil
}

// plain writes letters of European names as people do who have a plain keyboard.
var plain = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "œ", "oe", "ø", "oe", "å", "aa", "þ", "th", "ð", "d", "đ", "d", "ł", "l",
	"à", "a", "á", "a", "â", "a", "ã", "a", "ą", "a", "ă", "a", "ç", "c", "ć", "c", "č", "c", "ď", "d", "è", "e", "é", "e", "ê", "e", "ë", "e", "ę", "e", "ě", "e",
	"ğ", "g", "ì", "i", "í", "i", "î", "i", "ï", "i", "ı", "i", "ñ", "n", "ń", "n", "ň", "n", "ò", "o", "ó", "o", "ô", "o", "õ", "o", "ő", "o", "ř", "r",
	"ś", "s", "š", "s", "ş", "s", "ș", "s", "ť", "t", "ț", "t", "ù", "u", "ú", "u", "û", "u", "ů", "u", "ű", "u", "ý", "y", "ÿ", "y", "ź", "z", "ż", "z", "ž", "z")

// Keyed turns a name into a key that CheckKey accepts, or "" if nothing of it can stay.
func Keyed(name string) string {
	var b strings.Builder
	dash := false
	for _, r := range plain.Replace(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '_':
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			if b.Len() == 0 && (r == '.' || r == '_') {
				continue
			}
			b.WriteRune(r)
		default:
			dash = true
		}
		if b.Len() >= KeyMax {
			break
		}
	}
	return b.String()
}
