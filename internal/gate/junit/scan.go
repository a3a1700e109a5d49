package junit

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"slipway/internal/errs"
)

// scanner cuts UTF-8 into the tokens of the XML that reports use. It holds one buffer, the names of the open elements and the attributes
// of one element.
type scanner struct {
	r     io.Reader
	lim   Limits
	buf   []byte
	pos   int // next byte
	end   int // behind the last whole character in buf
	rest  int // bytes of a character that the next fill completes, behind end
	line  int
	read  int64
	eof   bool
	fault error
	bad   string // the reason of a fault that lies at end

	names  []byte // of the open elements, one behind the other
	starts []int
	name   []byte // scratch
	attrs  []attr
	values []byte // scratch, of all attributes of one element
}

type attr struct {
	name, value span
	cut         bool // the value was longer than what is kept
}

type span struct{ from, to int }

func newScanner(r io.Reader, lim Limits) *scanner {
	return &scanner{r: r, lim: lim, buf: make([]byte, 32<<10), line: 1}
}

// path names the open elements for an error.
func (s *scanner) path() string {
	n := len(s.starts)
	var b strings.Builder
	for i := max(0, n-6); i < n; i++ {
		if b.Len() > 0 {
			b.WriteByte('/')
		}
		b.WriteString(clip(string(s.nameAt(i)), 40))
	}
	return b.String()
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

func (s *scanner) nameAt(i int) []byte {
	to := len(s.names)
	if i+1 < len(s.starts) {
		to = s.starts[i+1]
	}
	return s.names[s.starts[i]:to]
}

func (s *scanner) fail(reason, format string, args ...any) bool {
	if s.fault == nil {
		s.fault = refuse(reason, s.path(), s.line, format, args...)
	}
	return false
}

// fill reads more. It reports false at the end and on a fault.
func (s *scanner) fill() bool {
	if s.fault != nil || s.bad != "" || s.eof && s.rest == 0 {
		return s.fault == nil && s.broken()
	}
	copy(s.buf, s.buf[s.end:s.end+s.rest])
	s.pos, s.end = 0, 0
	n, empty := s.rest, 0
	s.rest = 0
	for !s.eof && n < utf8.UTFMax {
		k, err := s.r.Read(s.buf[n:])
		n += k
		s.read += int64(k)
		if s.read > s.lim.Bytes {
			s.fault = errs.TooLarge("junit.too_large", "The test report was not taken: it has more than %d bytes at line %d. Split it by suite.", s.lim.Bytes, s.line)
			return false
		}
		switch {
		case errors.Is(err, io.EOF):
			s.eof = true
		case err != nil:
			s.fault = errRead{err}
			if e := errs.As(err); e.Code == errs.CodeInvalid && len(e.Fields) == 1 && e.Fields[0].Line == 0 {
				s.fault = refuse(e.Reason, s.path(), s.line, "%s", e.Fields[0].Msg)
			}
			return false
		case k == 0:
			if empty++; empty > 100 {
				s.fault = errRead{io.ErrNoProgress}
				return false
			}
		}
	}
	// Keep a character that is not whole yet for the next time.
	cut := n
	if !s.eof {
		for i := 1; i < utf8.UTFMax && i <= n; i++ {
			if c := s.buf[n-i]; utf8.RuneStart(c) {
				if !utf8.FullRune(s.buf[n-i : n]) {
					cut = n - i
				}
				break
			}
		}
	}
	s.end, s.rest = cut, n-cut
	if i := bytes.IndexByte(s.buf[:s.end], 0); i >= 0 {
		s.end, s.rest, s.bad = i, 0, "junit.nul"
	}
	if !utf8.Valid(s.buf[:s.end]) {
		i := 0
		for {
			r, w := utf8.DecodeRune(s.buf[i:s.end])
			if r == utf8.RuneError && w == 1 {
				break
			}
			i += w
		}
		s.end, s.rest, s.bad = i, 0, "junit.encoding"
	}
	// What stands before the fault is read first, so that the fault has its element and line.
	return s.end > 0 || s.broken()
}

// broken reports the fault in the bytes that was found ahead.
func (s *scanner) broken() bool {
	switch s.bad {
	case "junit.nul":
		return s.fail(s.bad, "The report holds a NUL. If it is UTF-16, it needs a byte order mark.")
	case "junit.encoding":
		return s.fail(s.bad, "The report is not valid UTF-8. Declare its encoding, or send it in UTF-8.")
	}
	return false
}

var newline = []byte{'\n'}

func (s *scanner) peek() (byte, bool) {
	if s.pos == s.end && !s.fill() {
		return 0, false
	}
	return s.buf[s.pos], true
}

func (s *scanner) next() (byte, bool) {
	c, ok := s.peek()
	if ok {
		s.pos++
		if c == '\n' {
			s.line++
		}
	}
	return c, ok
}

// upTo consumes everything before the byte c and gives each piece to keep, which may be nil. c is not consumed.
func (s *scanner) upTo(c byte, keep func([]byte)) bool {
	for {
		if s.pos == s.end && !s.fill() {
			return false
		}
		piece := s.buf[s.pos:s.end]
		i := bytes.IndexByte(piece, c)
		if i >= 0 {
			piece = piece[:i]
		}
		s.line += bytes.Count(piece, newline)
		s.pos += len(piece)
		if keep != nil && len(piece) > 0 {
			keep(piece)
		}
		if i >= 0 {
			return true
		}
	}
}

// until consumes everything up to and with a terminator: "-->", "]]>" or "?>".
func (s *scanner) until(term string, keep func([]byte)) bool {
	first, need := term[0], len(term)-1
	for s.upTo(first, keep) {
		n := 0
		c, ok := s.peek()
		for ; ok && c == first; c, ok = s.peek() {
			s.pos++
			n++
		}
		if !ok {
			break
		}
		if c == '>' && n >= need {
			s.pos++
			n -= need
		} else {
			need = -need
		}
		if keep != nil {
			for range n {
				keep([]byte{first})
			}
		}
		if need > 0 {
			return true
		}
		need = -need
	}
	return s.cutOff()
}

func (s *scanner) cutOff() bool {
	return s.fail("junit.xml", "The report ends in the middle. It may have been cut off.")
}
