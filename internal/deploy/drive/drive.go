package drive

import (
	"context"
	"time"

	"slipway/internal/deploy/runbook"
	"slipway/internal/id"
	"slipway/internal/platform/dial"
)

// Claim is an attempt that this process is to carry out, with everything that it needs to know of the run.
type Claim struct {
	ID       string // of the claim: the directory of a command, and its token there
	Run      id.Run
	Step     string
	Attempt  int
	Round    int
	Checking bool // carries out the step's check
	Kind     runbook.Kind
	Token    string
	Logged   int64 // how much of a command's output is stored
	Stopping bool  // it shall end
	Def      *runbook.Step
	Values   map[string]string // of placeholders
}

// Outcome is how an attempt ended: an event of the engine, without its place. Without a kind it has not: another process goes on with it.
type Outcome struct {
	Kind   runbook.EventKind
	Reason string
	Final  bool // trying again cannot help
}

// Log is what an attempt said and was not stored yet.
type Log struct {
	Parts  []Part
	Offset int64 // how much of a command's output that includes
}

// Part is a piece of a log: output of the command or the server that was called, or words of slipway.
type Part struct{ Source, Text string }

// Held is a claim that the store knows as open.
type Held struct {
	ID, Token string
	Stopping  bool
}

// Store is where the truth is. The root implements it.
type Store interface {
	// Advance takes a run as far as it goes by itself.
	Advance(ctx context.Context, run id.Run) error
	// Settle stores an outcome with the rest of the log and takes the run on. taken is false if nobody waits for it any more.
	Settle(ctx context.Context, c Claim, o Outcome, l Log) (taken bool, err error)
	// Keep stores a stretch of the log.
	Keep(ctx context.Context, c Claim, l Log) error
	// Renew prolongs the leases of a holder and returns what it holds.
	Renew(ctx context.Context, holder string) ([]Held, error)
	// TakeOver takes what processes that are gone have left.
	TakeOver(ctx context.Context) error
	// Due returns the runs in which something is due or waits for anybody, and when the next timer is due (zero for none).
	Due(ctx context.Context) (runs []id.Run, next time.Time, err error)
	// Ended reports whether the claim is known and has ended.
	Ended(ctx context.Context, claim string) (bool, error)
	// Release lets others take over at once what a holder leaves.
	Release(ctx context.Context, holder string) error
	// Holds puts a condition to values.
	Holds(ctx context.Context, text string, values map[string]any) (bool, error)
	// Now is the clock by which timers are due.
	Now() time.Time
}

// Options are what a driver needs from outside.
type Options struct {
	Store    Store
	Dial     *dial.Dialer // nil: calls fail
	Commands *Commands    // nil: commands fail
	Secret   func(ctx context.Context, name string) (value string, ok bool, err error)
	Tree     func(flat map[string]string) map[string]any // values as conditions see them
	Lease    time.Duration
	Slots    int // attempts at once
	Fault    func(error)
}

// Commands says how command steps run on this machine.
type Commands struct {
	// Dir holds a directory for each attempt, on a disk of this machine.
	Dir string
	// Executable is this program, which must hand `shim DIR` to RunShim.
	Executable string
	// Directories are where commands may work. None: no command runs.
	Directories []string
	// Keep leaves the directories of ended attempts there.
	Keep bool
}
