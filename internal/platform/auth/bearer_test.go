package auth_test

import (
	"context"
	"net/http"
	"testing"

	"slipway/internal/platform/auth/account"
)

// bearer returns the context of a request that carries a token.
func bearer(t *testing.T, s *account.Service, text string) context.Context {
	t.Helper()
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	r.Header.Set("Authorization", "Bearer "+text)
	ctx, err := s.Identify(r)
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}
