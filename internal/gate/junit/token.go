package junit

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

type kind uint8

const (
	startTag kind = iota // the element is on the stack
	endTag               // the element has left the stack; its name is in scanner.name
	endOfFile
	failed
)

// advance moves to the next tag. Text on the way, with entities and CDATA resolved, goes to keep, which may be nil. closed tells that
// a start tag is its own end.
func (s *scanner) advance(keep func([]byte)) (k kind, closed bool) {
	for {
		open := len(s.starts) > 0
		var text func([]byte)
		if keep != nil && open {
			text = keep
		}
		if !open {
			if !s.blank() {
				return failed, false
			}
		} else if !s.upTo('<', text) {
			if s.fault == nil {
				s.cutOff()
			}
			return failed, false
		}
		if _, ok := s.next(); !ok {
			if s.fault != nil {
				return failed, false
			}
			return endOfFile, false
		}
		c, ok := s.peek()
		switch {
		case !ok:
			s.cutOff()
			return failed, false
		case c == '/':
			s.pos++
			return s.closeTag(), false
		case c == '?':
			s.pos++
			if !s.until("?>", nil) {
				return failed, false
			}
		case c == '!':
			s.pos++
			if !s.bang(keep, open) {
				return failed, false
			}
		default:
			return s.openTag()
		}
	}
}

// blank skips white space outside the root; anything else there is a fault. At the end of the file it reports true.
func (s *scanner) blank() bool {
	for {
		c, ok := s.peek()
		switch {
		case !ok:
			return s.fault == nil
		case c == '<':
			return true
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			_, _ = s.next()
		default:
			return s.fail("junit.xml", "There is text outside the root element. A report begins with <testsuites> or <testsuite>.")
		}
	}
}

// bang reads a comment, a CDATA section, or refuses a document type.
func (s *scanner) bang(keep func([]byte), open bool) bool {
	c, _ := s.peek()
	switch c {
	case '-':
		return s.literal("--") && s.until("-->", nil)
	case '[':
		if !open {
			return s.fail("junit.xml", "There is text outside the root element.")
		}
		if keep == nil {
			return s.literal("[CDATA[") && s.until("]]>", nil)
		}
		return s.literal("[CDATA[") && s.until("]]>", func(b []byte) {
			keep(bytes.ReplaceAll(b, []byte("&"), []byte("&amp;"))) // as if it were text, for plain
		})
	}
	return s.fail("junit.doctype", "The report declares a document type. Remove the DOCTYPE: test reports need none, and entities are not read.")
}

func (s *scanner) literal(want string) bool {
	for i := range len(want) {
		if c, ok := s.next(); !ok || c != want[i] {
			return s.fail("junit.xml", "The markup <!%s is not closed or not known.", want)
		}
	}
	return true
}

// readName reads an element's or attribute's name into dst. Names are not checked letter by letter: only the known ones are used.
func (s *scanner) readName(dst []byte) ([]byte, bool) {
	from := len(dst)
	for {
		c, ok := s.peek()
		if !ok {
			return dst, s.cutOff()
		}
		switch c {
		case ' ', '\t', '\r', '\n', '/', '>', '=':
			if len(dst) == from {
				return dst, s.fail("junit.xml", "A name is missing after < or between attributes.")
			}
			return dst, true
		case '<', '"', '\'', '&':
			return dst, s.fail("junit.xml", "The character %q cannot stand in a name.", string(c))
		}
		if len(dst)-from >= s.lim.Name {
			return dst, s.fail("junit.name_too_long", "A name has more than %d bytes.", s.lim.Name)
		}
		dst = append(dst, c)
		s.pos++
	}
}

func (s *scanner) space() {
	for {
		c, ok := s.peek()
		if !ok || c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return
		}
		_, _ = s.next()
	}
}

func (s *scanner) closeTag() kind {
	var ok bool
	if s.name, ok = s.readName(s.name[:0]); !ok {
		return failed
	}
	s.space()
	if c, ok := s.next(); !ok || c != '>' {
		s.fail("junit.xml", "The end tag </%s is not closed.", clip(string(s.name), 40))
		return failed
	}
	n := len(s.starts) - 1
	if n < 0 || !bytes.Equal(s.nameAt(n), s.name) {
		s.fail("junit.xml", "The end tag </%s> does not fit the element that is open.", clip(string(s.name), 40))
		return failed
	}
	s.pop()
	return endTag
}

