package client

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"time"
)

// Template is what releases are made from. Content is the whole document, as it is applied from a file.
type Template struct {
	Key       string    `json:"key"`
	Name      string    `json:"name"`
	Text      string    `json:"text,omitempty"`
	Version   int       `json:"version"`
	ChangedAt time.Time `json:"changedAt"`
	ChangedBy string    `json:"changedBy"`

	Content json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the document beside the fields above.
func (t *Template) UnmarshalJSON(b []byte) error {
	type plain Template
	if err := json.Unmarshal(b, (*plain)(t)); err != nil {
		return err
	}
	t.Content = append(json.RawMessage(nil), b...)
	return nil
}

// MarshalJSON writes the whole document.
func (t Template) MarshalJSON() ([]byte, error) {
	if t.Content != nil {
		return t.Content, nil
	}
	type plain Template
	return json.Marshal(plain(t))
}

// Templates returns the newest version of every template by key.
func (c *Client) Templates(ctx context.Context) ([]Template, error) {
	return List[Template](ctx, c, "/templates", nil, 0)
}

// Template returns a version of a template, the newest for 0.
func (c *Client) Template(ctx context.Context, key string, version int) (Template, error) {
	q := url.Values{}
	if version > 0 {
		q.Set("version", strconv.Itoa(version))
	}
	var out Template
	return out, c.Get(ctx, Path("templates", key), q, &out)
}

// TemplateVersions returns the versions of a template, newest first, 200 at most.
func (c *Client) TemplateVersions(ctx context.Context, key string) ([]Template, error) {
	return List[Template](ctx, c, Path("templates", key, "versions"), nil, 0)
}
