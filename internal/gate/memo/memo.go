package memo

import "sync"

// Memo is safe for concurrent use.
type Memo[K comparable, V any] struct {
	mu    sync.Mutex
	limit int
	m     map[K]V
}

// New returns a memory of at most limit values; full, it starts again.
func New[K comparable, V any](limit int) *Memo[K, V] {
	return &Memo[K, V]{limit: limit, m: map[K]V{}}
}

// Get returns what was put under a key, and whether anything was.
func (m *Memo[K, V]) Get(k K) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.m[k]
	return v, ok
}

// Put keeps a value.
func (m *Memo[K, V]) Put(k K, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.m) >= m.limit {
		clear(m.m)
	}
	m.m[k] = v
}
