package drive

import (
	"context"
	"time"
)

// patient is the context of one call: it ends with the work, and when the attempt shall end, at once for a call that only reads and
// after stopPatience for any other, since its answer is worth waiting for.
func (d *Driver) patient(w *work, safe bool) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(w.ctx)
	go func() {
		select {
		case <-ctx.Done():
			return
		case <-w.stop:
		}
		if !safe {
			t := time.NewTimer(stopPatience)
			defer t.Stop()
			select {
			case <-ctx.Done():
				return
			case <-t.C:
			}
		}
		cancel()
	}()
	return ctx, cancel
}
