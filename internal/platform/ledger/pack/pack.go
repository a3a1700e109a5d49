package pack

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"strconv"
)

// Format names the format in the first line.
const Format = "slipway export v1"

// Head is the first line.
type Head struct {
	Format       string `json:"format"`
	Installation string `json:"installation"`
	Key          string `json:"key"`               // the public key; an auditor compares it with one obtained elsewhere
	Release      string `json:"release,omitempty"` // "" for the whole ledger
	Checkpoint   string `json:"checkpoint"`        // C2SP tlog-checkpoint
}

// Entry is a line between the first and the last.
type Entry struct {
	Seq        int64           `json:"seq"`
	Header     string          `json:"header"`               // the bytes under the leaf
	Salt       string          `json:"salt,omitempty"`       // base64
	Payload    json.RawMessage `json:"payload,omitempty"`    // canonical JSON
	RedactedBy string          `json:"redactedBy,omitempty"` // then salt and payload are gone
	Proof      []string        `json:"proof"`                // base64, from the leaf's sibling upwards
}

// Foot is the last line.
type Foot struct {
	Entries int64  `json:"entries"`
	Note    string `json:"note"` // signed note over statement
}

// statement is what the installation signs of an export: these entries, all of them, in these bytes.
func statement(h Head, entries int64, sum []byte) string {
	release := h.Release
	if release == "" {
		release = "-"
	}
	return Format + "\n" + h.Installation + "\n" + release + "\n" + strconv.FormatInt(entries, 10) + "\n" + hex.EncodeToString(sum) + "\n"
}

// Writer writes an export.
type Writer struct {
	w    io.Writer
	sum  hash.Hash
	head Head
	n    int64
}

// NewWriter writes the first line.
func NewWriter(w io.Writer, h Head) (*Writer, error) {
	h.Format = Format
	p := &Writer{w: w, sum: sha256.New(), head: h}
	return p, p.line(h)
}

// Entry writes the next entry, which must have a higher number than the one before.
func (w *Writer) Entry(e Entry) error {
	w.n++
	if e.Proof == nil {
		e.Proof = []string{} // of a ledger with one entry
	}
	return w.line(e)
}

// Close writes the last line, for which sign makes a text into a signed note.
func (w *Writer) Close(sign func(text string) (string, error)) error {
	note, err := sign(statement(w.head, w.n, w.sum.Sum(nil)))
	if err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	return w.line(Foot{Entries: w.n, Note: note})
}

func (w *Writer) line(v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b) // ends the line
	e.SetEscapeHTML(false)   // a payload's bytes stay as they were digested
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	w.sum.Write(b.Bytes())
	_, err := w.w.Write(b.Bytes())
	return err
}
