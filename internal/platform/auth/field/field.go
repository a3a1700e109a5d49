package field

import (
	"net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"slipway/internal/errs"
)

// The greatest lengths, in characters; of an e-mail address in bytes.
const (
	NameMax  = 200
	TextMax  = 2000
	EmailMax = 254
)

// Printable drops control characters and what is not UTF-8.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}

// Name refuses an empty, long or many-lined name.
func Name(field, name string) error {
	switch n := utf8.RuneCountInString(name); {
	case strings.TrimSpace(name) == "":
		return errs.InvalidField(field, "name.missing", "A name is required.")
	case n > NameMax:
		return errs.InvalidField(field, "name.too_long", "A name has at most %d characters. This one has %d.", NameMax, n)
	case Printable(name) != name:
		return errs.InvalidField(field, "name.malformed", "A name is one line of text without control characters.")
	}
	return nil
}

// Text refuses a text that is too long.
func Text(field, text string) error {
	if n := utf8.RuneCountInString(text); n > TextMax {
		return errs.InvalidField(field, "text.too_long", "The text has at most %d characters. This one has %d.", TextMax, n)
	}
	return nil
}

// Email refuses what is no address; none is fine.
func Email(field, email string) error {
	if email == "" {
		return nil
	}
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > EmailMax || Printable(email) != email {
		return errs.InvalidField(field, "email.malformed", "This is not an e-mail address, for example maya.lindqvist@example.com.")
	}
	return nil
}

// Zone refuses what is no IANA zone. An empty one is allowed: it stands for the installation's.
func Zone(field, zone string) error {
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
		return errs.InvalidField(field, "zone.unknown", "%.60q is not a time zone, for example Europe/Stockholm.", zone)
	}
	return nil
}

var localeForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// Locale refuses what is no language tag.
func Locale(field, locale string) error {
	if !localeForm.MatchString(locale) || len(locale) > 35 {
		return errs.InvalidField(field, "locale.malformed", "%.60q is not a language tag, for example en-GB.", locale)
	}
	return nil
}

// Theme refuses what is no scheme.
func Theme(field, theme string) error {
	if theme != "" && theme != "light" && theme != "dark" {
		return errs.InvalidField(field, "theme.unknown", "The scheme is light, dark, or empty for the system's.")
	}
	return nil
}

// Together joins the first fault of each check into one error, so that a form shows them all at once.
func Together(checks ...error) error {
	var fields []errs.Field
	for _, err := range checks {
		if err == nil {
			continue
		}
		e := errs.As(err)
		if e.Code != errs.CodeInvalid {
			return err
		}
		fields = append(fields, e.Fields...)
	}
	if len(fields) == 0 {
		return nil
	}
	return errs.Invalid("input.invalid", "Not saved. Some fields need your attention.").With(fields...)
}

// Clip cuts text to n bytes without leaving half a character, and drops what no column could hold.
func Clip(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return Printable(s)
}

// Version refuses a change that does not say which version it was made against.
func Version(have int64) error {
	if have <= 0 {
		return errs.InvalidField("rev", "input.missing", "Say which version you read: the field rev.")
	}
	return nil
}
