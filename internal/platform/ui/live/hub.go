package live

import (
	"sync"
	"time"
)

// Config sets the rhythm of a hub. Zero values mean the defaults.
type Config struct {
	Heartbeat time.Duration // a comment on a silent stream; 15 s
	Recheck   time.Duration // between two calls of Stream.Allowed; a minute
	Gap       time.Duration // the least time between two answers of a stream; 100 ms
	Deadline  time.Duration // for one write to a reader that does not read; 10 s
	Max       int           // open streams; 4,096
}

func (c Config) filled() Config {
	set := func(d *time.Duration, value time.Duration) {
		if *d <= 0 {
			*d = value
		}
	}
	set(&c.Heartbeat, 15*time.Second)
	set(&c.Recheck, time.Minute)
	set(&c.Gap, 100*time.Millisecond)
	set(&c.Deadline, 10*time.Second)
	if c.Max <= 0 {
		c.Max = 4096
	}
	return c
}

// Hub wakes streams by topic. It is safe for concurrent use.
type Hub struct {
	config Config
	closed chan struct{}

	mu     sync.Mutex
	topics map[string]map[*reader]struct{}
	count  int
	over   bool
}

// reader is one open stream. Its wake holds at most one signal: more of them say nothing more.
type reader struct {
	wake   chan struct{}
	topics []string
}

// NewHub returns a hub without streams.
func NewHub(c Config) *Hub {
	return &Hub{config: c.filled(), closed: make(chan struct{}), topics: map[string]map[*reader]struct{}{}}
}

// Wake tells all streams of the topics that the ledger has moved. The sequence is that of the newest entry committed; a
// stream asks its page what is new and does not rely on it. It never blocks, and costs about 50 ns a stream.
func (h *Hub) Wake(_ int64, topics ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range topics {
		for r := range h.topics[t] {
			r.signal()
		}
	}
}

// WakeAll tells all streams, for when it is not known what has changed (a notification was lost).
func (h *Hub) WakeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, readers := range h.topics {
		for r := range readers {
			r.signal()
		}
	}
}

func (r *reader) signal() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Topics returns how many streams listen to each topic.
func (h *Hub) Topics() map[string]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make(map[string]int, len(h.topics))
	for t, readers := range h.topics {
		out[t] = len(readers)
	}
	return out
}

// Close ends all streams and refuses new ones. It is called before the server's Shutdown, which waits for handlers. The
// readers come back by themselves, to this server or to another. Closing twice does nothing.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.over {
		h.over = true
		close(h.closed)
	}
}

// join registers a stream; it returns nil when the hub is closed or full.
func (h *Hub) join(topics []string) *reader {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over || h.count >= h.config.Max {
		return nil
	}
	r := &reader{wake: make(chan struct{}, 1), topics: topics}
	for _, t := range topics {
		if h.topics[t] == nil {
			h.topics[t] = map[*reader]struct{}{}
		}
		h.topics[t][r] = struct{}{}
	}
	h.count++
	return r
}

func (h *Hub) leave(r *reader) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range r.topics {
		delete(h.topics[t], r)
		if len(h.topics[t]) == 0 {
			delete(h.topics, t)
		}
	}
	h.count--
}
