package client

import (
	"context"
	"encoding/json"
	"net/url"
	"time"
)

// Poll is one round of the go/no-go of a release.
type Poll struct {
	ID             string          `json:"id"`
	Round          int             `json:"round"`
	OpenedAt       time.Time       `json:"openedAt"`
	Chair          string          `json:"chair,omitempty"`
	Roles          []PollRole      `json:"roles"`
	Quorum         int             `json:"quorum"`
	Content        string          `json:"content"`
	SnapshotDigest string          `json:"snapshotDigest"`
	Calling        string          `json:"calling,omitempty"`
	CalledAt       *time.Time      `json:"calledAt,omitempty"`
	ClosedAt       *time.Time      `json:"closedAt,omitempty"`
	Closing        string          `json:"closing,omitempty"`
	Rev            int64           `json:"rev"`
	Answers        []PollAnswer    `json:"answers"`
	Conditions     []PollCondition `json:"conditions"`
	Decision       *Decision       `json:"decision,omitempty"`
	Release        string          `json:"release,omitempty"`     // in lists: its key
	ReleaseName    string          `json:"releaseName,omitempty"` // in lists
}

// PollRole is a role of a poll: mandatory, veto or advisory.
type PollRole struct {
	Role string `json:"role"`
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// PollAnswer is what somebody said for a role: go, no-go or go-if.
type PollAnswer struct {
	ID        string    `json:"id"`
	Ordinal   int64     `json:"ordinal"`
	Role      string    `json:"role"`
	Person    string    `json:"person"`
	Principal string    `json:"principal,omitempty"`
	At        time.Time `json:"at"`
	Answer    string    `json:"answer"`
	Comment   string    `json:"comment,omitempty"`
}

// PollCondition is what an answer or the chair asks for.
type PollCondition struct {
	ID       string     `json:"id"`
	Role     string     `json:"role,omitempty"`
	Text     string     `json:"text"`
	Owner    string     `json:"owner,omitempty"`
	Verifier string     `json:"verifier"`
	Due      *time.Time `json:"due,omitempty"`
	At       time.Time  `json:"at"`
	Person   string     `json:"person"`
	Decision string     `json:"decision,omitempty"`
	DoneAt   *time.Time `json:"doneAt,omitempty"`
	DoneBy   string     `json:"doneBy,omitempty"`
	Note     string     `json:"note,omitempty"`
}

// Room is how the go/no-go of a release stands.
type Room struct {
	Release    string              `json:"release"`
	Open       bool                `json:"open"`
	WhyNotOpen string              `json:"whyNotOpen,omitempty"`
	Poll       *Poll               `json:"poll,omitempty"`
	Rounds     int                 `json:"rounds"`
	Standing   []PollAnswer        `json:"standing"`
	Missing    []string            `json:"missing"`
	Answered   int                 `json:"answered"`
	Needed     int                 `json:"needed"`
	Suggested  string              `json:"suggested,omitempty"`
	Options    []PollOption        `json:"options"`
	Verdict    string              `json:"verdict"`
	Changed    []string            `json:"changed"`
	Stale      []SectionDifference `json:"stale"`
	Content    string              `json:"content"`
	People     map[string]string   `json:"people"`
}

// PollOption is an outcome and why it is not available.
type PollOption struct {
	Decision string      `json:"decision"`
	Allowed  bool        `json:"allowed"`
	Reasons  []PollCause `json:"reasons"`
	Notes    []PollCause `json:"notes"`
}

// PollCause is one reason.
type PollCause struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Decision is the sealed outcome of a poll: go, no-go, go-if or hold.
type Decision struct {
	ID       string              `json:"id"`
	Poll     string              `json:"poll"`
	Decision string              `json:"decision"`
	Reason   string              `json:"reason"`
	Again    *time.Time          `json:"again,omitempty"`
	At       time.Time           `json:"at"`
	Person   string              `json:"person"`
	Content  string              `json:"content"`
	Sections []SignedSection     `json:"sections"`
	Snapshot json.RawMessage     `json:"snapshot"`
	Digest   string              `json:"digest"`
	Release  string              `json:"release,omitempty"`
	Stale    bool                `json:"stale,omitempty"`
	Changed  []SectionDifference `json:"changed,omitempty"`
}

// NewPollAnswer is what somebody says for a role.
type NewPollAnswer struct {
	Role       string             `json:"role"`
	Answer     string             `json:"answer"`
	Comment    string             `json:"comment,omitempty"`
	Conditions []NewPollCondition `json:"conditions,omitempty"`
	For        string             `json:"for,omitempty"`
}

// NewPollCondition is what a go-if asks for.
type NewPollCondition struct {
	Text     string     `json:"text"`
	Owner    string     `json:"owner,omitempty"`
	Due      *time.Time `json:"due,omitempty"`
	Verifier string     `json:"verifier,omitempty"`
}

// NewDecision closes a round.
type NewDecision struct {
	Decision   string             `json:"decision"`
	Reason     string             `json:"reason"`
	Again      *time.Time         `json:"again,omitempty"`
	Conditions []NewPollCondition `json:"conditions,omitempty"`
	Rev        int64              `json:"rev,omitempty"`
}

// Polls returns at most limit rounds of all releases that pass a query (open), the newest first.
func (c *Client) Polls(ctx context.Context, query url.Values, limit int) ([]Poll, error) {
	return List[Poll](ctx, c, "/polls", query, limit)
}

// Room returns how the go/no-go of a release stands.
func (c *Client) Room(ctx context.Context, release string) (Room, error) {
	var out Room
	return out, c.Get(ctx, Path("releases", release, "poll"), nil, &out)
}

// OpenPoll opens a round. chair is the caller if empty.
func (c *Client) OpenPoll(ctx context.Context, release, chair string) (Poll, error) {
	body := map[string]string{}
	if chair != "" {
		body["chair"] = chair
	}
	var out Poll
	return out, c.Post(ctx, Path("releases", release, "poll", "open"), body, &out)
}

// CallPoll says which role is asked now.
func (c *Client) CallPoll(ctx context.Context, release, role string) (Poll, error) {
	var out Poll
	return out, c.Post(ctx, Path("releases", release, "poll", "call"), map[string]string{"role": role}, &out)
}

// ClosePoll closes a round without a decision.
func (c *Client) ClosePoll(ctx context.Context, release, reason string) (Poll, error) {
	var out Poll
	return out, c.Post(ctx, Path("releases", release, "poll", "close"), map[string]string{"reason": reason}, &out)
}

// AnswerPoll answers for a role.
func (c *Client) AnswerPoll(ctx context.Context, release string, in NewPollAnswer) (PollAnswer, error) {
	var out PollAnswer
	return out, c.Post(ctx, Path("releases", release, "poll", "answer"), in, &out)
}

// Decide closes the open round with a decision.
func (c *Client) Decide(ctx context.Context, release string, in NewDecision) (Decision, error) {
	var out Decision
	return out, c.Post(ctx, Path("releases", release, "decision"), in, &out)
}

// Decision returns the newest decision.
func (c *Client) Decision(ctx context.Context, release string) (Decision, error) {
	var out Decision
	return out, c.Get(ctx, Path("releases", release, "decision"), nil, &out)
}

// Conditions returns the conditions of the newest round.
func (c *Client) Conditions(ctx context.Context, release string) ([]PollCondition, error) {
	return List[PollCondition](ctx, c, Path("releases", release, "conditions"), nil, 0)
}

// MarkCondition says that a condition is done ("done") or is not after all ("reopen").
func (c *Client) MarkCondition(ctx context.Context, release, condition, verb, note string) (PollCondition, error) {
	body := map[string]string{}
	if note != "" {
		body["note"] = note
	}
	var out PollCondition
	return out, c.Post(ctx, Path("releases", release, "conditions", condition, verb), body, &out)
}
