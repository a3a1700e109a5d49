package app

import (
	"context"
	"fmt"
	"io"

	"slipway/internal/errs"
	"slipway/internal/platform/auth/account"
	"slipway/internal/platform/backup"
	"slipway/internal/platform/db"
)

// Restore fills the empty database of a configuration from a backup of either engine. A backup of an older schema is restored
// into that schema and migrated afterwards. What must not outlive the installation that was saved is left behind (sessions,
// links that work once, tries to sign in), the ledger begins an epoch, and runs that were under way are paused, since what they
// did after the backup is not known; a person resumes them. Jobs are derived again at the next start. It fails as
// backup.Restore does.
func Restore(ctx context.Context, o Options, in io.Reader) (rep backup.Report, paused int, err error) {
	d, err := OpenDB(ctx, o)
	if err != nil {
		return rep, 0, err
	}
	because := ""
	rep, err = backup.Restore(ctx, d, in,
		backup.Hook{Name: "the schema", Before: func(ctx context.Context, i backup.Info) error {
			because = fmt.Sprintf("restored from the backup of %s", i.At)
			err := db.MigrateTo(ctx, d, i.Schema)
			switch errs.ReasonOf(err) {
			case "db.schema_unknown", "db.schema_beyond":
				return nil // the restore says it better
			}
			return err
		}, Run: func(ctx context.Context, _ backup.Report) error { return Migrate(ctx, d) }},
		backup.Hook{Name: "sign-in", Forget: account.Transient()},
	)
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return rep, 0, err
	}
	o.epoch = because
	a, err := Open(ctx, o)
	if err != nil {
		return rep, 0, fmt.Errorf("app: everything is restored, but the ledger's new epoch has not begun: %w", err)
	}
	paused, err = a.Runs.PauseAll(ctx, "Slipway was "+because+". Look at what was done since, then resume, skip or roll back.")
	if cerr := a.Close(ctx); err == nil {
		err = cerr
	}
	return rep, paused, err
}
