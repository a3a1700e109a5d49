package runbook

import "time"

// Runbook is a versioned graph of steps and the graph that takes them back. Durations are whole microseconds or coarser.
// Its JSON form is what is stored and digested, see Content; the yaml tags name the fields of a file, see runbookfile.
type Runbook struct {
	Key         string      `json:"key" yaml:"key"`
	Name        string      `json:"name,omitempty" yaml:"name,omitempty"`
	Description string      `json:"description,omitempty" yaml:"description,omitempty"`
	Parameters  []Parameter `json:"parameters,omitempty" yaml:"parameters,omitempty"` // values that a run is started with
	Lanes       []Lane      `json:"lanes,omitempty" yaml:"lanes,omitempty"`           // who works side by side: Database, Traffic
	Sections    []Section   `json:"sections,omitempty" yaml:"sections,omitempty"`     // stretches of the night: Prepare, Switch
	Steps       []Step      `json:"steps" yaml:"steps"`
	BackOut     BackOut     `json:"backOut,omitzero" yaml:"back_out,omitempty"`

	// RollbackOnFailedVerification starts the back-out by itself when a verification step fails for good.
	RollbackOnFailedVerification bool `json:"rollbackOnFailedVerification,omitempty" yaml:"rollback_on_failed_verification,omitempty"`
}

// Parameter is a value that a run is given; ${param.NAME} stands for it in texts of steps.
type Parameter struct {
	Name        string `json:"name" yaml:"name"`
	Description string `json:"description,omitempty" yaml:"description,omitempty"`
	Default     string `json:"default,omitempty" yaml:"default,omitempty"`
	Required    bool   `json:"required,omitempty" yaml:"required,omitempty"` // a run cannot start without it; excludes a default
}

// Lane is one row of the picture of a run.
type Lane struct {
	Key  string `json:"key" yaml:"key"`
	Name string `json:"name,omitempty" yaml:"name,omitempty"`
}

// Section groups steps for reading and for the figures of rehearsals.
type Section struct {
	Key  string `json:"key" yaml:"key"`
	Name string `json:"name,omitempty" yaml:"name,omitempty"`
}

// BackOut is the planned return to the last good state.
type BackOut struct {
	Steps      []Step `json:"steps,omitempty" yaml:"steps,omitempty"`
	FixForward string `json:"fixForward,omitempty" yaml:"fix_forward,omitempty"` // the plan for what cannot be undone
}

// FixForward as a step's BackOut says that the step cannot be undone and the fix-forward plan applies.
const FixForward = "fix-forward"

// Kind says what a step does.
type Kind string

// The kinds of steps.
const (
	Manual  Kind = "manual"  // a person does it and confirms it
	HTTP    Kind = "http"    // a call, polled if asked
	Command Kind = "command" // a process on the server
	Wait    Kind = "wait"    // time passes
	Notify  Kind = "notify"  // a message goes out
	Record  Kind = "record"  // a deployment is recorded
)

// Kinds lists all kinds in the order of the documentation.
func Kinds() []Kind { return []Kind{Manual, HTTP, Command, Wait, Notify, Record} }

// Outside reports whether a step of this kind acts outside Slipway's own transaction, so that the outcome of an attempt can
// be unknown. A notify or record step takes effect in the transaction of its result, or not at all.
func (k Kind) Outside() bool { return k == HTTP || k == Command }

// Attempted reports whether steps of this kind are carried out by attempts with a token, not by a person or by time.
func (k Kind) Attempted() bool { return k != Manual && k != Wait }

// OnUnknown says what follows an attempt whose outcome cannot be known.
type OnUnknown string

// What follows an unknown outcome. The zero value is Ask.
const (
	Ask    OnUnknown = "ask"    // a person decides
	Repeat OnUnknown = "repeat" // the same attempt again, with the same idempotency key
	Check  OnUnknown = "check"  // the step's check decides
)

// Step is one node of a runbook.
type Step struct {
	Key          string        `json:"key" yaml:"key"`
	Name         string        `json:"name,omitempty" yaml:"name,omitempty"`
	Instructions string        `json:"instructions,omitempty" yaml:"instructions,omitempty"`
	Section      string        `json:"section,omitempty" yaml:"section,omitempty"`
	Lane         string        `json:"lane,omitempty" yaml:"lane,omitempty"`
	Owner        string        `json:"owner,omitempty" yaml:"owner,omitempty"` // role
	Kind         Kind          `json:"kind" yaml:"kind"`
	Planned      time.Duration `json:"planned,omitempty" yaml:"planned,omitempty"`
	Needs        []string      `json:"needs,omitempty" yaml:"needs,omitempty"`
	When         string        `json:"when,omitempty" yaml:"when,omitempty"` // CEL condition, evaluated by the caller when the needs are met

	PointOfNoReturn bool   `json:"pointOfNoReturn,omitempty" yaml:"point_of_no_return,omitempty"`
	Go              string `json:"go,omitempty" yaml:"go,omitempty"` // role whose go a point of no return needs; default the owner
	Verification    bool   `json:"verification,omitempty" yaml:"verification,omitempty"`
	BackOut         string `json:"backOut,omitempty" yaml:"back_out,omitempty"` // key of the back-out step, FixForward, or "" for none needed

	Timeout   time.Duration `json:"timeout,omitempty" yaml:"timeout,omitempty"`      // of one attempt; see AttemptTimeout
	Retries   int           `json:"retries,omitempty" yaml:"retries,omitempty"`      // further attempts after a failed one
	RetryWait time.Duration `json:"retryWait,omitempty" yaml:"retry_wait,omitempty"` // before the first of them; doubles, at most MaxRetryWait
	OnUnknown OnUnknown     `json:"onUnknown,omitempty" yaml:"on_unknown,omitempty"`

	HTTP    *HTTPCall       `json:"http,omitempty" yaml:"http,omitempty"`
	Command *CommandLine    `json:"command,omitempty" yaml:"command,omitempty"`
	Wait    time.Duration   `json:"wait,omitempty" yaml:"wait,omitempty"`
	Notify  *Notice         `json:"notify,omitempty" yaml:"notify,omitempty"`
	Record  *DeploymentNote `json:"record,omitempty" yaml:"record,omitempty"`
	Check   *Probe          `json:"check,omitempty" yaml:"check,omitempty"`
}

