//go:build linux || darwin

package shim

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"slipway/internal/errs"
)

const (
	specFile   = "spec.json"
	lockFile   = "lock"
	shimFile   = "shim.json"
	childFile  = "child.json"
	outFile    = "out.log"
	logFile    = "shim.log"
	exitFile   = "exit.json"
	cancelFile = "cancel"
)

// write puts a file into the directory so that it is there whole and durable, or not at all.
func write(dir, name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "."+name+"-*")
	if err != nil {
		return err
	}
	// Fails, as it should, once renamed.
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if c := f.Close(); err == nil {
		err = c
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// read decodes a file of the directory. It reports false if there is none.
func read(dir, name string, v any) (bool, error) {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		return false, errs.Internal("shim.unreadable", err)
	}
	return true, nil
}

func exists(dir, name string) bool {
	_, err := os.Lstat(filepath.Join(dir, name))
	return err == nil
}
