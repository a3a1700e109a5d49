package client

import (
	"context"
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
	ID          string    `json:"id"`
	Service     string    `json:"service"`
	Environment string    `json:"environment"`
	Version     string    `json:"version,omitempty"`
	Digest      string    `json:"digest,omitempty"`
	Allowed     bool      `json:"allowed"`
	Release     string    `json:"release,omitempty"`
	AskedAt     time.Time `json:"askedAt"`
}

// Override is a recorded permission to deploy one digest against a refusal.
type Override struct {
	ID          string     `json:"id"`
	Service     string     `json:"service"`
	Environment string     `json:"environment"`
	Digest      string     `json:"digest"`
	Reason      string     `json:"reason"`
	Until       time.Time  `json:"until"`
	ByName      string     `json:"byName,omitempty"`
	WithdrawnAt *time.Time `json:"withdrawnAt,omitempty"`
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
