package auth

import (
	"context"
	"sync/atomic"
)

// Recorder knows whether the permission of a route was checked. It is safe for concurrent use.
type Recorder struct {
	permission string
	checked    atomic.Bool
}

type routeKey struct{}

// WithRoute names the permission of the route that is being answered. After a success the caller asks Checked; false is a
// fault of ours and must be answered as one.
func WithRoute(ctx context.Context, permission string) (context.Context, *Recorder) {
	r := &Recorder{permission: permission}
	return context.WithValue(ctx, routeKey{}, r), r
}

// Permission returns the name that WithRoute was given.
func (r *Recorder) Permission() string { return r.permission }

// Checked reports whether a check of the route's permission was made, whatever its answer.
func (r *Recorder) Checked() bool { return r.checked.Load() }

// RoutePermission returns the permission of the route that is being answered, or "".
func RoutePermission(ctx context.Context) string {
	if r, ok := ctx.Value(routeKey{}).(*Recorder); ok {
		return r.permission
	}
	return ""
}

func record(ctx context.Context, permission string) {
	if r, ok := ctx.Value(routeKey{}).(*Recorder); ok && r.permission == permission {
		r.checked.Store(true)
	}
}
