package applyweb

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode/utf8"

	"slipway/internal/errs"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/strict"
	"slipway/internal/platform/web"
)

// form is what is posted. Files that were chosen go behind the text under a line with their names, since a browser does not
// keep them from one answer to the next.
type form struct {
	Text  string     `form:"text,raw"`
	Files []web.File `form:"files"`
	Do    string     `form:"do"`    // try or apply
	Tried string     `form:"tried"` // digest of the text that was tried
}

// marker begins the line that names the file which the lines behind it are of. YAML takes it for a comment.
const marker = "# file: "

// textMax bounds the text in bytes, as one field of a form is.
const textMax = 1 << 20

// add puts the chosen files behind the text; one that cannot be taken leaves the text as it is. It fails with errs.Invalid,
// naming the field, for a file that is no text, and with errs.TooLarge beyond the bound.
func (f *form) add() error {
	text := f.Text
	for _, x := range f.Files {
		if !utf8.Valid(x.Bytes) || bytes.IndexByte(x.Bytes, 0) >= 0 {
			return errs.InvalidField("files", strict.ReasonEncoding, "%s is not text in UTF-8.", x.Name)
		}
		if text != "" && !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		text += marker + strings.Join(strings.Fields(x.Name), " ") + "\n" + strings.ReplaceAll(string(x.Bytes), "\r", "")
	}
	if len(text) > textMax {
		return errs.TooLarge("apply.text_too_large", "A page takes 1 MiB of documents. Apply more with slipway apply -f.")
	}
	f.Text, f.Files = text, nil
	if strings.TrimSpace(text) == "" {
		return errs.InvalidField("text", "apply.nothing", "Paste documents, or choose files.")
	}
	return nil
}

// Files splits a text at the lines that name files ("# file: bank.yaml"); what stands before the first has no name.
func Files(text string) []apply.File {
	var out []apply.File
	name, from := "", 0
	take := func(to int) {
		if part := text[from:to]; strings.TrimSpace(part) != "" {
			out = append(out, apply.File{Name: name, Text: part})
		}
	}
	for at := 0; at < len(text); {
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			end = len(text)
		} else {
			end += at + 1
		}
		if line, ok := strings.CutPrefix(text[at:end], marker); ok {
			take(at)
			name, from = strings.TrimSpace(line), end
		}
		at = end
	}
	take(len(text))
	return out
}

// digest identifies the text.
func (f *form) digest() string {
	sum := sha256.Sum256([]byte(f.Text))
	return hex.EncodeToString(sum[:])
}

// place says where a fault is: file, line, field, as far as they are known.
func place(f errs.Field) string {
	var parts []string
	if f.File != "" {
		parts = append(parts, f.File)
	}
	if f.Line > 0 {
		parts = append(parts, "line "+strconv.Itoa(f.Line))
	}
	if f.Name != "" && f.Name != "text" && f.Name != "files" {
		parts = append(parts, f.Name)
	}
	s := strings.Join(parts, ", ")
	if f.File == "" && f.Line > 0 {
		s = "L" + s[1:]
	}
	return s
}
