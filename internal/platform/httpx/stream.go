package httpx

import (
	"net/http"
	"time"
)

// Stream prepares an answer that lasts: no deadlines, no compression, no buffering by proxies. It returns what flushes.
// The handler must end when the request's context does; Server cancels streams first when it stops.
func Stream(w http.ResponseWriter, r *http.Request) *http.ResponseController {
	if x := exchangeOf(r.Context()); x != nil {
		x.stream = true
	}
	c := http.NewResponseController(w)
	// A writer without deadlines (in tests) has none to lift.
	_ = c.SetReadDeadline(time.Time{})
	_ = c.SetWriteDeadline(time.Time{})
	w.Header().Set("X-Accel-Buffering", "no")
	return c
}
