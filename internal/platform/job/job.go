package job

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"slipway/internal/platform/db"
)

// Job is work to be done after the transaction that enqueues it.
type Job struct {
	// Kind is a registered kind, a dotted word such as "run.advance".
	Kind string
	// Args are given to the handler as JSON of the same meaning, of at most ArgsMax bytes; nil becomes {}.
	Args any
	// Unique, when not empty, makes the job one of its kind and key: while such a job waits, enqueuing another adds
	// nothing, except that the earlier of both times holds; while one runs, it makes it run once more afterwards.
	// Jobs of one key carry the same Args; those of the job that waits are kept.
	Unique string
	// At is when the job may start at the earliest; zero means at once.
	At db.Time
	// MaxAttempts bounds how often the job is started before it is discarded; 0 means DefaultAttempts.
	MaxAttempts int
}

const (
	// DefaultAttempts lets a failing job retry for about nine hours.
	DefaultAttempts = 20
	// ArgsMax bounds the encoded arguments of a job, which is a hint and no carrier of data.
	ArgsMax = 64 << 10
	// attemptsMax is what the columns of both engines hold.
	attemptsMax = 10_000
	// keyMax bounds kinds and unique keys.
	keyMax = 120
)

// Queue takes jobs inside a transaction. A job of a transaction that is rolled back never runs; one whose transaction
// is committed runs at least once.
type Queue interface {
	// Enqueue adds a job. It fails for a kind that nobody registered and for arguments that are too large, hold a NUL or have no JSON
	// form, which are faults of the caller's code. It costs one statement.
	Enqueue(tx *db.Tx, j Job) error
}

// State is what a job does at the moment.
type State string

// The states. A job that succeeded is gone.
const (
	Waiting   State = "waiting"   // may start at once
	Scheduled State = "scheduled" // waits for its time
	Retrying  State = "retrying"  // failed and waits for its next attempt
	Running   State = "running"
	Discarded State = "discarded" // failed for good; a person decides
)

// States are all states, in the order in which a job meets them.
func States() []State { return []State{Waiting, Scheduled, Running, Retrying, Discarded} }

// Record is a job as the administration shows it.
type Record struct {
	ID          string  `json:"id"`
	Kind        string  `json:"kind"`
	Unique      string  `json:"unique,omitempty"`
	Args        db.JSON `json:"args"`
	Attempt     int     `json:"attempt"`
	MaxAttempts int     `json:"maxAttempts"`
	LastError   string  `json:"lastError,omitempty"`
	EnqueuedAt  db.Time `json:"enqueuedAt"`
	FinishedAt  db.Time `json:"finishedAt,omitzero"`
}

// entry is a checked job.
type entry struct {
	kind, unique string
	args         []byte
	at           db.Time // none: at once
	max          int
}

func (j Job) entry(now db.Time) (entry, error) {
	e := entry{kind: j.Kind, unique: j.Unique, args: []byte("{}"), at: j.At, max: j.MaxAttempts}
	if e.max <= 0 {
		e.max = DefaultAttempts
	}
	e.max = min(e.max, attemptsMax)
	if !e.at.After(now) {
		e.at = 0
	}
	if len(e.unique) > keyMax || !utf8.ValidString(e.unique) {
		return e, fmt.Errorf("job: the unique key of a %s is not text of at most %d bytes", j.Kind, keyMax)
	}
	if j.Args != nil {
		b, err := json.Marshal(j.Args)
		if err != nil {
			return e, fmt.Errorf("job: arguments of a %s: %w", j.Kind, err)
		}
		e.args = b
	}
	if len(e.args) > ArgsMax {
		return e, fmt.Errorf("job: arguments of a %s have %d bytes; a job is a hint of at most %d", j.Kind, len(e.args), ArgsMax)
	}
	if hasNUL(e.args) {
		return e, fmt.Errorf("job: arguments of a %s hold a NUL character, which PostgreSQL cannot store", j.Kind)
	}
	return e, nil
}

// hasNUL reports whether JSON escapes a NUL character; a backslash that is itself escaped does not count.
func hasNUL(b []byte) bool {
	for i := 0; i+5 < len(b); i++ {
		if b[i] != '\\' {
			continue
		}
		if bytes.HasPrefix(b[i:], []byte(`\u0000`)) {
			return true
		}
		i++ // what it escapes
	}
	return false
}
