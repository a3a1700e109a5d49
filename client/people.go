package client

import (
	"context"
	"time"
)

// Person is somebody who acts, or a program with an identity of its own.
type Person struct {
	ID          string    `json:"id"`
	Key         string    `json:"key"`
	Name        string    `json:"name"`
	Email       string    `json:"email,omitempty"`
	Kind        string    `json:"kind"`
	Active      bool      `json:"active"`
	Zone        string    `json:"zone"`
	Locale      string    `json:"locale"`
	HasPassword bool      `json:"hasPassword"`
	SeenAt      time.Time `json:"seenAt,omitzero"`
	Rev         int64     `json:"rev"`
}

// NewPerson is a person to add.
type NewPerson struct {
	Key    string  `json:"key,omitempty"`
	Name   string  `json:"name"`
	Email  string  `json:"email,omitempty"`
	Kind   string  `json:"kind,omitempty"`
	Zone   string  `json:"zone,omitempty"`
	Grants []Grant `json:"grants,omitempty"`
}

// PersonChange is what to change of a person; nil leaves a thing as it is.
type PersonChange struct {
	Name  *string `json:"name,omitempty"`
	Email *string `json:"email,omitempty"`
	Zone  *string `json:"zone,omitempty"`
	Rev   int64   `json:"rev"`
}

// Invitation is a link that sets a password, once.
type Invitation struct {
	Link    string    `json:"link"`
	Expires time.Time `json:"expires"`
}

// Team is a named set of people.
type Team struct {
	ID       string    `json:"id"`
	Key      string    `json:"key"`
	Name     string    `json:"name"`
	Text     string    `json:"text"`
	Members  []string  `json:"members"`
	ClosedAt time.Time `json:"closedAt,omitzero"` // zero while it is open
	Rev      int64     `json:"rev"`
}

// NewTeam is a team to add; members are keys or identifiers.
type NewTeam struct {
	Key     string   `json:"key,omitempty"`
	Name    string   `json:"name"`
	Text    string   `json:"text,omitempty"`
	Members []string `json:"members,omitempty"`
}

// TeamChange is what to change of a team; nil leaves a thing as it is.
type TeamChange struct {
	Name    *string   `json:"name,omitempty"`
	Text    *string   `json:"text,omitempty"`
	Members *[]string `json:"members,omitempty"`
	Rev     int64     `json:"rev"`
}

// Role is a named set of permissions.
type Role struct {
	Key         string   `json:"key"`
	Name        string   `json:"name"`
	Text        string   `json:"text"`
	BuiltIn     bool     `json:"builtIn"`
	Permissions []string `json:"permissions"`
	Rev         int64    `json:"rev"`
}

// Grant is a role within a scope; the empty scope is everywhere, a product's is "product/" and its identifier.
type Grant struct {
	Role  string     `json:"role"`
	Scope string     `json:"scope,omitempty"`
	From  *time.Time `json:"from,omitempty"`
	Until *time.Time `json:"until,omitempty"`
}

// Binding is a grant made to a person or a team.
type Binding struct {
	ID     string `json:"id,omitempty"`
	Person string `json:"person,omitempty"`
	Team   string `json:"team,omitempty"`
	Grant
}

// Token is a credential for programs. Secret is there only in the answer that made it.
type Token struct {
	ID          string    `json:"id"`
	Owner       string    `json:"owner"`
	Name        string    `json:"name"`
	Prefix      string    `json:"prefix"`
	Roles       []string  `json:"roles"`
	Permissions []string  `json:"permissions"`
	Scopes      []string  `json:"scopes"`
	ExpiresAt   time.Time `json:"expiresAt"`
	UsedAt      time.Time `json:"usedAt,omitzero"`
	RevokedAt   time.Time `json:"revokedAt,omitzero"`
	Secret      string    `json:"secret,omitempty"`
}

// NewToken is a token to make.
type NewToken struct {
	Owner       string     `json:"owner,omitempty"`
	Name        string     `json:"name"`
	Roles       []string   `json:"roles,omitempty"`
	Permissions []string   `json:"permissions,omitempty"`
	Scopes      []string   `json:"scopes,omitempty"`
	Expires     *time.Time `json:"expires,omitempty"`
}

