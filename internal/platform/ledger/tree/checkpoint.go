package tree

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is the signed statement that a tree had this root when it had this size.
type Checkpoint struct {
	Origin string // Origin(installation, epoch)
	Size   int64
	Root   tlog.Hash
}

// Origin names a log. A tree that was set back by a restore is another log, so that it cannot be taken for a fork of the
// one before: the first epoch has the installation's name alone, a later one its number behind.
func Origin(installation string, epoch int64) string {
	if epoch <= 1 {
		return Name(installation)
	}
	return Name(installation) + "/" + strconv.FormatInt(epoch, 10)
}

// Text returns the checkpoint as C2SP tlog-checkpoint writes it: origin, size and root in base64, a line each.
func (c Checkpoint) Text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + c.Root.String() + "\n"
}

// ParseCheckpoint reads what Text writes. Lines after the third (extensions) are let pass, as C2SP asks.
func ParseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) < 4 || lines[0] == "" {
		return Checkpoint{}, fmt.Errorf("tree: a checkpoint has an origin, a size and a root, a line each")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("tree: the checkpoint's size %.30q is not a number", lines[1])
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return Checkpoint{}, fmt.Errorf("tree: the checkpoint's root %.60q is not a hash in base64", lines[2])
	}
	return Checkpoint{Origin: lines[0], Size: size, Root: tlog.Hash(root)}, nil
}

// SignCheckpoint returns the checkpoint as a signed note.
func (k Key) SignCheckpoint(c Checkpoint) (string, error) { return k.Sign(c.Text()) }

// VerifyCheckpoint reads a checkpoint that the public key has signed. It does not look at the origin.
func VerifyCheckpoint(msg, public string) (Checkpoint, error) {
	text, err := Verify(msg, public)
	if err != nil {
		return Checkpoint{}, err
	}
	return ParseCheckpoint(text)
}
