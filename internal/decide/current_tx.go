package decide

import (
	"fmt"
	"sync"

	"slipway/internal/decide/digest"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Counter returns how often the sections of releases that an area owns were changed: a number that rises with every commit
// that changes what their sources return, however many releases there are in few statements.
type Counter func(tx *db.Tx, releases ...id.Release) (map[id.Release]int64, error)

// Count makes lists remember the content of releases that did not change between two snapshots. The counters together must
// cover every source. It belongs to the wiring, before any call.
func (d *Decisions) Count(counters ...Counter) { d.counters = counters }

// edition names what the content of a release is in a snapshot: no counter ever falls, so that two snapshots with the same
// numbers hold the same content, on every replica.
type edition struct {
	release id.Release
	numbers string
}

// remembered is the digests of contents by edition.
type remembered struct {
	mu sync.Mutex
	m  map[edition][]digest.Signed
}

// rememberedMax bounds the memory to about a megabyte; full, it starts again.
const rememberedMax = 1_000

func (m *remembered) get(e edition) ([]digest.Signed, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.m[e]
	return s, ok
}

func (m *remembered) put(e edition, s []digest.Signed) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.m == nil || len(m.m) >= rememberedMax {
		m.m = map[edition][]digest.Signed{}
	}
	m.m[e] = s
}

// current returns the digests of the sections of releases as they are. It costs one statement a counter, and the content
// of those that changed since this process read it last. A write reads every content: what it sees may never be committed.
func (d *Decisions) current(tx *db.Tx, rs []plan.Release) (map[id.Release][]digest.Signed, error) {
	out := make(map[id.Release][]digest.Signed, len(rs))
	counted := len(rs) > 0 && len(d.counters) > 0 && !tx.Writing()
	numbers := map[id.Release]string{}
	if counted {
		ids := make([]id.Release, len(rs))
		for i, r := range rs {
			ids[i] = r.ID
		}
		for _, count := range d.counters {
			n, err := count(tx, ids...)
			if err != nil {
				return nil, err
			}
			for _, r := range ids {
				numbers[r] += fmt.Sprint(n[r], " ")
			}
		}
	}
	for _, r := range rs {
		e := edition{r.ID, numbers[r.ID]}
		if s, known := d.contents.get(e); counted && known {
			out[r.ID] = s
			continue
		}
		c, err := d.content(tx, r)
		if err != nil {
			return nil, err
		}
		out[r.ID] = c.Sections
		if counted {
			d.contents.put(e, c.Sections)
		}
	}
	return out, nil
}