// TokenChange is what to change of a token; nil leaves a thing as it is.
type TokenChange struct {
	Name    *string    `json:"name,omitempty"`
	Expires *time.Time `json:"expires,omitempty"`
}

// AddPerson adds a person.
func (c *Client) AddPerson(ctx context.Context, p NewPerson) (out Person, err error) {
	return out, c.Post(ctx, "/people", p, &out)
}

// Person returns a person by key or identifier.
func (c *Client) Person(ctx context.Context, ref string) (out Person, err error) {
	return out, c.Get(ctx, Path("people", ref), nil, &out)
}

// SetPerson changes a person, against the version p.Rev.
func (c *Client) SetPerson(ctx context.Context, ref string, p PersonChange) (out Person, err error) {
	return out, c.Patch(ctx, Path("people", ref), p, &out)
}

// PersonVerb does deactivate, reactivate or erase to a person.
func (c *Client) PersonVerb(ctx context.Context, ref, verb string) (out Person, err error) {
	return out, c.Post(ctx, Path("people", ref, verb), nil, &out)
}

// Invite makes a link that sets a person's password.
func (c *Client) Invite(ctx context.Context, ref string) (out Invitation, err error) {
	return out, c.Post(ctx, Path("people", ref, "invite"), nil, &out)
}

// AddTeam adds a team.
func (c *Client) AddTeam(ctx context.Context, t NewTeam) (out Team, err error) {
	return out, c.Post(ctx, "/teams", t, &out)
}

// Team returns a team by key or identifier.
func (c *Client) Team(ctx context.Context, ref string) (out Team, err error) {
	return out, c.Get(ctx, Path("teams", ref), nil, &out)
}

// SetTeam changes a team, against the version t.Rev.
func (c *Client) SetTeam(ctx context.Context, ref string, t TeamChange) (out Team, err error) {
	return out, c.Patch(ctx, Path("teams", ref), t, &out)
}

// CloseTeam closes a team for a reason: its roles are taken back and its members leave.
func (c *Client) CloseTeam(ctx context.Context, ref, reason string) (out Team, err error) {
	return out, c.Post(ctx, Path("teams", ref, "close"), map[string]string{"reason": reason}, &out)
}

// ReopenTeam opens a closed team again, without members and roles.
func (c *Client) ReopenTeam(ctx context.Context, ref string) (out Team, err error) {
	return out, c.Post(ctx, Path("teams", ref, "reopen"), nil, &out)
}

// AddRole defines a role.
func (c *Client) AddRole(ctx context.Context, r Role) (out Role, err error) {
	return out, c.Post(ctx, "/roles", map[string]any{"key": r.Key, "name": r.Name, "text": r.Text, "permissions": r.Permissions}, &out)
}

// SetRole replaces what a role is, against the version r.Rev.
func (c *Client) SetRole(ctx context.Context, r Role) (out Role, err error) {
	return out, c.Put(ctx, Path("roles", r.Key), map[string]any{"name": r.Name, "text": r.Text, "permissions": r.Permissions, "rev": r.Rev}, &out)
}

// GiveRole gives a role to a person or a team.
func (c *Client) GiveRole(ctx context.Context, b Binding) (out Binding, err error) {
	return out, c.Post(ctx, "/grants", b, &out)
}

// TakeRole takes a grant back.
func (c *Client) TakeRole(ctx context.Context, grant string) error {
	return c.Post(ctx, Path("grants", grant, "revoke"), nil, nil)
}

// AddToken makes a token; its secret is in this answer only.
func (c *Client) AddToken(ctx context.Context, t NewToken) (out Token, err error) {
	return out, c.Post(ctx, "/tokens", t, &out)
}

// Token returns a token, without its secret.
func (c *Client) Token(ctx context.Context, token string) (out Token, err error) {
	return out, c.Get(ctx, Path("tokens", token), nil, &out)
}

// SetToken changes a token, named by identifier or by the name that it alone has.
func (c *Client) SetToken(ctx context.Context, token string, t TokenChange) (out Token, err error) {
	return out, c.Patch(ctx, Path("tokens", token), t, &out)
}

// RevokeToken ends a token, named by identifier or by the name that it alone has.
func (c *Client) RevokeToken(ctx context.Context, token string) (out Token, err error) {
	return out, c.Post(ctx, Path("tokens", token, "revoke"), nil, &out)
}
