package client

import (
	"context"
	"strconv"
	"time"
)

// ScopeStep is one step of a change of a scope: an item that is added, one as it is to be, or the key of one that is taken out.
type ScopeStep struct {
	Add    *ScopeStepItem `json:"add,omitempty"`
	Change *ScopeStepItem `json:"change,omitempty"`
	Remove string         `json:"remove,omitempty"`
}

// ScopeStepItem is a scope item as a step states it.
type ScopeStepItem struct {
	Key      string   `json:"key"`
	Title    string   `json:"title"`
	Kind     string   `json:"kind,omitempty"`
	URL      string   `json:"url,omitempty"`
	Service  string   `json:"service,omitempty"`
	Owner    string   `json:"owner,omitempty"`
	State    string   `json:"state,omitempty"`
	Effort   int      `json:"effort,omitempty"` // hours
	Commits  []string `json:"commits,omitempty"`
	NoCommit string   `json:"noCommit,omitempty"`
}

// ScopeProposal states a change of a scope.
type ScopeProposal struct {
	Title  string      `json:"title,omitempty"`
	Reason string      `json:"reason"`
	Risk   string      `json:"risk,omitempty"`
	Steps  []ScopeStep `json:"steps"`
	Apply  bool        `json:"apply,omitempty"` // carry it out at once
}

// ScopeImpact is what a change would do.
type ScopeImpact struct {
	Lines []struct {
		Key    string `json:"key"`
		Does   string `json:"does"`
		Title  string `json:"title"`
		Before string `json:"before,omitempty"`
		After  string `json:"after,omitempty"`
		Facts  bool   `json:"facts,omitempty"`

		Tasks []string `json:"tasks,omitempty"` // open ones that serve the item
	} `json:"lines"`
	Items     [2]int     `json:"items"`
	Open      [2]int     `json:"open"`
	Hours     [2]int     `json:"hours"`
	Unknown   int        `json:"unknown"`
	Days      int        `json:"days"`
	DaysText  string     `json:"daysText"`
	Ready     *time.Time `json:"ready,omitempty"`
	Risk      [2]int     `json:"risk"`
	RiskParts []struct {
		Name   string `json:"name"`
		Before int    `json:"before"`
		After  int    `json:"after"`
	} `json:"riskParts,omitempty"`
	Voids  int `json:"voids"`
	Signed int `json:"signed"`
	Hits   []struct {
		Kind    string `json:"kind"`
		Name    string `json:"name"`
		Text    string `json:"text"`
		Outcome string `json:"outcome"`
	} `json:"hits"`
	Role      string `json:"role,omitempty"`
	MayAnswer bool   `json:"mayAnswer"`
}

// ScopeChange is a proposed change of a scope.
type ScopeChange struct {
	ID         string      `json:"id"`
	Release    string      `json:"release"`
	Number     int         `json:"number"`
	Title      string      `json:"title"`
	Reason     string      `json:"reason"`
	Risk       string      `json:"risk,omitempty"`
	State      string      `json:"state"`
	Role       string      `json:"role,omitempty"`
	Steps      []ScopeStep `json:"steps"`
	Impact     ScopeImpact `json:"impact"`
	Proposer   string      `json:"proposer,omitempty"`
	ProposedAt time.Time   `json:"proposedAt"`
	ProposedBy string      `json:"proposedBy"`
	Answerer   string      `json:"answerer,omitempty"`
	AnsweredAt *time.Time  `json:"answeredAt,omitempty"`
	AnsweredBy string      `json:"answeredBy,omitempty"`
	Answer     string      `json:"answer,omitempty"`
	Rev        int64       `json:"rev"`
}

// ScopeChanges returns the proposed changes of a release's scope, newest first.
func (c *Client) ScopeChanges(ctx context.Context, release string) ([]ScopeChange, error) {
	return List[ScopeChange](ctx, c, Path("releases", release, "scope", "changes"), nil, 0)
}

// ScopeChange returns a proposed change by its number.
func (c *Client) ScopeChange(ctx context.Context, release string, number int) (ScopeChange, error) {
	var out ScopeChange
	return out, c.Get(ctx, Path("releases", release, "scope", "changes", strconv.Itoa(number)), nil, &out)
}

// WeighScope says what a change would do, without keeping it.
func (c *Client) WeighScope(ctx context.Context, release string, steps []ScopeStep) (ScopeImpact, error) {
	var out ScopeImpact
	return out, c.Post(ctx, Path("releases", release, "scope", "impact"), map[string]any{"steps": steps}, &out)
}

// ProposeScope proposes a change.
func (c *Client) ProposeScope(ctx context.Context, release string, in ScopeProposal) (ScopeChange, error) {
	var out ScopeChange
	return out, c.Post(ctx, Path("releases", release, "scope", "changes"), in, &out)
}

// AnswerScope approves, declines or withdraws ("approve", "decline", "withdraw") a proposed change that was read at a version,
// 0 for any.
func (c *Client) AnswerScope(ctx context.Context, release string, number int, verb string, rev int64, note string) (ScopeChange, error) {
	var out ScopeChange
	in := struct {
		Note string `json:"note,omitempty"`
		Rev  int64  `json:"rev,omitempty"`
	}{note, rev}
	return out, c.Post(ctx, Path("releases", release, "scope", "changes", strconv.Itoa(number), verb), in, &out)
}
