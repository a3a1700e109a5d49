package drive

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"slipway/internal/deploy/runbook"
	"slipway/internal/errs"
	"slipway/internal/id"
)

// Driver carries out attempts in this process, keeps their leases, and lets those of others that are gone be taken over.
// Its methods are safe for concurrent use.
type Driver struct {
	o      Options
	holder string // this process
	place  string // the directory of its commands, which outlives it
	unlock func()

	ctx    context.Context // of everything that is carried out
	cancel context.CancelFunc
	wg     sync.WaitGroup
	quit   chan struct{}
	woken  chan struct{}

	mu      sync.Mutex
	closing bool
	runs    map[id.Run]bool // being advanced; true: once more
	works   map[string]*work
	next    time.Time // when a timer of a run is due
}

// work is an attempt that is being carried out here.
type work struct {
	Claim
	ctx    context.Context
	cancel context.CancelFunc
	stop   chan struct{} // closed when the attempt shall end
	once   sync.Once
}

func (w *work) end() { w.once.Do(func() { close(w.stop) }) }

// New returns a driver. Its context gives values; the end of it stops nothing. It fails with errs.Unavailable if the directory of
// commands cannot be used.
func New(ctx context.Context, o Options) (*Driver, error) {
	d := &Driver{o: o, holder: id.New[string](), unlock: func() {}, quit: make(chan struct{}), woken: make(chan struct{}, 1), runs: map[id.Run]bool{}, works: map[string]*work{}}
	if o.Commands != nil {
		var err error
		if d.place, d.unlock, err = place(o.Commands.Dir); err != nil {
			return nil, err
		}
	}
	d.ctx, d.cancel = context.WithCancel(context.WithoutCancel(ctx))
	return d, nil
}

// Start begins with what is due and what others have left.
func (d *Driver) Start() {
	d.try(func() error { return d.o.Store.TakeOver(d.ctx) })
	d.wg.Go(d.clear)
	d.wg.Go(d.loop)
}

// Stop carries nothing out any more: it waits for calls that are under way until ctx ends, then cuts them; commands go on and
// are adopted later. What it leaves behind can be taken over at once.
func (d *Driver) Stop(ctx context.Context) error {
	d.mu.Lock()
	d.closing = true
	d.mu.Unlock()
	close(d.quit)
	done := make(chan struct{})
	go func() { d.wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
	d.cancel()
	<-done
	err := d.o.Store.Release(context.WithoutCancel(d.ctx), d.holder)
	d.unlock()
	return err
}

// Holder identifies this process.
func (d *Driver) Holder() string { return d.holder }

// Place identifies the directory of commands, which outlives the process; "" without one.
func (d *Driver) Place() string { return d.place }

// Look makes the driver look at the clock and at the work of others again.
func (d *Driver) Look() {
	select {
	case d.woken <- struct{}{}:
	default:
	}
}

// Free is how many more attempts this process can carry out.
func (d *Driver) Free() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closing {
		return 0
	}
	return d.o.Slots - len(d.works)
}

// Poke advances a run soon; while it is being advanced, once more afterwards.
func (d *Driver) Poke(r id.Run) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closing {
		return
	}
	if _, busy := d.runs[r]; busy {
		d.runs[r] = true
		return
	}
	d.runs[r] = false
	d.wg.Go(func() {
		for again := true; again; {
			if err := d.o.Store.Advance(d.ctx, r); err != nil && d.ctx.Err() == nil {
				d.o.Fault(err) // the sweep tries again
			}
			d.mu.Lock()
			if again = d.runs[r] && !d.closing; again {
				d.runs[r] = false
			} else {
				delete(d.runs, r)
			}
			d.mu.Unlock()
		}
	})
}

// Launch begins the effect of a claim that has been committed.
func (d *Driver) Launch(c Claim) {
	w := &work{Claim: c, stop: make(chan struct{})}
	w.ctx, w.cancel = context.WithCancel(d.ctx)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closing {
		w.cancel()
		return // the lease is released by Stop
	}
	if c.Stopping {
		w.end()
	}
	d.works[c.ID] = w
	d.wg.Go(func() { d.carry(w) })
}

