package pack

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"

	"golang.org/x/mod/sumdb/tlog"

	"slipway/internal/platform/ledger/leaf"
	"slipway/internal/platform/ledger/tree"
)

// LineMax is the greatest length of a line in bytes.
const LineMax = 32 << 20

// Fault names the first line that does not hold.
type Fault struct {
	Line int   // from 1; one behind the last if the file ends early
	Seq  int64 // of the entry, -1 if the line is none
	Text string
}

// Error returns the fault as a sentence.
func (f *Fault) Error() string {
	if f.Seq >= 0 {
		return fmt.Sprintf("line %d, entry %d: %s", f.Line, f.Seq, f.Text)
	}
	return fmt.Sprintf("line %d: %s", f.Line, f.Text)
}

// Summary says what an export that holds contains.
type Summary struct {
	Installation string `json:"installation"`
	Release      string `json:"release,omitempty"`
	Origin       string `json:"origin"` // of the checkpoint
	Size         int64  `json:"size"`   // entries under the checkpoint
	Root         string `json:"root"`   // base64
	Entries      int64  `json:"entries"`
	Redacted     int64  `json:"redacted"`
}

// Verify checks an export with the installation's public key (the text form of signed notes). It reads no more than one
// line at a time. The error is a *Fault, unless r fails.
func Verify(r io.Reader, key string) (Summary, error) {
	v := &verifier{key: key, sum: sha256.New(), in: bufio.NewReaderSize(r, 64<<10), last: -1}
	err := v.run()
	return v.out, err
}

type verifier struct {
	key  string
	in   *bufio.Reader
	sum  hash.Hash
	line int
	last int64
	head Head
	root tlog.Hash
	out  Summary
}

func (v *verifier) fault(seq int64, format string, args ...any) error {
	return &Fault{Line: v.line, Seq: seq, Text: fmt.Sprintf(format, args...)}
}

func (v *verifier) run() error {
	first, err := v.next()
	if err != nil {
		return err
	}
	if err := v.first(first); err != nil {
		return err
	}
	for {
		v.sum.Write(append(first, '\n'))
		b, err := v.next()
		if err != nil {
			return err
		}
		if bytes.HasPrefix(b, []byte(`{"entries":`)) {
			return v.foot(b)
		}
		if err := v.entry(b); err != nil {
			return err
		}
		first = b
	}
}

// next returns the next line without its end.
func (v *verifier) next() ([]byte, error) {
	v.line++
	var line []byte
	for {
		part, err := v.in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > LineMax:
			return nil, v.fault(-1, "the line is longer than %d bytes", LineMax)
		case err == nil:
			return line[:len(line)-1], nil
		case errors.Is(err, io.EOF):
			return nil, v.fault(-1, "the export ends here, without its last line")
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

func strictly(b []byte, dst any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(dst); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more follows on the line")
	}
	return nil
}

func (v *verifier) first(b []byte) error {
	if err := strictly(b, &v.head); err != nil || v.head.Format != Format {
		return v.fault(-1, "it is not the first line of a %s", Format)
	}
	if v.head.Key != v.key {
		return v.fault(-1, "the export is signed by %s, not by the key it is checked with", v.head.Key)
	}
	if tree.InstallationOf(v.key) != v.head.Installation {
		return v.fault(-1, "the key belongs to another installation")
	}
	c, err := tree.VerifyCheckpoint(v.head.Checkpoint, v.key)
	if err != nil {
		return v.fault(-1, "the checkpoint is not signed by the key (%v)", err)
	}
	v.root = c.Root
	v.out = Summary{Installation: v.head.Installation, Release: v.head.Release, Origin: c.Origin, Size: c.Size, Root: c.Root.String()}
	return nil
}

func (v *verifier) entry(b []byte) error {
	e := Entry{Seq: -1}
	if err := strictly(b, &e); err != nil {
		return v.fault(-1, "it is not an entry (%v)", err)
	}
	if e.Seq <= v.last || e.Seq >= v.out.Size {
		return v.fault(e.Seq, "its number does not follow the one before, or lies behind the checkpoint")
	}
	v.last = e.Seq
	h, err := leaf.Parse([]byte(e.Header))
	if err != nil {
		return v.fault(e.Seq, "its header is not in the ledger's format (%v)", err)
	}
	if v.head.Release != "" && h.Release != v.head.Release {
		return v.fault(e.Seq, "it belongs to another release")
	}
	proof := make(tlog.RecordProof, len(e.Proof))
	for i, s := range e.Proof {
		if proof[i], err = tlog.ParseHash(s); err != nil {
			return v.fault(e.Seq, "its proof is malformed")
		}
	}
	if err := tlog.CheckRecord(proof, v.out.Size, v.root, e.Seq, leaf.Hash([]byte(e.Header))); err != nil {
		return v.fault(e.Seq, "it is not the entry that the checkpoint covers under this number")
	}
	v.out.Entries++
	if e.Salt == "" && e.Payload == nil && e.RedactedBy != "" {
		v.out.Redacted++
		return nil
	}
	salt, err := base64.StdEncoding.Strict().DecodeString(e.Salt)
	if err != nil || len(salt) != leaf.SaltSize || e.RedactedBy != "" || leaf.PayloadDigest(leaf.Salt(salt), e.Payload) != h.Payload {
		return v.fault(e.Seq, "its payload is not the one that its header was made over")
	}
	return nil
}

func (v *verifier) foot(b []byte) error {
	var f Foot
	if err := strictly(b, &f); err != nil {
		return v.fault(-1, "it is not the last line (%v)", err)
	}
	if f.Entries != v.out.Entries {
		return v.fault(-1, "%d entries are announced, %d are here", f.Entries, v.out.Entries)
	}
	text, err := tree.Verify(f.Note, v.key)
	if err != nil {
		return v.fault(-1, "the export is not signed by the key (%v)", err)
	}
	if text != statement(v.head, f.Entries, v.sum.Sum(nil)) {
		return v.fault(-1, "the signature is over other lines: one was changed, added or left out")
	}
	if rest, err := v.in.Peek(1); len(rest) > 0 {
		v.line++
		return v.fault(-1, "more follows after the last line")
	} else if !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}
