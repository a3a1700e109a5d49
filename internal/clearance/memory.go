package clearance

import (
	"maps"
	"strings"
	"sync"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ledger/tally"
)

// memory is what answers are made from. What a commit touches is marked in stale before the commit is acknowledged (SQLite)
// or before the next answer (PostgreSQL), and read again before the next answer.
type memory struct {
	mu      sync.RWMutex
	stale   stale
	reading bool // what was taken out of stale is being read; until it is there, memory is old
	// gen rises with every mark that may change any answer; of[r] with those that touch release r alone, runs with
	// every deployment.
	gen, runs uint64
	of        map[id.Release]uint64

	services     map[string]*catalog.Service // by key and by identifier
	environments map[string]*catalog.Environment
	periods      []calendar.Standing
	passing      []calendar.Passing
	expanded     time.Time // when periods were written out
	horizon      time.Time // up to when
	bars         map[id.Service][]catalog.Bar
	overrides    map[id.Service][]Override
	items        map[id.Release][]plan.Carried
	versions     map[carrier][]id.Release
	digests      map[carrier][]id.Release
	candidates   map[id.Release]kept[*candidate]
	answers      map[asked]kept[*reply]

	tally tally.Tally // where memory stands (PostgreSQL); guarded by Clearance.loading
}

// carrier is a version or a digest of a service.
type carrier struct {
	service id.Service
	text    string
}

// asked is a question about now.
type asked struct{ service, version, digest, environment, release string }

// kept is something that holds as long as nothing it was made from was touched.
type kept[T any] struct {
	of   T
	gen  uint64
	runs uint64 // where it depends on what runs; 0: it does not
	deps []dep
}

type dep struct {
	release id.Release
	gen     uint64
}

// candidate is a release with its standing.
type candidate struct {
	plan.Release
	Standing
}

// reply is an answer and between which instants it holds.
type reply struct {
	answer      Answer
	product     id.Product // of the service, "" if there is none
	from, until time.Time
}

// stale is what must be read again.
type stale struct {
	all                                             bool
	environments, periods, passing, bars, overrides bool
	services                                        map[string]bool
	items                                           map[id.Release]bool
}

func (t stale) none() bool {
	return !t.all && !t.environments && !t.periods && !t.passing && !t.bars && !t.overrides && len(t.services) == 0 && len(t.items) == 0
}

func (t *stale) add(o stale) {
	t.all, t.environments, t.periods = t.all || o.all, t.environments || o.environments, t.periods || o.periods
	t.passing, t.bars, t.overrides = t.passing || o.passing, t.bars || o.bars, t.overrides || o.overrides
	t.services, t.items = union(t.services, o.services), union(t.items, o.items)
}

func union[K comparable](a, b map[K]bool) map[K]bool {
	if a == nil {
		return maps.Clone(b)
	}
	maps.Copy(a, b)
	return a
}

// touched marks what entries touched. It runs in the writer and costs a map entry each.
func (m *memory) touched(es []ledger.Committed) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range es {
		m.touch(e)
	}
}

func (m *memory) touch(e ledger.Committed) {
	noun, _, _ := strings.Cut(e.Action, ".")
	switch noun {
	case "clearance", "ledger", "session", "token":
		return // nothing of an answer comes from these
	case "deployment":
		m.runs++
		if e.Release != "" {
			m.touchRelease(e.Release)
		}
		return
	case "release":
		if e.Release != "" {
			m.stale.items = put(m.stale.items, e.Release)
		}
		m.gen++
		return
	case "window":
		m.stale.periods = true
	case "freeze":
		m.stale.periods, m.stale.passing = true, true
	case "environment":
		m.stale.environments = true
	case "service":
		m.stale.services = put(m.stale.services, e.Subject.ID)
	case "version":
		m.stale.bars = true
	case "override":
		m.stale.overrides = true
	default:
		if e.Release != "" {
			m.touchRelease(e.Release)
			return
		}
	}
	m.gen++ // and with it the standing of every release
}

func (m *memory) touchRelease(r id.Release) {
	if m.of == nil {
		m.of = map[id.Release]uint64{}
	}
	m.of[r]++
}

func put[K comparable](m map[K]bool, k K) map[K]bool {
	if m == nil {
		m = map[K]bool{}
	}
	m[k] = true
	return m
}

// holds reports whether nothing was touched that something kept was made from.
func holds[T any](m *memory, k kept[T]) bool {
	if k.gen != m.gen || k.runs != 0 && k.runs != m.runs+1 {
		return false
	}
	for _, d := range k.deps {
		if m.of[d.release] != d.gen {
			return false
		}
	}
	return true
}

// take returns what must be read again and clears it.
func (m *memory) take() stale {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.stale
	m.stale, m.reading = stale{}, true
	return t
}

func (m *memory) untake(t stale) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stale.add(t)
	m.reading = false
}
