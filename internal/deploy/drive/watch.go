package drive

import (
	"sync"

	"slipway/internal/id"
)

// Watch wakes those who wait for a run in this process. The zero value serves.
type Watch struct {
	mu   sync.Mutex
	runs map[id.Run]chan struct{}
}

// Touch wakes everybody who waits for the run. It never blocks.
func (w *Watch) Touch(r id.Run) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c, ok := w.runs[r]; ok {
		close(c)
		delete(w.runs, r)
	}
}

// Of returns what is closed at the next touch of the run.
func (w *Watch) Of(r id.Run) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.runs == nil {
		w.runs = map[id.Run]chan struct{}{}
	}
	c, ok := w.runs[r]
	if !ok {
		c = make(chan struct{})
		w.runs[r] = c
	}
	return c
}
