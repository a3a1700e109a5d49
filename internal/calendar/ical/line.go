package ical

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// property is one content line.
type property struct {
	line   int
	name   string
	params []parameter
	value  string
}

type parameter struct{ name, value string }

func (p property) param(name string) string {
	for _, x := range p.params {
		if x.name == name {
			return x.value
		}
	}
	return ""
}

// scanner gives the unfolded lines of a text.
type scanner struct {
	rest  []byte
	line  int // of what was given last: where it begins
	lines int
	buf   []byte
}

// next returns the next line that is not empty; nil at the end. What it returns holds until the next call.
func (s *scanner) next() ([]byte, error) {
	for len(s.rest) > 0 {
		s.lines++
		s.line = s.lines
		if s.lines > MaxLines {
			return nil, refuse(s.lines, "ical.too_many_lines", "A text has at most %d lines.", MaxLines)
		}
		l := s.cut()
		for len(s.rest) > 0 && (s.rest[0] == ' ' || s.rest[0] == '\t') {
			if s.lines++; s.lines > MaxLines {
				return nil, refuse(s.lines, "ical.too_many_lines", "A text has at most %d lines.", MaxLines)
			}
			if len(s.buf) == 0 {
				s.buf = append(s.buf, l...)
			}
			s.buf = append(s.buf, s.cut()[1:]...)
			if l = s.buf; len(l) > MaxLine {
				break
			}
		}
		s.buf = s.buf[:0]
		switch {
		case len(l) > MaxLine:
			return nil, refuse(s.line, "ical.line_too_long", "A line has at most %d bytes, its continuations counted.", MaxLine)
		case bytes.IndexByte(l, 0) >= 0:
			return nil, refuse(s.line, "ical.nul", "It holds a NUL, which no text does.")
		case !utf8.Valid(l):
			return nil, refuse(s.line, "ical.encoding", "It is not UTF-8.")
		case len(bytes.TrimSpace(l)) > 0:
			return l, nil
		}
	}
	return nil, nil
}

func (s *scanner) cut() []byte {
	i := bytes.IndexByte(s.rest, '\n')
	l := s.rest
	if i < 0 {
		s.rest = nil
	} else {
		l, s.rest = s.rest[:i], s.rest[i+1:]
	}
	return bytes.TrimSuffix(l, []byte{'\r'})
}

// parse reads a content line: name, parameters, value.
func parse(line int, l string) (property, error) {
	p := property{line: line}
	i := strings.IndexAny(l, ";:")
	if i <= 0 {
		return p, refuse(line, "ical.syntax", "%.40q is not of the form NAME:VALUE.", l)
	}
	p.name = strings.ToUpper(strings.TrimSpace(l[:i]))
	if j := strings.LastIndexByte(p.name, '.'); j >= 0 {
		p.name = p.name[j+1:] // a group, as vCard has them
	}
	for l[i] == ';' {
		if len(p.params) == MaxParameters {
			return p, refuse(line, "ical.too_many_parameters", "A property has at most %d parameters.", MaxParameters)
		}
		l = l[i+1:]
		eq := strings.IndexAny(l, "=:;")
		if eq < 0 {
			return p, refuse(line, "ical.syntax", "The property %.40q has no value.", p.name)
		}
		x := parameter{name: strings.ToUpper(l[:eq])}
		if l[eq] == '=' {
			n, ok := valueEnd(l[eq+1:])
			if !ok {
				return p, refuse(line, "ical.syntax", "The property %.40q has no value.", p.name)
			}
			x.value = strings.ReplaceAll(l[eq+1:eq+1+n], `"`, "")
			eq += 1 + n
		}
		p.params = append(p.params, x)
		i = eq
	}
	p.value = l[i+1:]
	return p, nil
}

// valueEnd returns where the value of a parameter ends: at the next semicolon or colon outside quotes.
func valueEnd(s string) (int, bool) {
	quoted := false
	for i := range len(s) {
		switch s[i] {
		case '"':
			quoted = !quoted
		case ';', ':':
			if !quoted {
				return i, true
			}
		}
	}
	return 0, false
}

// unescape reads a TEXT value. Control characters but tabs and line breaks are left out.
func unescape(s string) string {
	if !strings.ContainsFunc(s, special) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\\' && i+1 < len(s) {
			i++
			switch s[i] {
			case 'n', 'N':
				b.WriteByte('\n')
			default:
				c = s[i]
				if !control(rune(c)) {
					b.WriteByte(c)
				}
			}
			continue
		}
		if c == '\t' || !control(rune(c)) {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// list splits a list of TEXT at its commas.
func list(s string) []string {
	var out []string
	begin := 0
	for i := 0; i <= len(s); i++ {
		switch {
		case i == len(s) || s[i] == ',':
			if t := unescape(s[begin:i]); t != "" {
				out = append(out, t)
			}
			begin = i + 1
		case s[i] == '\\':
			i++
		}
	}
	return out
}
