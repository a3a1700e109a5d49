package client

import (
	"context"
	"net/url"
	"time"
)

// Risk is something that may happen.
type Risk struct {
	ID                  string     `json:"id"`
	Key                 string     `json:"key"`
	Number              int64      `json:"number"`
	Product             string     `json:"product,omitempty"`
	ProductKey          string     `json:"productKey,omitempty"`
	ProductName         string     `json:"productName,omitempty"`
	Release             string     `json:"release,omitempty"`
	ReleaseKey          string     `json:"releaseKey,omitempty"`
	ReleaseName         string     `json:"releaseName,omitempty"`
	Title               string     `json:"title"`
	Text                string     `json:"text,omitempty"`
	Cause               string     `json:"cause,omitempty"`
	Trigger             string     `json:"trigger,omitempty"`
	Category            string     `json:"category,omitempty"`
	Probability         int        `json:"probability"`
	Impact              int        `json:"impact"`
	Score               int        `json:"score"`
	Response            string     `json:"response,omitempty"`
	Mitigation          string     `json:"mitigation,omitempty"`
	ResidualProbability int        `json:"residualProbability,omitempty"`
	ResidualImpact      int        `json:"residualImpact,omitempty"`
	ResidualScore       int        `json:"residualScore"`
	Owner               string     `json:"owner,omitempty"`
	Review              string     `json:"review,omitempty"`
	Blocks              string     `json:"blocks"`
	BlocksSince         *time.Time `json:"blocksSince,omitempty"`
	State               string     `json:"state"`
	StateReason         string     `json:"stateReason,omitempty"`
	StateAt             time.Time  `json:"stateAt"`
	StateBy             string     `json:"stateBy"`
	ScoreBefore         int        `json:"scoreBefore,omitempty"`
	ScoreAt             time.Time  `json:"scoreAt"`
	Rev                 int64      `json:"rev"`
	OpenedAt            time.Time  `json:"openedAt"`
	OpenedBy            string     `json:"openedBy"`
	ChangedAt           time.Time  `json:"changedAt"`
	ChangedBy           string     `json:"changedBy"`
}

// NewRisk states a risk: of a release, of a product, or of the portfolio if neither is named.
type NewRisk struct {
	Release             string `json:"release,omitempty"`
	Product             string `json:"product,omitempty"`
	Title               string `json:"title"`
	Text                string `json:"text,omitempty"`
	Cause               string `json:"cause,omitempty"`
	Trigger             string `json:"trigger,omitempty"`
	Category            string `json:"category,omitempty"`
	Probability         int    `json:"probability"`
	Impact              int    `json:"impact"`
	Response            string `json:"response,omitempty"`
	Mitigation          string `json:"mitigation,omitempty"`
	ResidualProbability int    `json:"residualProbability,omitempty"`
	ResidualImpact      int    `json:"residualImpact,omitempty"`
	Owner               string `json:"owner,omitempty"`
	Review              string `json:"review,omitempty"`
	Blocks              string `json:"blocks,omitempty"`
}

// RiskEdit changes what is said of a risk; what is nil stays. Rev is the version that was read.
type RiskEdit struct {
	Rev      int64   `json:"rev"`
	Title    *string `json:"title,omitempty"`
	Text     *string `json:"text,omitempty"`
	Cause    *string `json:"cause,omitempty"`
	Trigger  *string `json:"trigger,omitempty"`
	Category *string `json:"category,omitempty"`
	Review   *string `json:"review,omitempty"`
	Blocks   *string `json:"blocks,omitempty"`
	Release  *string `json:"release,omitempty"`
	Product  *string `json:"product,omitempty"`
	Reason   string  `json:"reason,omitempty"`
}

// RiskPlan is the response to a risk. Rev is the version that was read.
type RiskPlan struct {
	Rev                 int64  `json:"rev"`
	Response            string `json:"response"`
	Mitigation          string `json:"mitigation"`
	ResidualProbability int    `json:"residualProbability,omitempty"`
	ResidualImpact      int    `json:"residualImpact,omitempty"`
}

// RiskChange is one recorded change of a risk; Before is nil where it was opened.
type RiskChange struct {
	ID     string    `json:"id"`
	Action string    `json:"action"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Person string    `json:"person,omitempty"`
	Score  int       `json:"score"`
	Before *Risk     `json:"before"`
	After  Risk      `json:"after"`
	Reason string    `json:"reason,omitempty"`
}

// Risks returns at most limit risks that pass a query (q, product, release, owner, state, response, category, min,
// blocking, review, residual), the worst first; all of them for 0.
func (c *Client) Risks(ctx context.Context, query url.Values, limit int) ([]Risk, error) {
	return List[Risk](ctx, c, "/risks", query, limit)
}

// Risk returns a risk by key or identifier.
func (c *Client) Risk(ctx context.Context, ref string) (Risk, error) {
	var out Risk
	return out, c.Get(ctx, Path("risks", ref), nil, &out)
}

// OpenRisk adds a risk to the register.
func (c *Client) OpenRisk(ctx context.Context, in NewRisk) (Risk, error) {
	var out Risk
	return out, c.Post(ctx, "/risks", in, &out)
}

// EditRisk changes what is said of a risk.
func (c *Client) EditRisk(ctx context.Context, ref string, in RiskEdit) (Risk, error) {
	var out Risk
	return out, c.Patch(ctx, Path("risks", ref), in, &out)
}

// AssessRisk judges probability and impact.
func (c *Client) AssessRisk(ctx context.Context, ref string, rev int64, probability, impact int, reason string) (Risk, error) {
	var out Risk
	return out, c.Post(ctx, Path("risks", ref, "assess"), map[string]any{"rev": rev, "probability": probability, "impact": impact, "reason": reason}, &out)
}

// MitigateRisk plans the response.
func (c *Client) MitigateRisk(ctx context.Context, ref string, in RiskPlan) (Risk, error) {
	var out Risk
	return out, c.Post(ctx, Path("risks", ref, "mitigate"), in, &out)
}

// AssignRisk gives a risk to a person, "" for nobody. review is the day of the next review; nil leaves it.
func (c *Client) AssignRisk(ctx context.Context, ref string, rev int64, owner string, review *string) (Risk, error) {
	var out Risk
	in := map[string]any{"rev": rev, "owner": owner}
	if review != nil {
		in["review"] = *review
	}
	return out, c.Post(ctx, Path("risks", ref, "assign"), in, &out)
}

// RiskVerb carries out a verb that takes a reason alone: accept, close or reopen.
func (c *Client) RiskVerb(ctx context.Context, ref, verb string, rev int64, reason string) (Risk, error) {
	var out Risk
	return out, c.Post(ctx, Path("risks", ref, verb), map[string]any{"rev": rev, "reason": reason}, &out)
}

// RiskChanges returns at most limit changes of a risk, newest first; all of them for 0.
func (c *Client) RiskChanges(ctx context.Context, ref string, limit int) ([]RiskChange, error) {
	return List[RiskChange](ctx, c, Path("risks", ref, "changes"), nil, limit)
}
