package client

import (
	"context"
	"net/url"
	"time"
)

// Profile is who calls, with one's own settings.
type Profile struct {
	Person
	Theme string `json:"theme"` // light, dark, or "" for that of the system
	Keys  bool   `json:"keys"`  // single-key shortcuts on pages
	Role  string `json:"role,omitempty"`
	Token string `json:"token,omitempty"` // the token that calls
}

// ProfileChange is what to change of one's own settings; nil leaves a thing as it is.
type ProfileChange struct {
	Zone   *string `json:"zone,omitempty"`
	Locale *string `json:"locale,omitempty"`
	Theme  *string `json:"theme,omitempty"`
	Keys   *bool   `json:"keys,omitempty"`
	Rev    int64   `json:"rev,omitempty"`
}

// Me returns who calls.
func (c *Client) Me(ctx context.Context) (out Profile, err error) {
	return out, c.Get(ctx, "/me", nil, &out)
}

// SetProfile changes one's own settings, against the version p.Rev; 0 takes whatever there is.
func (c *Client) SetProfile(ctx context.Context, p ProfileChange) (out Profile, err error) {
	return out, c.Patch(ctx, "/me", p, &out)
}

// ChangePassword replaces one's own password, whose present one proves who asks. All other sessions end.
func (c *Client) ChangePassword(ctx context.Context, old, fresh string) error {
	return c.Post(ctx, "/me/password", map[string]string{"old": old, "password": fresh}, nil)
}

// LoginSession is a living session of a person in a browser.
type LoginSession struct {
	ID        string    `json:"id"`
	Person    string    `json:"person"`
	Method    string    `json:"method"` // password, link or demo
	Address   string    `json:"address"`
	Agent     string    `json:"agent"`
	OpenedAt  time.Time `json:"openedAt"`
	SeenAt    time.Time `json:"seenAt"`
	ExpiresAt time.Time `json:"expiresAt"`
	Current   bool      `json:"current"`
}

// Sessions returns the living sessions of a person, one's own for "".
func (c *Client) Sessions(ctx context.Context, person string) ([]LoginSession, error) {
	q := url.Values{}
	if person != "" {
		q.Set("person", person)
	}
	return List[LoginSession](ctx, c, "/sessions", q, 0)
}

// CloseSession ends a session.
func (c *Client) CloseSession(ctx context.Context, session string) error {
	return c.Post(ctx, Path("sessions", session, "close"), nil, nil)
}

// CloseOtherSessions ends all of one's own sessions but the one that asks, and returns how many ended.
func (c *Client) CloseOtherSessions(ctx context.Context) (int, error) {
	var out struct {
		Ended int `json:"ended"`
	}
	err := c.Post(ctx, "/sessions/close-others", nil, &out)
	return out.Ended, err
}
