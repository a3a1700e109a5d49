package httpx

import (
	"context"
	"net/http"
)

// Public is the permission of a route that is open to everyone.
const Public = "public"

// Guard is what the API and the pages ask about the caller. auth fills it; the two doors know nothing else of it.
type Guard struct {
	// Identify returns the request's context with the caller in it: from a bearer token or a session. A caller without a
	// credential is nobody and no error. It fails with errs.Unauthenticated for a credential that does not hold (any more).
	Identify func(r *http.Request) (context.Context, error)
	// Demand puts the permission of the route into the context, for the service to check, and returns a function that
	// reports whether that check took place. It fails with errs.Unauthenticated if the caller is nobody.
	Demand func(ctx context.Context, permission string) (context.Context, func() bool, error)
	// Declared reports whether some area declares the permission.
	Declared func(permission string) bool
	// Actor names the caller in a stable word ("person:…", "token:…"), "" for nobody. It scopes idempotency keys.
	Actor func(ctx context.Context) string
}
