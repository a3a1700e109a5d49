package leaf

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Actor is who did what an entry records.
type Actor struct {
	Kind string // person, token, job, system or a later kind
	ID   string // identifies the actor among those of its kind
	For  string // the person on whose behalf; the person themself for a person; "" for nobody
}

// Subject is what an entry is about.
type Subject struct {
	Kind string // a noun: risk, release
	ID   string
}

// Header is everything of an entry that its leaf covers. The payload is covered through its salted digest.
type Header struct {
	ID      string // UUIDv7 in lower-case text
	At      int64  // microseconds since 1970 UTC
	Actor   Actor
	Action  string // dotted words: risk.opened
	Subject Subject
	Release string   // identifier of the release it belongs to, or ""
	Scope   string   // what its readers must be allowed to see: "product/<identifier>", or "" for the whole installation
	Payload [32]byte // PayloadDigest
}

// The bounds of a header's members in bytes, and of its instant.
const (
	WordMax   = 40
	ActionMax = 100
	TextMax   = 200
	AtMax     = 1<<53 - 1
)

// Encode returns the header in canonical form: RFC 8785, every member present, nothing else. It fails if a member is
// outside of what the format allows. It costs about a microsecond.
func (h Header) Encode() ([]byte, error) {
	if err := h.check(); err != nil {
		return nil, err
	}
	b := make([]byte, 0, 512)
	b = text(b, `{"action":`, h.Action)
	b = text(b, `,"actor":{"for":`, h.Actor.For)
	b = text(b, `,"id":`, h.Actor.ID)
	b = text(b, `,"kind":`, h.Actor.Kind)
	b = append(b, `},"at":`...)
	b = strconv.AppendInt(b, h.At, 10)
	b = text(b, `,"id":`, h.ID)
	b = append(b, `,"payload":"`...)
	b = hex.AppendEncode(b, h.Payload[:])
	b = text(b, `","release":`, h.Release)
	b = text(b, `,"scope":`, h.Scope)
	b = text(b, `,"subject":{"id":`, h.Subject.ID)
	b = text(b, `,"kind":`, h.Subject.Kind)
	return append(b, `},"v":1}`...), nil
}

// text writes a member's name and its string. A text of the format has no control characters, so that RFC 8785 escapes
// the quotation mark and the backslash only.
func text(b []byte, before, s string) []byte {
	b = append(b, before...)
	b = append(b, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}

func (h Header) check() error {
	switch {
	case !isUUID(h.ID):
		return fmt.Errorf("leaf: the identifier %.50q is not a UUID in lower-case text", h.ID)
	case h.At <= 0 || h.At > AtMax:
		return fmt.Errorf("leaf: the instant %d is not a number of microseconds since 1970", h.At)
	case !isAction(h.Action):
		return fmt.Errorf("leaf: the action %.110q is not two or more dotted words of at most %d bytes", h.Action, ActionMax)
	case !isWord(h.Actor.Kind):
		return fmt.Errorf("leaf: the actor's kind %.50q is not a word", h.Actor.Kind)
	case !isWord(h.Subject.Kind):
		return fmt.Errorf("leaf: the subject's kind %.50q is not a word", h.Subject.Kind)
	}
	for _, t := range [...]struct{ name, s string }{
		{"actor's identifier", h.Actor.ID}, {"person behind the actor", h.Actor.For},
		{"subject's identifier", h.Subject.ID}, {"release", h.Release}, {"scope", h.Scope},
	} {
		if !isText(t.s) {
			return fmt.Errorf("leaf: the %s %.210q is not text of at most %d bytes without control characters", t.name, t.s, TextMax)
		}
	}
	return nil
}

// Parse reads a header. It accepts exactly the bytes that Encode writes, so that one header has one leaf.
func Parse(b []byte) (Header, error) {
	p := parser{rest: string(b)}
	var h Header
	p.text(`{"action":`, &h.Action)
	p.text(`,"actor":{"for":`, &h.Actor.For)
	p.text(`,"id":`, &h.Actor.ID)
	p.text(`,"kind":`, &h.Actor.Kind)
	p.literal(`},"at":`)
	h.At = p.number()
	p.text(`,"id":`, &h.ID)
	var digest string
	p.text(`,"payload":`, &digest)
	p.text(`,"release":`, &h.Release)
	p.text(`,"scope":`, &h.Scope)
	p.text(`,"subject":{"id":`, &h.Subject.ID)
	p.text(`,"kind":`, &h.Subject.Kind)
	p.literal(`},"v":1}`)
	switch {
	case p.failed:
		return Header{}, fmt.Errorf("leaf: the header is not in canonical form before %.40q", p.rest)
	case p.rest != "":
		return Header{}, fmt.Errorf("leaf: %.40q follows the header", p.rest)
	case len(digest) != 64 || strings.ToLower(digest) != digest:
		return Header{}, fmt.Errorf("leaf: the payload digest %.70q is not 64 lower-case hexadecimal digits", digest)
	}
	if _, err := hex.Decode(h.Payload[:], []byte(digest)); err != nil {
		return Header{}, fmt.Errorf("leaf: the payload digest: %w", err)
	}
	return h, h.check()
}

type parser struct {
	rest   string
	failed bool
}

func (p *parser) literal(s string) {
	if p.failed || !strings.HasPrefix(p.rest, s) {
		p.failed = true
		return
	}
	p.rest = p.rest[len(s):]
}

func (p *parser) text(before string, dst *string) {
	p.literal(before)
	p.literal(`"`)
	if p.failed {
		return
	}
	end := strings.IndexAny(p.rest, `"\`)
	if end >= 0 && p.rest[end] == '"' {
		*dst, p.rest = p.rest[:end], p.rest[end+1:]
		return
	}
	var b strings.Builder
	for i := 0; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == '"':
			*dst, p.rest = b.String(), p.rest[i+1:]
			return
		case c != '\\':
			b.WriteByte(c)
		case i+1 < len(p.rest) && (p.rest[i+1] == '"' || p.rest[i+1] == '\\'):
			i++
			b.WriteByte(p.rest[i])
		default:
			p.failed = true
			return
		}
	}
	p.failed = true
}

func (p *parser) number() int64 {
	end := 0
	for end < len(p.rest) && p.rest[end] >= '0' && p.rest[end] <= '9' {
		end++
	}
	n, err := strconv.ParseInt(p.rest[:end], 10, 64)
	if err != nil || p.rest[0] == '0' {
		p.failed = true
		return 0
	}
	p.rest = p.rest[end:]
	return n
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case c < '0' || c > 'f' || c > '9' && c < 'a':
			return false
		}
	}
	return true
}

// isWord reports whether s starts with a lower-case letter and goes on with letters, digits, hyphens and underscores.
func isWord(s string) bool {
	if s == "" || len(s) > WordMax || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := 1; i < len(s); i++ {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

func isAction(s string) bool {
	if len(s) > ActionMax || strings.IndexByte(s, '.') < 0 {
		return false
	}
	for w := range strings.SplitSeq(s, ".") {
		if !isWord(w) {
			return false
		}
	}
	return true
}

func isText(s string) bool {
	if len(s) > TextMax || !utf8.ValidString(s) {
		return false
	}
	for i := range len(s) {
		if s[i] < 0x20 || s[i] == 0x7f {
			return false
		}
	}
	return true
}
