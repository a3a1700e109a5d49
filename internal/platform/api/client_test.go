package api_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"slipway/client"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// The client and the door over a real connection: an answer that is lost on the way is asked for again and not done again.
func TestClientRepeatsWithoutDoingTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var n atomic.Int32
		s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && n.Add(1) == 1 {
				w.h.ServeHTTP(httptest.NewRecorder(), r) // carried out, and the answer never leaves
				panic(http.ErrAbortHandler)
			}
			w.h.ServeHTTP(rw, r)
		}))
		t.Cleanup(s.Close)
		c, err := client.New(s.URL, "maya", client.WithTries(5, time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
		var b boat
		if err := c.Post(t.Context(), "/boats", map[string]any{"name": "Aurora"}, &b); err != nil || b.Name != "Aurora" || b.ID != 1 {
			t.Fatalf("%+v %v", b, err)
		}
		if n.Load() < 2 || w.written.Load() != 1 {
			t.Errorf("sent %d times, done %d times", n.Load(), w.written.Load())
		}
		for range 4 {
			if err := c.Post(t.Context(), "/boats", map[string]any{"name": "Borealis"}, nil); err != nil {
				t.Fatal(err)
			}
		}
		all, err := client.List[boat](t.Context(), c, "/boats", map[string][]string{"limit": {"2"}}, 0)
		if err != nil || len(all) != 5 || all[4].ID != 5 {
			t.Errorf("%+v %v", all, err)
		}
		var p *client.Problem
		err = c.Post(t.Context(), "/boats", map[string]any{"name": "A", "knid": "ketch"}, nil)
		if !errors.As(err, &p) || p.Status != 422 || len(p.Errors) != 1 || p.Errors[0].Field != "knid" || p.Errors[0].Line != 1 || p.RequestID == "" {
			t.Errorf("%#v", err)
		}
	})
}
