package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// CriterionSpec is one condition of a gate as a person states it.
type CriterionSpec struct {
	Key       string        `json:"key"`
	Name      string        `json:"name"`
	Text      string        `json:"text,omitempty"`
	Group     string        `json:"group,omitempty"`
	Question  string        `json:"question,omitempty"` // traceable, secure, tested or authorised
	Kind      string        `json:"kind"`               // confirmation, junit, fact, approval, risk, backout, window or poll
	Phase     string        `json:"phase,omitempty"`
	Point     string        `json:"point,omitempty"`
	Owner     string        `json:"owner,omitempty"`
	Mandatory *bool         `json:"mandatory,omitempty"`
	Due       string        `json:"due,omitempty"`
	Next      string        `json:"next,omitempty"`
	Evidence  *EvidenceRule `json:"evidence,omitempty"`
	Condition string        `json:"condition,omitempty"`
	Role      string        `json:"role,omitempty"`
	Count     int           `json:"count,omitempty"`
	Rehearsed string        `json:"rehearsed,omitempty"`
}

// EvidenceRule says what evidence must show.
type EvidenceRule struct {
	Subject     string   `json:"subject,omitempty"`
	Services    []string `json:"services,omitempty"`
	MinTests    int      `json:"minTests,omitempty"`
	MaxFailures int      `json:"maxFailures,omitempty"`
	MaxErrors   int      `json:"maxErrors,omitempty"`
	MaxSkipped  *int     `json:"maxSkipped,omitempty"`
	MaxAge      string   `json:"maxAge,omitempty"`
}

// Criterion is a criterion with its answer.
type Criterion struct {
	CriterionSpec
	Position        int             `json:"position"`
	DueAt           *time.Time      `json:"dueAt,omitempty"`
	Rev             int64           `json:"rev"`
	State           string          `json:"state"` // met, waived, at-risk, not-met or pending
	Since           *time.Time      `json:"since,omitempty"`
	Until           *time.Time      `json:"until,omitempty"`
	Reasons         []VerdictReason `json:"reasons"`
	EvidenceCounted []string        `json:"evidenceCounted"`
	EvidenceStale   []string        `json:"evidenceStale"`
	Answers         []Confirmation  `json:"answers"`
	Waivers         []Waiver        `json:"waivers"`
}