// carry does the attempt and reports its end for as long as this process holds it.
func (d *Driver) carry(w *work) {
	defer func() {
		w.cancel()
		d.mu.Lock()
		full := len(d.works) >= d.o.Slots
		delete(d.works, w.ID)
		d.mu.Unlock()
		if full {
			d.Look() // an offer may have found no place
		}
	}()
	out := &output{c: w.Claim, offset: w.Logged}
	o := d.execute(w, out)
	if o.Kind == "" {
		return // left for another process
	}
	for pause := 100 * time.Millisecond; w.ctx.Err() == nil; pause = min(2*pause, 5*time.Second) {
		_, err := d.o.Store.Settle(w.ctx, w.Claim, o, out.log())
		if err == nil {
			d.tidy(w.Claim)
			return
		}
		if w.ctx.Err() == nil {
			d.o.Fault(err)
		}
		sleep(w.ctx, pause)
	}
}

func sleep(ctx context.Context, pause time.Duration) bool {
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// Halt tells attempts that they shall end.
func (d *Driver) Halt(claims []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range claims {
		if w, ok := d.works[a]; ok {
			w.end()
		}
	}
}

// Alarm makes the loop look when a timer is due.
func (d *Driver) Alarm(at time.Time) {
	d.mu.Lock()
	sooner := !at.IsZero() && (d.next.IsZero() || at.Before(d.next))
	if sooner {
		d.next = at
	}
	d.mu.Unlock()
	if sooner {
		d.Look()
	}
}

// every is how often leases are renewed and the work of others is looked at.
func (d *Driver) every() time.Duration { return d.o.Lease / 3 }

func (d *Driver) loop() {
	beat := time.NewTicker(d.every())
	defer beat.Stop()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-d.quit:
			d.keep(beat)
			return
		case <-beat.C:
			d.try(d.renew)
			d.try(func() error { return d.o.Store.TakeOver(d.ctx) })
			d.try(d.sweep)
		case <-d.woken:
			d.try(func() error { return d.o.Store.TakeOver(d.ctx) })
			d.try(d.sweep)
		case <-timer.C:
			d.try(d.sweep)
		}
		d.mu.Lock()
		pause := d.every()
		if !d.next.IsZero() {
			// A little apart, so that replicas do not meet at every timer.
			pause = min(pause, max(d.next.Sub(d.o.Store.Now()), 0)+time.Duration(rand.Int64N(int64(2*time.Millisecond))))
		}
		d.mu.Unlock()
		timer.Reset(pause)
	}
}

// keep renews leases while a stop waits for what is under way.
func (d *Driver) keep(beat *time.Ticker) {
	for {
		d.mu.Lock()
		left := len(d.works)
		d.mu.Unlock()
		if left == 0 {
			return
		}
		select {
		case <-d.ctx.Done():
			return
		case <-beat.C:
			d.try(d.renew)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (d *Driver) try(what func() error) {
	if err := what(); err != nil && d.ctx.Err() == nil {
		d.o.Fault(err)
	}
}

// sweep advances every run in which something is due or waits for anybody.
func (d *Driver) sweep() error {
	runs, next, err := d.o.Store.Due(d.ctx)
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.next = time.Time{}
	if next.After(d.o.Store.Now()) {
		d.next = next
	}
	d.mu.Unlock()
	for _, r := range runs {
		d.Poke(r)
	}
	return nil
}

// renew prolongs the leases of what is carried out here, ends what was lost, and passes on who shall stop.
func (d *Driver) renew() error {
	d.mu.Lock()
	works := slices.Collect(maps.Values(d.works)) // a claim that commits meanwhile is not among the rows
	d.mu.Unlock()
	if len(works) == 0 {
		return nil
	}
	rows, err := d.o.Store.Renew(context.WithoutCancel(d.ctx), d.holder)
	if err != nil {
		return err
	}
	held := make(map[string]Held, len(rows))
	for _, h := range rows {
		held[h.ID] = h
	}
	for _, w := range works {
		a, ok := held[w.ID]
		if !ok || a.Token != w.Token {
			w.cancel() // ended, or somebody else's by now
		} else if a.Stopping {
			w.end()
		}
	}
	return nil
}

// Harmless reports whether the step, or its check, only reads.
func Harmless(def *runbook.Step, checking bool) bool {
	c := def.HTTP
	if checking && def.Check != nil {
		c = def.Check.HTTP
	}
	return c != nil && reads(c.Method)
}

func reads(method string) bool { return method == "" || method == "GET" || method == "HEAD" }

// placeless is the refusal of a directory that cannot be used.
func placeless(err error) error {
	return errs.Unavailable("run.command_directory", "The directory of command steps cannot be used.").Because(err)
}
