package client

import (
	"context"
	"net/url"
	"time"
)

// Approvals is how the approvals of a release stand.
type Approvals struct {
	Release string `json:"release"`
	Content struct {
		Digest   string          `json:"digest"`
		Sections []SignedSection `json:"sections"`
	} `json:"content"`
	FourEyes bool              `json:"fourEyes"`
	Items    []ApprovalRole    `json:"items"`
	People   map[string]string `json:"people"` // names by identifier
}

// SignedSection is the digest of a section of a release's content.
type SignedSection struct {
	Section string `json:"section"`
	Digest  string `json:"digest"`
}

// ApprovalRole is how a required signature stands: awaiting, valid, void, withdrawn, declined or expired.
type ApprovalRole struct {
	Role        string                         `json:"role"`
	Name        string                         `json:"name"`
	Sections    []string                       `json:"sections"`
	Order       int                            `json:"order,omitempty"`
	Need        int                            `json:"need"`
	State       string                         `json:"state"`
	Valid       int                            `json:"valid"`
	Signatures  []Signature                    `json:"signatures"`
	Asks        []ApprovalAsk                  `json:"asks"`
	Differences map[string][]SectionDifference `json:"differences,omitempty"` // since each void signature
}

// Signature is one answer of a person for a role.
type Signature struct {
	ID              string          `json:"id"`
	Role            string          `json:"role"`
	Person          string          `json:"person"`
	Principal       string          `json:"principal,omitempty"`
	At              time.Time       `json:"at"`
	Answer          string          `json:"answer"` // signed or declined
	Ground          string          `json:"ground,omitempty"`
	Comment         string          `json:"comment,omitempty"`
	Until           *time.Time      `json:"until,omitempty"`
	Content         string          `json:"content"`
	Sections        []SignedSection `json:"sections"`
	WithdrawnAt     *time.Time      `json:"withdrawnAt,omitempty"`
	WithdrawnBy     string          `json:"withdrawnBy,omitempty"`
	WithdrawnReason string          `json:"withdrawnReason,omitempty"`
	State           string          `json:"state"`
	Changed         []string        `json:"changed,omitempty"`
}

// SectionDifference is what changed in a section, and who changed it.
type SectionDifference struct {
	Section string `json:"section"`
	Changes []struct {
		Path   string `json:"path"`
		Before string `json:"before,omitempty"`
		After  string `json:"after,omitempty"`
		Kind   string `json:"kind"`
	} `json:"changes"`
	More int `json:"more,omitempty"`
	By   []struct {
		At     time.Time `json:"at"`
		Person string    `json:"person,omitempty"`
		Reason string    `json:"reason,omitempty"`
	} `json:"by"`
}

// NewSignature is what is added to a signature. Content, if given, is the digest of the content that was read.
type NewSignature struct {
	Content string     `json:"content,omitempty"`
	For     string     `json:"for,omitempty"`
	Comment string     `json:"comment,omitempty"`
	Until   *time.Time `json:"until,omitempty"`
}

// Refusal says why somebody does not sign. Ground is evidence, time, content or other.
type Refusal struct {
	Ground string `json:"ground,omitempty"`
	Wanted string `json:"wanted"`
	For    string `json:"for,omitempty"`
}

// ApprovalAsk is a request to sign, or a reminder.
type ApprovalAsk struct {
	ID     string     `json:"id"`
	Role   string     `json:"role"`
	Person string     `json:"person,omitempty"`
	At     time.Time  `json:"at"`
	By     string     `json:"by,omitempty"`
	Due    *time.Time `json:"due,omitempty"`
	Note   string     `json:"note,omitempty"`
}

// NewApprovalAsk is a request to sign.
type NewApprovalAsk struct {
	Person string     `json:"person,omitempty"`
	Due    *time.Time `json:"due,omitempty"`
	Note   string     `json:"note,omitempty"`
}

// Delegation lets somebody act for the holder of a role between two instants.
type Delegation struct {
	ID       string     `json:"id"`
	Role     string     `json:"role"`
	Scope    string     `json:"scope,omitempty"`
	Person   string     `json:"person"`
	Delegate string     `json:"delegate"`
	From     time.Time  `json:"from"`
	Until    time.Time  `json:"until"`
	Reason   string     `json:"reason,omitempty"`
	MadeAt   time.Time  `json:"madeAt"`
	MadeBy   string     `json:"madeBy,omitempty"`
	EndedAt  *time.Time `json:"endedAt,omitempty"`
	EndedBy  string     `json:"endedBy,omitempty"`
}

// NewDelegation states a delegation. From is now unless stated.
type NewDelegation struct {
	Role     string     `json:"role"`
	Product  string     `json:"product,omitempty"`
	Person   string     `json:"person,omitempty"`
	Delegate string     `json:"delegate"`
	From     *time.Time `json:"from,omitempty"`
	Until    time.Time  `json:"until"`
	Reason   string     `json:"reason,omitempty"`
}

// Approvals returns how the approvals of a release stand.
func (c *Client) Approvals(ctx context.Context, release string) (Approvals, error) {
	var out Approvals
	return out, c.Get(ctx, Path("releases", release, "approvals"), nil, &out)
}

// Approve signs for a role.
func (c *Client) Approve(ctx context.Context, release, role string, in NewSignature) (Signature, error) {
	var out Signature
	return out, c.Post(ctx, Path("releases", release, "approvals", role, "sign"), in, &out)
}

// WithdrawApproval takes back the newest signature or refusal for a role.
func (c *Client) WithdrawApproval(ctx context.Context, release, role, reason string) (Signature, error) {
	var out Signature
	return out, c.Post(ctx, Path("releases", release, "approvals", role, "withdraw"), map[string]string{"reason": reason}, &out)
}

// DeclineApproval says that one does not sign for a role.
func (c *Client) DeclineApproval(ctx context.Context, release, role string, in Refusal) (Signature, error) {
	var out Signature
	return out, c.Post(ctx, Path("releases", release, "approvals", role, "decline"), in, &out)
}

// AskApproval asks for a signature, or reminds of it.
func (c *Client) AskApproval(ctx context.Context, release, role string, in NewApprovalAsk) (ApprovalAsk, error) {
	var out ApprovalAsk
	return out, c.Post(ctx, Path("releases", release, "approvals", role, "ask"), in, &out)
}

// Delegations returns at most limit delegations that pass a query (role, ended), all of them for 0.
func (c *Client) Delegations(ctx context.Context, query url.Values, limit int) ([]Delegation, error) {
	return List[Delegation](ctx, c, "/delegations", query, limit)
}

// Delegate lets somebody act for the holder of a role.
func (c *Client) Delegate(ctx context.Context, in NewDelegation) (Delegation, error) {
	var out Delegation
	return out, c.Post(ctx, "/delegations", in, &out)
}

// EndDelegation ends a delegation now.
func (c *Client) EndDelegation(ctx context.Context, id string) (Delegation, error) {
	var out Delegation
	return out, c.Post(ctx, Path("delegations", id, "end"), nil, &out)
}