func (s *scanner) pop() {
	n := len(s.starts) - 1
	s.names, s.starts = s.names[:s.starts[n]], s.starts[:n]
}

func (s *scanner) openTag() (kind, bool) {
	if len(s.starts) >= s.lim.Depth {
		s.fail("junit.too_deep", "Elements are nested more than %d deep.", s.lim.Depth)
		return failed, false
	}
	var ok bool
	if s.name, ok = s.readName(s.name[:0]); !ok {
		return failed, false
	}
	s.starts = append(s.starts, len(s.names))
	s.names = append(s.names, s.name...)
	s.attrs, s.values = s.attrs[:0], s.values[:0]
	for {
		s.space()
		c, ok := s.peek()
		switch {
		case !ok:
			s.cutOff()
			return failed, false
		case c == '>':
			s.pos++
			return startTag, false
		case c == '/':
			s.pos++
			if c, ok := s.next(); !ok || c != '>' {
				s.fail("junit.xml", "The tag <%s is not closed.", clip(string(s.name), 40))
				return failed, false
			}
			return startTag, true
		}
		if !s.attribute() {
			return failed, false
		}
	}
}

func (s *scanner) attribute() bool {
	if len(s.attrs) >= s.lim.Attributes {
		return s.fail("junit.too_many_attributes", "An element has more than %d attributes.", s.lim.Attributes)
	}
	a := attr{name: span{from: len(s.values)}}
	var ok bool
	if s.values, ok = s.readName(s.values); !ok {
		return false
	}
	a.name.to = len(s.values)
	name := s.values[a.name.from:a.name.to]
	for _, b := range s.attrs {
		if bytes.Equal(s.values[b.name.from:b.name.to], name) {
			return s.fail("junit.xml", "The attribute %s stands twice.", clip(string(name), 40))
		}
	}
	s.space()
	if c, ok := s.next(); !ok || c != '=' {
		return s.fail("junit.xml", "The attribute %s has no value.", clip(string(name), 40))
	}
	s.space()
	quote, ok := s.next()
	if !ok || quote != '"' && quote != '\'' {
		return s.fail("junit.xml", "The value of the attribute %s is not quoted.", clip(string(name), 40))
	}
	a.value.from = len(s.values)
	bad := false
	if !s.upTo(quote, func(p []byte) {
		bad = bad || bytes.IndexByte(p, '<') >= 0
		if room := s.lim.Name + 1 - (len(s.values) - a.value.from); len(p) > room {
			p, a.cut = p[:room], true
		}
		s.values = append(s.values, p...)
	}) {
		return s.cutOff()
	}
	s.pos++
	if bad {
		return s.fail("junit.xml", "The character < stands in the value of the attribute %s.", clip(string(s.values[a.name.from:a.name.to]), 40))
	}
	a.value.to = len(s.values)
	s.attrs = append(s.attrs, a)
	return true
}

// plain resolves XML's five entities and character references. A reference to a character that XML forbids, and such a character itself, becomes
// U+FFFD; white space stays. An entity that is cut off at the end is dropped if the text was cut there.
func plain(dst, src []byte, cut bool) ([]byte, string) {
	for len(src) > 0 {
		i := bytes.IndexFunc(src, func(r rune) bool {
			return r == '&' || r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == utf8.RuneError
		})
		if i < 0 {
			return append(dst, src...), ""
		}
		dst = append(dst, src[:i]...)
		src = src[i:]
		if src[0] != '&' {
			_, w := utf8.DecodeRune(src)
			dst = utf8.AppendRune(dst, utf8.RuneError)
			src = src[w:]
			continue
		}
		semi := bytes.IndexByte(src[:min(len(src), 40)], ';')
		if semi < 0 {
			if cut && len(src) < 40 {
				return dst, ""
			}
			return dst, "&" + clip(string(src[1:min(len(src), 12)]), 12)
		}
		r, ok := reference(src[1:semi])
		if !ok {
			return dst, string(src[:semi+1])
		}
		dst = utf8.AppendRune(dst, r)
		src = src[semi+1:]
	}
	return dst, ""
}

func reference(name []byte) (rune, bool) {
	switch string(name) {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := string(name[1:]), 10
	if name[1] == 'x' {
		digits, base = string(name[2:]), 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil {
		return 0, false
	}
	if n > utf8.MaxRune || n < ' ' && n != '\n' && n != '\t' && n != '\r' || n >= 0xd800 && n < 0xe000 || n == 0xfffe || n == 0xffff {
		return utf8.RuneError, true
	}
	return rune(n), true
}
