package junit

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"slipway/internal/errs"
)

// errRead wraps a failure of the reader underneath, which is no fault of the report.
type errRead struct{ err error }

func (e errRead) Error() string { return e.err.Error() }

// utf8Of returns the document as UTF-8 without its mark. The encoding is that of the byte order mark, else the declared one, else UTF-8.
func utf8Of(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 32<<10)
	head, err := b.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe, 0, 0}), bytes.HasPrefix(head, []byte{0, 0, 0xfe, 0xff}):
		return nil, refuse("junit.encoding", "", 1, "The report is in UTF-32. Send it in UTF-8.")
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		_, _ = b.Discard(2)
		return &from16{r: b, low: 0, high: 1}, nil
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		_, _ = b.Discard(2)
		return &from16{r: b, low: 1, high: 0}, nil
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		_, _ = b.Discard(3)
		return b, nil
	}
	switch enc := declared(head); strings.ToLower(enc) {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		return b, nil
	case "iso-8859-1", "latin1", "iso8859-1", "l1":
		return &fromLatin{r: b}, nil
	case "windows-1252", "cp1252":
		return &fromLatin{r: b, windows: true}, nil
	default:
		return nil, refuse("junit.encoding", "", 1, "The report declares the encoding %.40q, which Slipway does not read. Send it in UTF-8.", enc)
	}
}

// declared returns the encoding of the XML declaration.
func declared(head []byte) string {
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return ""
	}
	end := bytes.Index(head, []byte("?>"))
	if end < 0 {
		return ""
	}
	_, after, ok := bytes.Cut(head[:end], []byte("encoding"))
	if !ok {
		return ""
	}
	after = bytes.TrimLeft(after, " \t\r\n=")
	if len(after) < 2 || after[0] != '"' && after[0] != '\'' {
		return ""
	}
	value, _, _ := bytes.Cut(after[1:], after[:1])
	return string(value)
}

// from16 turns UTF-16 into UTF-8. A lone surrogate is a fault.
type from16 struct {
	r         *bufio.Reader
	low, high int
	pending   []byte
}

func (f *from16) unit() (rune, error) {
	var b [2]byte
	n, err := io.ReadFull(f.r, b[:])
	if n == 1 {
		return 0, refuse("junit.encoding", "", 0, "The report is in UTF-16 and ends in the middle of a character.")
	}
	return rune(b[f.low]) | rune(b[f.high])<<8, err
}

func (f *from16) Read(p []byte) (int, error) {
	n := copy(p, f.pending)
	f.pending = f.pending[n:]
	for n+utf8.UTFMax <= len(p) {
		u, err := f.unit()
		if err != nil {
			return n, err
		}
		if utf16.IsSurrogate(u) {
			v, err := f.unit()
			if err != nil && !errors.Is(err, io.EOF) {
				return n, err
			}
			if u = utf16.DecodeRune(u, v); u == utf8.RuneError {
				return n, refuse("junit.encoding", "", 0, "The report is in UTF-16 and holds half a character.")
			}
		}
		n += utf8.EncodeRune(p[n:], u)
	}
	if n == 0 && len(p) > 0 { // a tiny buffer
		big := make([]byte, 64)
		k, err := f.Read(big)
		n = copy(p, big[:k])
		f.pending = append(f.pending, big[n:k]...)
		if n > 0 {
			err = nil
		}
		return n, err
	}
	return n, nil
}

// fromLatin turns ISO-8859-1 or Windows-1252 into UTF-8.
type fromLatin struct {
	r       io.Reader
	windows bool
	in      [8 << 10]byte
	out     []byte
}

const windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"

func (f *fromLatin) Read(p []byte) (int, error) {
	if len(f.out) == 0 {
		n, err := f.r.Read(f.in[:])
		if n == 0 {
			return 0, err
		}
		f.out = f.out[:0]
		high := []rune(windows1252)
		for _, c := range f.in[:n] {
			switch {
			case c < 0x80:
				f.out = append(f.out, c)
			case f.windows && c < 0xa0:
				f.out = utf8.AppendRune(f.out, high[c-0x80])
			default:
				f.out = utf8.AppendRune(f.out, rune(c))
			}
		}
	}
	n := copy(p, f.out)
	f.out = f.out[n:]
	return n, nil
}

func refuse(reason, path string, line int, format string, args ...any) error {
	if path == "" {
		path = "file"
	}
	e := errs.InvalidField(path, reason, format, args...)
	e.Msg = "The test report was not taken."
	e.Fields[0].Line = line
	return e
}
