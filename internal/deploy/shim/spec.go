package shim

import (
	"encoding/json"
	"strings"
	"time"

	"slipway/internal/errs"
)

// Spec is what a shim runs.
type Spec struct {
	Token       string        `json:"token"`                 // of the attempt and its round: one directory belongs to one token
	Argv        []string      `json:"argv"`                  // program and arguments; a program without a slash is looked up in PATH
	Dir         string        `json:"dir,omitempty"`         // working directory; "" is the attempt's directory
	Env         []string      `json:"env,omitempty"`         // NAME=value; the whole environment, but for a default PATH
	Secrets     []string      `json:"-"`                     // NAME=value; handed over without touching the disk
	Timeout     time.Duration `json:"timeout,omitempty"`     // 0 for none
	Grace       time.Duration `json:"grace,omitempty"`       // between TERM and KILL; default DefaultGrace
	OutputLimit int64         `json:"outputLimit,omitempty"` // bytes of out.log; default DefaultOutputLimit
}

// Defaults of a Spec.
const (
	DefaultGrace       = 5 * time.Second
	DefaultOutputLimit = 1 << 20
	DefaultPath        = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
)

// Result is how a command ended.
type Result struct {
	Code       int       `json:"code"`                 // exit status; -1 if a signal ended it or it did not start
	Signal     string    `json:"signal,omitempty"`     // that ended it, for example "killed"
	TimedOut   bool      `json:"timedOut,omitempty"`   // the time limit ended it
	Cancelled  bool      `json:"cancelled,omitempty"`  // Cancel ended it, or kept it from starting
	Terminated bool      `json:"terminated,omitempty"` // the shim was told to end by somebody else, for example a shutdown of the machine
	Fault      string    `json:"fault,omitempty"`      // why it did not start
	Output     int64     `json:"output"`               // bytes that the command wrote
	Truncated  bool      `json:"truncated,omitempty"`  // out.log holds less than that
	StartedAt  time.Time `json:"startedAt"`
	FinishedAt time.Time `json:"finishedAt"`
}

// Succeeded reports whether the command ended by itself with status 0.
func (r Result) Succeeded() bool {
	return r.Code == 0 && r.Signal == "" && r.Fault == "" && !r.TimedOut && !r.Cancelled && !r.Terminated
}

// State says what is known of an attempt's command.
type State string

// The states.
const (
	NeverStarted State = "never-started" // nothing ran; Start of the same directory is safe
	Running      State = "running"       // a shim holds the directory
	Finished     State = "finished"      // Result says how
	Lost         State = "lost"          // the shim is gone without a result: whether the command took effect is unknown
)

// Status is what Adopt finds.
type Status struct {
	State  State
	Result *Result // of Finished
	Orphan bool    // of Lost: the command itself still lives; Cancel ends it
}

func (s Spec) check() error {
	bad := func(field, msg string) error { return errs.InvalidField(field, "shim.spec", "%s", msg) }
	switch {
	case s.Token == "":
		return bad("token", "The attempt's token is required.")
	case len(s.Argv) == 0 || s.Argv[0] == "":
		return bad("argv", "A program is required.")
	case s.Timeout < 0 || s.Grace < 0 || s.OutputLimit < 0:
		return bad("timeout", "Timeout, grace and output limit are not negative.")
	}
	for _, l := range [][]string{s.Argv, {s.Dir}, s.Env, s.Secrets} {
		for _, v := range l {
			if strings.IndexByte(v, 0) >= 0 {
				return bad("argv", "NUL is not allowed in arguments, directory and environment.")
			}
		}
	}
	return nil
}

// carried is the spec as it travels to the shim over its standard input, secrets included.
type carried struct {
	Spec
	Secrets []string `json:"secrets,omitempty"`
}

func (c carried) spec() Spec {
	s := c.Spec
	s.Secrets = c.Secrets
	if s.Grace == 0 {
		s.Grace = DefaultGrace
	}
	if s.OutputLimit == 0 {
		s.OutputLimit = DefaultOutputLimit
	}
	return s
}

// same reports whether the spec on disk is of the same attempt.
func same(onDisk []byte, s Spec) bool {
	var old Spec
	return json.Unmarshal(onDisk, &old) == nil && old.Token == s.Token
}
