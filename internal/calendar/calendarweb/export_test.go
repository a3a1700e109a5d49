package calendarweb

import (
	"context"
	"net/http"

	"slipway/internal/platform/db"
)

// Statements returns how many statements the page at an address is read with.
func Statements(ctx context.Context, p *Pages, address string) (int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	n := 0
	for range 2 { // the first one fills what is kept
		v := &view{Look: p.Look(ctx), p: p}
		if err := v.ask(r); err != nil {
			return 0, err
		}
		if err := p.DB.Read(ctx, func(tx *db.Tx) error {
			err := v.read(tx)
			n = tx.Statements()
			return err
		}); err != nil {
			return 0, err
		}
	}
	return n, nil
}
