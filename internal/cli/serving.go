package cli

import (
	"context"
	"fmt"
	"log/slog"

	"slipway/internal/app"
	"slipway/internal/app/demo"
	"slipway/internal/platform/config"
	"slipway/internal/platform/db"
	"slipway/internal/platform/logging"
)

// Serving returns the commands that run or prepare the server itself. The others go through the API.
func Serving() Server {
	return Server{Serve: serve, Demo: demonstrate, Migrate: migrate, Backup: writeBackup, Restore: readBackup, Shim: app.RunShim}
}

func options(c config.Loaded, std Streams) app.Options {
	return app.Options{Config: c, Log: logger(c, std), Version: Build().Version}
}

func logger(c config.Loaded, std Streams) *slog.Logger {
	return logging.New(std.Err, logging.Options{Level: c.LogLevel, Format: c.LogFormat})
}

func serve(ctx context.Context, c config.Loaded, std Streams) error {
	for _, n := range c.Notes {
		_, _ = fmt.Fprintln(std.Err, "slipway: "+n)
	}
	var failed error
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	err := app.Serve(ctx, options(c, std), func(a *app.App, address string) {
		started, err := a.Auth.Start(ctx, c.AdminToken)
		if err != nil {
			failed = err
			cancel()
			return
		}
		_, _ = fmt.Fprintf(std.Out, "Slipway answers at %s\n", address)
		if started.FirstRun != "" {
			_, _ = fmt.Fprintf(std.Out, "Nobody can sign in yet. Open this link once, within 24 hours, to make the first administrator:\n%s%s\n", address, started.FirstRun)
		}
	})
	if failed != nil {
		return failed
	}
	return err
}

func demonstrate(ctx context.Context, c config.Loaded, std Streams) error {
	return demo.Run(ctx, options(c, std), func(address string) { _, _ = fmt.Fprintln(std.Out, demo.Greeting(address)) })
}

func migrate(ctx context.Context, c config.Loaded, std Streams) error {
	return withDB(ctx, options(c, std), func(d *db.DB) error {
		if err := app.Migrate(ctx, d); err != nil {
			return err
		}
		v, err := db.Schema()
		if err == nil {
			_, err = fmt.Fprintf(std.Out, "The schema is at version %d.\n", v)
		}
		return err
	})
}

func withDB(ctx context.Context, o app.Options, fn func(d *db.DB) error) (err error) {
	d, err := app.OpenDB(ctx, o)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := d.Close(); err == nil {
			err = cerr
		}
	}()
	return fn(d)
}
