package password

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"slipway/internal/errs"
)

// The lengths of a password in characters.
const (
	Min = 12
	Max = 200
)

// well-known beginnings and middles; what is left of a password without them must still be long enough to matter.
var common = []string{
	"password", "passwort", "passw0rd", "slipway", "welcome", "letmein", "administrator", "admin", "qwertyuiop", "qwerty", "asdfghjkl",
	"iloveyou", "changeme", "secret", "release", "1234567890", "123456789", "12345678", "1234567", "123456", "12345", "1234", "abcdef", "abcd",
}

// Check fails with errs.Invalid, naming the field, for a password that is too short, too long, made of few different
// characters, or little else than a well-known word or one of the words that belong to the person.
func Check(field, password string, own ...string) error {
	refuse := func(format string, args ...any) error {
		return errs.InvalidField(field, "password.weak", format, args...)
	}
	n := utf8.RuneCountInString(password)
	switch {
	case n < Min:
		return refuse("A password has at least %d characters. This one has %d. Several words are easy to remember.", Min, n)
	case n > Max:
		return refuse("A password has at most %d characters.", Max)
	}
	different := map[rune]bool{}
	for _, r := range password {
		different[unicode.ToLower(r)] = true
	}
	if len(different) < 5 {
		return refuse("This password repeats a few characters. Use several words.")
	}
	rest := strings.ToLower(password)
	for _, w := range append(split(own), common...) {
		rest = strings.ReplaceAll(rest, w, "")
	}
	if utf8.RuneCountInString(rest) < 6 {
		return refuse("This password is little more than a name or a well-known word. Use several unrelated words.")
	}
	return nil
}

// split takes names and addresses apart into words that are long enough to be telling.
func split(own []string) []string {
	var out []string
	for _, o := range own {
		for _, w := range strings.FieldsFunc(strings.ToLower(o), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if utf8.RuneCountInString(w) >= 4 {
				out = append(out, w)
			}
		}
	}
	return out
}
