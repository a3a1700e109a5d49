package outside

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"slipway/internal/errs"
)

// Key returns the text of the key's file. If there is none and fresh is not nil, it is made with what fresh returns,
// readable by its owner only; of two processes that start together both get the key of the first. It fails with errs.Blocked
// ledger.key_missing or errs.Unavailable; no error repeats the key.
func Key(path string, fresh func() string) (string, error) {
	b, err := os.ReadFile(path)
	switch {
	case err == nil:
		return string(b), nil
	case !errors.Is(err, fs.ErrNotExist):
		return "", errs.Unavailable("ledger.key_unreadable", "The key that signs the record cannot be read from %s.", path).Because(err)
	case fresh == nil:
		return "", errs.Blocked("ledger.key_missing",
			"The key that signs the record is missing: %s. Put it back, or configure it. Without it nobody can continue the signed record.", path)
	}
	// os.Link does not replace.
	if err := place(path, fresh()+"\n", os.Link); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", errs.Unavailable("ledger.key_unwritable", "The key that signs the record cannot be written to %s.", path).Because(err)
	}
	return Key(path, nil)
}

// Checkpoint returns the note in the checkpoint's file, "" if there is none or no path. It fails with errs.Unavailable.
func Checkpoint(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", errs.Unavailable("ledger.checkpoint_unreadable", "The last checkpoint cannot be read from %s.", path).Because(err)
	}
	return string(b), nil
}

// KeepCheckpoint replaces the note in the checkpoint's file; without a path it does nothing. It fails with errs.Unavailable.
func KeepCheckpoint(path, note string) error {
	if path == "" {
		return nil
	}
	if err := place(path, note, os.Rename); err != nil {
		return errs.Unavailable("ledger.checkpoint_unwritable", "The last checkpoint cannot be written to %s.", path).Because(err)
	}
	return nil
}

// place makes a file as a whole, readable by its owner only, and waits until it is on the disk. move brings it from its first
// name to its own.
func place(name, text string, move func(from, to string) error) error {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "."+filepath.Base(name)+"-*") // 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already if it was moved
	if _, err = f.WriteString(text); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := move(f.Name(), name); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
