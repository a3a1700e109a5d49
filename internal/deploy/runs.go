package deploy

import (
	"context"
	"fmt"
	"sync"
	"time"

	"slipway/internal/deploy/drive"
	"slipway/internal/deploy/runbook"
	"slipway/internal/deploy/stored"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/dial"
	"slipway/internal/platform/job"
)

// Options are what runs need from outside.
type Options struct {
	// Clearance answers whether a live run may start. Without it none starts but by override.
	Clearance Clearance
	// Dial carries the calls of http steps. Without it they fail.
	Dial *dial.Dialer
	// Commands lets command steps run on this machine; nil refuses them.
	Commands *Commands
	// Secret looks a secret up by name, for ${secret.NAME}. Without it there are none.
	Secret func(ctx context.Context, name string) (value string, ok bool, err error)
	// Queue takes hints for other replicas where this process does not carry out runs itself; see Runs.Advance.
	Queue job.Queue
	// Lease is how long an attempt is held without a sign of life; 10 s if 0. It is renewed at a third of it.
	Lease time.Duration
	// Slots bounds the attempts that this process carries out at once; 64 if 0.
	Slots int
	// Fault is told what goes wrong in the background. It may be nil.
	Fault func(error)
}

// Runs starts runs, carries them out, and takes what people decide about them.
type Runs struct {
	db    *db.DB
	books *Runbooks
	o     Options

	mu      sync.Mutex
	engines map[string]*runbook.Engine
	known   map[id.Run]Run // open runs as they were last committed here
	watch   drive.Watch
	driver  *drive.Driver // nil until Start
}

// New returns the service over a migrated database. It carries nothing out until Start.
func New(d *db.DB, books *Runbooks, o Options) *Runs {
	if o.Lease <= 0 {
		o.Lease = 10 * time.Second
	}
	if o.Slots <= 0 {
		o.Slots = 64
	}
	if o.Fault == nil {
		o.Fault = func(error) {}
	}
	return &Runs{db: d, books: books, o: o, engines: map[string]*runbook.Engine{}, known: map[id.Run]Run{}}
}

const keptEngines = 256

// engine returns the engine of a pinned version. Versions never change, so it is kept.
func (s *Runs) engine(tx *db.Tx, key string, version int) (*runbook.Engine, error) {
	name := fmt.Sprintf("%s@%d", key, version)
	s.mu.Lock()
	e, ok := s.engines[name]
	s.mu.Unlock()
	if ok {
		return e, nil
	}
	v, err := VersionOf(tx, key, version)
	if err != nil {
		return nil, err
	}
	e, err = runbook.Compile(&v.Runbook)
	if err != nil {
		return nil, errs.Internal("runbook.unusable", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.engines) >= keptEngines {
		clear(s.engines)
	}
	s.engines[name] = e
	return e, nil
}

// running returns the driver of this process, or nil.
func (s *Runs) running() *drive.Driver {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.driver
}

// hint makes the run go on after the commit: here, or where the job lands.
func (s *Runs) hint(tx *db.Tx, r id.Run) error {
	if d := s.running(); d != nil {
		tx.AfterCommit(func() { d.Poke(r) })
		return nil
	}
	if s.o.Queue == nil {
		return nil
	}
	return s.o.Queue.Enqueue(tx, job.Job{Kind: JobAdvance, Args: advanceArgs{r}, Unique: string(r)})
}

// keptRuns bounds the runs that are remembered.
const keptRuns = 512

// remember keeps a run as it was committed. Nothing that it refers to is changed in place.
func (s *Runs) remember(r Run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.State.Ended():
		delete(s.known, r.ID)
		return
	case len(s.known) >= keptRuns:
		clear(s.known)
	}
	s.known[r.ID] = r
}

// remembered reads a run for a change: only its version if the content is known, since reading it whole costs more than everything
// else that a step does.
func (s *Runs) remembered(tx *db.Tx, r id.Run) (Run, error) {
	s.mu.Lock()
	run, ok := s.known[r]
	s.mu.Unlock()
	if !ok {
		return stored.By(tx, r)
	}
	rev, err := stored.Rev(tx, r)
	if err != nil || rev == run.Rev {
		return run, err
	}
	return stored.By(tx, r)
}