// Confirmation is one answer of a person to a criterion.
type Confirmation struct {
	ID        string    `json:"id"`
	Release   string    `json:"release"`
	Criterion string    `json:"criterion"`
	Person    string    `json:"person"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
	Answer    string    `json:"answer"` // confirmed, denied or withdrawn
	Note      string    `json:"note,omitempty"`
	Manifest  string    `json:"manifest"`
}

// Waiver is a recorded permission to pass a criterion unmet.
type Waiver struct {
	ID        string     `json:"id"`
	Release   string     `json:"release"`
	Criterion string     `json:"criterion"`
	Reason    string     `json:"reason"`
	Measure   string     `json:"measure"`
	Owner     string     `json:"owner,omitempty"`
	Until     time.Time  `json:"until"`
	AskedAt   time.Time  `json:"askedAt"`
	AskedBy   string     `json:"askedBy"`
	GrantedAt *time.Time `json:"grantedAt,omitempty"`
	GrantedBy string     `json:"grantedBy,omitempty"`
	EndedAt   *time.Time `json:"endedAt,omitempty"`
	EndedBy   string     `json:"endedBy,omitempty"`
	EndReason string     `json:"endReason,omitempty"`
	State     string     `json:"state"` // asked, in force, expired, refused or withdrawn
}

// CriterionRow is a criterion as a change leaves it.
type CriterionRow struct {
	ID        string        `json:"id"`
	Key       string        `json:"key"`
	Position  int           `json:"position"`
	Spec      CriterionSpec `json:"spec"`
	Since     time.Time     `json:"since"`
	Rev       int64         `json:"rev"`
	ChangedAt time.Time     `json:"changedAt"`
	ChangedBy string        `json:"changedBy"`
}

// Criteria lists the criteria of a release with their answers, in their order; state "" is every one.
func (c *Client) Criteria(ctx context.Context, release, state string) ([]Criterion, error) {
	q := url.Values{}
	if state != "" {
		q.Set("state", state)
	}
	var out Page[Criterion]
	err := c.Get(ctx, Path("releases", release, "criteria"), q, &out)
	return out.Items, err
}

// Criterion shows one criterion of a release.
func (c *Client) Criterion(ctx context.Context, release, key string) (Criterion, error) {
	var out Criterion
	err := c.Get(ctx, Path("releases", release, "criteria", key), nil, &out)
	return out, err
}

// AddCriterion adds a criterion to a release.
func (c *Client) AddCriterion(ctx context.Context, release string, in CriterionSpec, reason string) (CriterionRow, error) {
	var out CriterionRow
	err := c.Post(ctx, Path("releases", release, "criteria"), struct {
		CriterionSpec
		Reason string `json:"reason,omitempty"`
	}{in, reason}, &out)
	return out, err
}

// SetCriterion replaces a criterion whose version rev was read.
func (c *Client) SetCriterion(ctx context.Context, release string, rev int64, in CriterionSpec, reason string) (CriterionRow, error) {
	var out CriterionRow
	err := c.Put(ctx, Path("releases", release, "criteria", in.Key), struct {
		CriterionSpec
		Reason string `json:"reason,omitempty"`
		Rev    int64  `json:"rev"`
	}{in, reason, rev}, &out)
	return out, err
}

// DropCriterion takes away a criterion whose version rev was read.
func (c *Client) DropCriterion(ctx context.Context, release, key string, rev int64, reason string) error {
	q := url.Values{"rev": {strconv.FormatInt(rev, 10)}, "reason": {reason}}
	return c.Do(ctx, Request{Method: http.MethodDelete, Path: Path("releases", release, "criteria", key), Query: q}, nil)
}

// Confirm answers a criterion: confirmed, denied or withdrawn.
func (c *Client) Confirm(ctx context.Context, release, key, answer, note string) (Confirmation, error) {
	var out Confirmation
	err := c.Post(ctx, Path("releases", release, "criteria", key, "confirm"), map[string]string{"answer": answer, "note": note}, &out)
	return out, err
}

// NewWaiver is what is asked for.
type NewWaiver struct {
	Reason  string    `json:"reason"`
	Measure string    `json:"measure"`
	Until   time.Time `json:"until"`
	Owner   string    `json:"owner,omitempty"`
}

// Waive asks for a waiver of a criterion.
func (c *Client) Waive(ctx context.Context, release, key string, in NewWaiver) (Waiver, error) {
	var out Waiver
	err := c.Post(ctx, Path("releases", release, "criteria", key, "waive"), in, &out)
	return out, err
}

// GrantWaiver grants a waiver; the empty identifier is the one that is asked for.
func (c *Client) GrantWaiver(ctx context.Context, release, key, waiver string) (Waiver, error) {
	var out Waiver
	err := c.Post(ctx, Path("releases", release, "criteria", key, "grant"), map[string]string{"waiver": waiver}, &out)
	return out, err
}

// EndWaiver refuses or withdraws a waiver; the empty identifier is the one that is asked for or in force.
func (c *Client) EndWaiver(ctx context.Context, release, key, waiver, reason string) (Waiver, error) {
	var out Waiver
	err := c.Post(ctx, Path("releases", release, "criteria", key, "unwaive"), map[string]string{"waiver": waiver, "reason": reason}, &out)
	return out, err
}

// CriterionChange is one change of a criterion. Before is nil where it was added, After where it was dropped.
type CriterionChange struct {
	ID        string         `json:"id"`
	Release   string         `json:"release"`
	Criterion string         `json:"criterion"`
	At        time.Time      `json:"at"`
	By        string         `json:"by"`
	Person    string         `json:"person,omitempty"` // none for what came from a template
	Before    *CriterionSpec `json:"before"`
	After     *CriterionSpec `json:"after"`
	Reason    string         `json:"reason,omitempty"`
}

// CriterionChanges returns what changed of the criteria of a release, oldest first, at most limit changes and all of them for 0:
// of one criterion, or of every one for "", after since unless it is zero.
func (c *Client) CriterionChanges(ctx context.Context, release, criterion string, since time.Time, limit int) ([]CriterionChange, error) {
	q := url.Values{}
	if criterion != "" {
		q.Set("criterion", criterion)
	}
	if !since.IsZero() {
		q.Set("since", since.UTC().Format(time.RFC3339Nano))
	}
	return List[CriterionChange](ctx, c, Path("releases", release, "criteria-changes"), q, limit)
}
