package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"slipway/internal/app"
	"slipway/internal/errs"
	"slipway/internal/platform/backup"
	"slipway/internal/platform/config"
	"slipway/internal/platform/db"
)

// writeBackup writes the whole installation to a file while a server may be running on it.
func writeBackup(ctx context.Context, c config.Loaded, file string, std Streams) error {
	o := options(c, std)
	d, err := db.Open(ctx, db.Options{Dir: c.Data, URL: c.Database, ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }() // it was only read
	w := std.Out
	var f *os.File
	if file != "-" {
		// The name appears only when the file is whole.
		if f, err = os.CreateTemp(filepath.Dir(file), ".slipway-backup-*"); err != nil {
			return errs.Unavailable("backup.file", "The file cannot be written: %v.", err)
		}
		defer func() { _ = os.Remove(f.Name()) }() // a whole file has its own name by then
		w = f
	}
	r, err := backup.Write(ctx, d, w, backup.Info{Version: o.Version})
	if f != nil {
		if err == nil {
			err = f.Sync()
		}
		err = errors.Join(err, f.Close())
		if err == nil {
			err = os.Rename(f.Name(), file)
		}
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.Err, "Wrote %d rows of %d tables. Not in the file:\n  %s\n", r.Rows(), len(r.Tables), strings.Join(r.Info.Excludes, "\n  "))
	return err
}

// readBackup fills the empty database of a configuration from a file.
func readBackup(ctx context.Context, c config.Loaded, file string, std Streams) error {
	in := std.In
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return errs.NotFound("backup.file", "The file cannot be read: %v.", err)
		}
		defer f.Close()
		in = f
	}
	r, paused, err := app.Restore(ctx, options(c, std), in)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.Out, "Restored %d rows of %d tables, as of %s. Nobody is signed in.\n", r.Rows(), len(r.Tables), r.Info.At)
	if err == nil && paused > 0 {
		_, err = fmt.Fprintf(std.Out, "Runs that were under way and are paused now: %d. Resume each once it is known what was done since.\n", paused)
	}
	return err
}
