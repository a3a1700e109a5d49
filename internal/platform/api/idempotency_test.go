package api_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// Two requests with one key at once: one changes, the other is told to wait, on either engine and whatever the order.
func TestIdempotencyInFlight(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		const n = 8
		codes := make(chan string, n)
		start := make(chan struct{})
		for range n {
			go func() {
				<-start
				rec := w.do("POST", "/api/v1/boats", `{"name":"Aurora"}`, "Idempotency-Key", "same")
				switch {
				case rec.Code == 201:
					codes <- "done"
				case rec.Code == 409 && strings.Contains(rec.Body.String(), "idempotency.in_flight") && rec.Header().Get("Retry-After") == "1":
					codes <- "busy"
				default:
					codes <- rec.Body.String()
				}
			}()
		}
		close(start)
		done := 0
		for range n {
			switch c := <-codes; c {
			case "done":
				done++
			case "busy":
			default:
				t.Errorf("answer %s", c)
			}
		}
		if done == 0 || w.written.Load() != 1 {
			t.Errorf("%d answers of success, %d changes", done, w.written.Load())
		}
	})
}

// A server that dies between the commit and the answer leaves a key without an answer: in flight at first, lost after a
// minute, and the change is never done again; after a day the key is free.
func TestIdempotencyAnswerLost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		post := func() int {
			return w.do("POST", "/api/v1/boats", `{"name":"Aurora"}`, "Idempotency-Key", "k").Code
		}
		if post() != 201 {
			t.Fatal("the first request failed")
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE api_key SET status = 0, body = NULL`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		again := func(reason string) {
			t.Helper()
			refusal(t, w.do("POST", "/api/v1/boats", `{"name":"Aurora"}`, "Idempotency-Key", "k"), 409, reason)
		}
		clk := d.Clock().(*clock.Fake)
		again("idempotency.in_flight")
		clk.Advance(2 * time.Minute)
		again("idempotency.answer_lost")
		if w.written.Load() != 1 {
			t.Fatalf("%d changes", w.written.Load())
		}
		clk.Advance(api.KeyLife)
		if post() != 201 || w.written.Load() != 2 {
			t.Errorf("an expired key is not free: %d changes", w.written.Load())
		}
		clk.Advance(api.KeyLife + time.Second)
		if err := api.ForgetKeys(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		var n int64
		if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Get(&n, `SELECT count(*) FROM api_key`) }); err != nil || n != 0 {
			t.Errorf("%d keys are left, %v", n, err)
		}
	})
}

// The key commits with the change or not at all.
func TestIdempotencyIsAtomic(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		refusal(t, w.do("POST", "/api/v1/boats", `{"name":"crash"}`, "Idempotency-Key", "k"), 500, "boat.crash")
		var n int64
		if err := d.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&n, `SELECT count(*) FROM api_key`) }); err != nil || n != 0 {
			t.Errorf("%d keys without a change, %v", n, err)
		}
	})
}

func FuzzCheckKey(f *testing.F) {
	for _, s := range []string{"", "a", strings.Repeat("k", 128), strings.Repeat("k", 129), "a b", "é", "\x00", "01a1fdc8-8cd0-7306-9cfa-76345981a0a3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ok := len(s) > 0 && len(s) <= 128
		for _, c := range []byte(s) {
			ok = ok && c > ' ' && c <= '~'
		}
		if got := api.CheckKey(s) == nil; got != ok {
			t.Errorf("CheckKey(%q) accepts: %v", s, got)
		}
	})
}