// HTTPCall is what an http step, or a check, calls. URL, header values and body may hold placeholders.
type HTTPCall struct {
	Method    string            `json:"method,omitempty" yaml:"method,omitempty"` // default GET
	URL       string            `json:"url" yaml:"url"`
	Headers   map[string]string `json:"headers,omitempty" yaml:"headers,omitempty"`
	Body      string            `json:"body,omitempty" yaml:"body,omitempty"`
	Expect    []int             `json:"expect,omitempty" yaml:"expect,omitempty"`       // statuses that are a success; default 200 to 299
	Condition string            `json:"condition,omitempty" yaml:"condition,omitempty"` // CEL over the JSON answer, evaluated by the caller
	Poll      *Poll             `json:"poll,omitempty" yaml:"poll,omitempty"`
}

// Poll repeats a call until it meets its expectation.
type Poll struct {
	Every time.Duration `json:"every" yaml:"every"`
	Until time.Duration `json:"until" yaml:"until"` // gives up, and fails the attempt, after this time
}

// CommandLine is what a command step, or a check, runs: no shell is involved. All texts may hold placeholders.
type CommandLine struct {
	Argv        []string          `json:"argv" yaml:"argv"`
	Dir         string            `json:"dir,omitempty" yaml:"dir,omitempty"`
	Env         map[string]string `json:"env,omitempty" yaml:"env,omitempty"`
	OutputLimit int               `json:"outputLimit,omitempty" yaml:"output_limit,omitempty"` // bytes; default DefaultOutputLimit
}

// Notice is what a notify step says, and to whom.
type Notice struct {
	To   []string `json:"to,omitempty" yaml:"to,omitempty"` // roles
	Text string   `json:"text" yaml:"text"`
}

// DeploymentNote is the deployment that a record step records.
type DeploymentNote struct {
	Service     string `json:"service" yaml:"service"`
	Environment string `json:"environment" yaml:"environment"`
	Version     string `json:"version" yaml:"version"`
	Digest      string `json:"digest,omitempty" yaml:"digest,omitempty"`
	Outcome     string `json:"outcome,omitempty" yaml:"outcome,omitempty"` // succeeded (default), failed, rolled-back
}

// Probe finds out whether an attempt of unknown outcome has taken effect: success says yes, failure says no.
type Probe struct {
	HTTP    *HTTPCall     `json:"http,omitempty" yaml:"http,omitempty"`
	Command *CommandLine  `json:"command,omitempty" yaml:"command,omitempty"`
	Timeout time.Duration `json:"timeout,omitempty" yaml:"timeout,omitempty"` // default as for the step's kind
}

// Limits and defaults of the format.
const (
	DefaultHTTPTimeout    = 30 * time.Second
	DefaultCommandTimeout = 10 * time.Minute
	DefaultOutputLimit    = 1 << 20
	MaxOutputLimit        = 64 << 20
	DefaultRetryWait      = 5 * time.Second
	MaxRetryWait          = 10 * time.Minute
	MaxSteps              = 1000 // of both graphs together
	MaxNeeds              = 200
	MaxRetries            = 100
	MaxDuration           = 30 * 24 * time.Hour
	MaxText               = 16 << 10 // bytes of one text
)

// AttemptTimeout returns how long one attempt may take: the step's own timeout or the default of its kind; 0 for kinds
// that have none. A polling call has its polling time on top of one request.
func (s *Step) AttemptTimeout() time.Duration {
	switch {
	case s.Kind == HTTP && s.HTTP != nil && s.HTTP.Poll != nil:
		return s.HTTP.Poll.Until + s.requestTimeout()
	case s.Kind == HTTP:
		return s.requestTimeout()
	case s.Timeout > 0:
		return s.Timeout
	case s.Kind == Command:
		return DefaultCommandTimeout
	}
	return 0
}

func (s *Step) requestTimeout() time.Duration {
	if s.Timeout > 0 {
		return s.Timeout
	}
	return DefaultHTTPTimeout
}

// Backoff returns the wait before the next attempt after so many failed ones in a row.
func (s *Step) Backoff(failures int) time.Duration {
	d := s.RetryWait
	if d <= 0 {
		d = DefaultRetryWait
	}
	for i := 1; i < failures && d < MaxRetryWait; i++ {
		d *= 2
	}
	return min(d, max(MaxRetryWait, s.RetryWait))
}

// Role returns the role that a question of the step goes to.
func (s *Step) Role(q Question) string {
	if q == QuestionGo && s.Go != "" {
		return s.Go
	}
	return s.Owner
}

// Title returns the step's name, or its key if it has none.
func (s *Step) Title() string {
	if s.Name != "" {
		return s.Name
	}
	return s.Key
}
