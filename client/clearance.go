package client

import (
	"context"
	"net/url"
	"time"
)

// MayDeployQuestion is what a pipeline asks; Version, Digest or both.
type MayDeployQuestion struct {
	Service     string     `json:"service"`
	Version     string     `json:"version,omitempty"`
	Digest      string     `json:"digest,omitempty"`
	Environment string     `json:"environment"`
	Release     string     `json:"release,omitempty"`
	At          *time.Time `json:"at,omitempty"`
	Record      bool       `json:"record,omitempty"`
}

// MayDeployReason is one cause of an answer.
type MayDeployReason struct {
	Code        string `json:"code"`
	Text        string `json:"text"`
	Next        string `json:"next,omitempty"`
	Owner       string `json:"owner,omitempty"`
	Overridable bool   `json:"overridable,omitempty"`
}

// MayDeployAnswer is the answer to a question.
type MayDeployAnswer struct {
	Allowed bool              `json:"allowed"`
	Reasons []MayDeployReason `json:"reasons"`
	Notes   []MayDeployReason `json:"notes,omitempty"`
	Release string            `json:"release,omitempty"`
	Windows []struct {
		ID    string    `json:"id"`
		Name  string    `json:"name"`
		Until time.Time `json:"until"`
	} `json:"windows,omitempty"`
	NextOpening *time.Time `json:"nextOpening,omitempty"`
	ValidUntil  *time.Time `json:"validUntil,omitempty"`
	Override    *struct {
		Possible bool   `json:"possible"`
		Role     string `json:"role,omitempty"`
		Text     string `json:"text"`
	} `json:"override,omitempty"`
	Service     string    `json:"service"`
	Version     string    `json:"version,omitempty"`
	Digest      string    `json:"digest,omitempty"`
	Environment string    `json:"environment"`
	At          time.Time `json:"at"`
	Record      string    `json:"record,omitempty"`
}

// MayDeploy asks whether a version may be deployed.
func (c *Client) MayDeploy(ctx context.Context, q MayDeployQuestion) (out MayDeployAnswer, err error) {
	return out, c.Post(ctx, "/may-deploy", q, &out)
}

// RecordedAnswer is an answer that was asked to be recorded.
type RecordedAnswer struct {
	ID          string          `json:"id"`
	At          time.Time       `json:"at"` // the instant it is for
	Service     string          `json:"service"`
	Environment string          `json:"environment"`
	Version     string          `json:"version,omitempty"`
	Digest      string          `json:"digest,omitempty"`
	Allowed     bool            `json:"allowed"`
	Release     string          `json:"release,omitempty"`
	Answer      MayDeployAnswer `json:"answer"`
	AskedBy     string          `json:"askedBy"`
	AskedAt     time.Time       `json:"askedAt"`
}

// AnswerFilter narrows the list of recorded answers; what is empty narrows nothing.
type AnswerFilter struct {
	Service     string // key
	Environment string // key
	Outcome     string // allowed or refused
}

// RecordedAnswers returns at most limit recorded answers, newest first; all for 0.
func (c *Client) RecordedAnswers(ctx context.Context, f AnswerFilter, limit int) ([]RecordedAnswer, error) {
	return List[RecordedAnswer](ctx, c, "/may-deploy/answers", queryOf("service", f.Service, "environment", f.Environment, "outcome", f.Outcome), limit)
}

// Override is a recorded permission to deploy one digest against a refusal. Lists name what it is for and how it stands.
type Override struct {
	ID             string     `json:"id"`
	Service        string     `json:"service"`
	ServiceKey     string     `json:"serviceKey,omitempty"`
	Environment    string     `json:"environment"`
	EnvironmentKey string     `json:"environmentKey,omitempty"`
	Digest         string     `json:"digest"`
	Reason         string     `json:"reason"`
	From           time.Time  `json:"from"`
	Until          time.Time  `json:"until"`
	By             string     `json:"by"`
	ByName         string     `json:"byName,omitempty"`
	At             time.Time  `json:"at"`
	WithdrawnAt    *time.Time `json:"withdrawnAt,omitempty"`
	State          string     `json:"state,omitempty"` // standing, over or withdrawn
}

// OverrideFilter narrows the list of overrides; what is empty narrows nothing.
type OverrideFilter struct {
	Service     string // key
	Environment string // key
	Standing    bool   // leave out what is over or withdrawn
}

// Overrides returns at most limit overrides, newest first; all for 0.
func (c *Client) Overrides(ctx context.Context, f OverrideFilter, limit int) ([]Override, error) {
	standing := ""
	if f.Standing {
		standing = "true"
	}
	return List[Override](ctx, c, "/overrides", queryOf("service", f.Service, "environment", f.Environment, "standing", standing), limit)
}

// queryOf returns the pairs whose value is not empty.
func queryOf(pairs ...string) url.Values {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return q
}

// NewOverride says what to let pass.
type NewOverride struct {
	Service     string    `json:"service"`
	Environment string    `json:"environment"`
	Digest      string    `json:"digest"`
	Reason      string    `json:"reason"`
	Until       time.Time `json:"until"`
}

// AddOverride gives an override.
func (c *Client) AddOverride(ctx context.Context, o NewOverride) (out Override, err error) {
	return out, c.Post(ctx, "/overrides", o, &out)
}

// WithdrawOverride ends an override.
func (c *Client) WithdrawOverride(ctx context.Context, id string) (out Override, err error) {
	return out, c.Post(ctx, Path("overrides", id, "withdraw"), nil, &out)
}
