package cli

import (
	"strings"

	"slipway/client"
)

// who returns a function that names people as other commands take them, by their keys, and programs by the names of their tokens. Whom
// the caller may not see keeps the identifier.
func (s *Session) who(api *client.Client) func(id string) string {
	known := map[string]string{}
	return func(id string) string {
		if len(id) != 36 || strings.Count(id, "-") != 4 {
			return id
		}
		name, ok := known[id]
		if !ok {
			name = s.named(api, id)
			known[id] = name
		}
		return name
	}
}

func (s *Session) named(api *client.Client, id string) string {
	if p, err := api.Person(s.Context(), id); err == nil && p.Key != "" {
		return p.Key
	}
	if t, err := api.Token(s.Context(), id); err == nil && t.Name != "" {
		return "token " + t.Name
	}
	return id
}
