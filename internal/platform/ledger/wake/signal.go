package wake

import "sync"

// Signal wakes everyone who waits, once for any number of events. The zero Signal is ready; it is safe for concurrent use.
type Signal struct {
	mu sync.Mutex
	c  chan struct{}
}

// Wait returns a channel that the next Raise closes. Take it before looking for work, so that nothing falls in between.
func (s *Signal) Wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.c == nil {
		s.c = make(chan struct{})
	}
	return s.c
}

// Raise wakes those who wait now. It does not block.
func (s *Signal) Raise() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.c != nil {
		close(s.c)
		s.c = nil
	}
}
