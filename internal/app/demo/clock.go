package demo

import (
	"sync"
	"time"

	"slipway/internal/clock"
)

// Afternoon is when the demonstration opens: Thursday 19 November 2026, 14:08 in Stockholm.
var Afternoon = time.Date(2026, 11, 19, 13, 8, 0, 0, time.UTC)

// Clock is the demonstration's time. While its past is made it stands where it is set; then it runs on from Afternoon
// with the machine's clock, so that windows, freezes and the live run are always as far away as in the story.
type Clock struct {
	base clock.Clock

	mu      sync.Mutex
	stands  time.Time
	running bool
	offset  time.Duration
}

// NewClock returns a clock that stands at t.
func NewClock(base clock.Clock, t time.Time) *Clock { return &Clock{base: base, stands: t} }

// Now returns the demonstration's instant.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running {
		return c.base.Now().Add(c.offset)
	}
	return c.stands
}

// Set moves a clock that stands. It never goes back, since the record would look as if it had been written out of order.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.running && t.After(c.stands) {
		c.stands = t
	}
}

// Run lets the clock run on from t.
func (c *Clock) Run(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running, c.offset = true, t.Sub(c.base.Now())
}
