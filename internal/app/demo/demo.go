package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"slipway/internal/app"
	"slipway/internal/clock"
	"slipway/internal/errs"
)

// Org is the organisation of the story.
const Org = "Aldermoor Bank"

// pace is how long a deployment of the bank takes once the visitor is there.
const pace = 4 * time.Second

// Run opens the demonstration and serves it until ctx ends. o.Config.Data is the directory that keeps it; when it is
// empty the demonstration lives in a temporary one and is gone afterwards. ready is told the address. It fails with
// errs.Blocked for a directory that holds something else than a demonstration.
func Run(ctx context.Context, o app.Options, ready func(address string)) (err error) {
	c := NewClock(clock.System, day(1, 9, 0))
	o.Clock, o.Org, o.Demo = c, Org, true
	o.Config.Database = ""
	if o.Config.Data == "" {
		dir, err := os.MkdirTemp("", "slipway-demo-")
		if err != nil {
			return errs.Unavailable("demo.dir_unusable", "The demonstration needs a temporary directory.").Because(err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		o.Config.Data = dir
	}
	if _, err := os.Stat(filepath.Join(o.Config.Data, "slipway.db")); err == nil {
		return errs.Blocked("demo.not_empty", "%s holds a Slipway already. The demonstration begins in an empty directory; look at an older one with slipway serve.", o.Config.Data)
	}
	bank, err := OpenBank(ctx, c.Now)
	if err != nil {
		return errs.Unavailable("demo.bank", "The bank of the demonstration cannot listen on this machine.").Because(err)
	}
	defer func() { err = errors.Join(err, bank.Close()) }()
	// The bank is on loopback, which steps may not call otherwise.
	o.Config.AllowCalls = append(o.Config.AllowCalls, "127.0.0.1")
	o.Prepare = func(ctx context.Context, a *app.App) error {
		if _, err := a.Auth.Start(ctx, o.Config.AdminToken); err != nil {
			return err
		}
		s := &story{app: a, clock: c, bank: bank, ctx: ctx, people: map[string]context.Context{}}
		s.compose()
		if err := s.tell(); err != nil {
			return err
		}
		bank.Pace(pace)
		c.Run(Afternoon)
		return nil
	}
	return app.Serve(ctx, o, func(_ *app.App, address string) {
		if ready != nil {
			ready(address)
		}
	})
}

// Greeting is the line that the demonstration prints.
func Greeting(address string) string {
	return fmt.Sprintf("%s is open at %s: sign in as any of its people with one click.", Org, address)
}
