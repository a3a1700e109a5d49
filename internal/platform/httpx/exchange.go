package httpx

import (
	"context"
	"io"
	"net/http"
	"net/netip"

	"slipway/internal/errs"
)

// exchange is what the chain knows of one request. It travels in the context so that inner handlers can tell the outer
// ones about the route without another copy of the request.
type exchange struct {
	id      string
	client  netip.Addr
	secure  bool
	pattern string
	w       http.ResponseWriter
	body    io.ReadCloser
	stream  bool
	routed  string // the pattern, as an inner router tells it
}

// Routed tells the log and the figures which pattern answers the request, where a router of its own inside a pattern of the
// outer one knows it. The first word counts.
func Routed(ctx context.Context, pattern string) {
	if x := exchangeOf(ctx); x != nil && x.routed == "" {
		x.routed = pattern
	}
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// RequestID returns the identity of the request that ctx belongs to, or "" outside of one.
func RequestID(ctx context.Context) string {
	if x := exchangeOf(ctx); x != nil {
		return x.id
	}
	return ""
}

// Client returns the address of the caller: the peer's, or what a trusted proxy says of it. It is invalid outside of a
// request.
func Client(ctx context.Context) netip.Addr {
	if x := exchangeOf(ctx); x != nil {
		return x.client
	}
	return netip.Addr{}
}

// Secure reports whether the caller's connection is encrypted: TLS here, or https as a trusted proxy says.
func Secure(ctx context.Context) bool {
	x := exchangeOf(ctx)
	return x != nil && x.secure
}

// BodyDefault is the greatest request body in bytes where a route says nothing else.
const BodyDefault int64 = 1 << 20

// Limit sets the greatest body of this request, which is BodyDefault before. It must be called before the body is read
// and outlives copies of the request only if it is called on the one that is read.
func Limit(r *http.Request, bytes int64) {
	x := exchangeOf(r.Context())
	if x == nil {
		r.Body = http.MaxBytesReader(nil, r.Body, bytes)
		return
	}
	if x.body != nil {
		r.Body = http.MaxBytesReader(x.w, x.body, bytes)
	}
}

// ReadBody reads the whole body within the request's limit. It fails with errs.TooLarge beyond it and with errs.Invalid
// if the body ends early or comes too slowly.
func ReadBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	b, err := io.ReadAll(r.Body)
	return b, BodyError(err)
}

// BodyError explains an error from reading a request's body.
func BodyError(err error) error {
	if err == nil {
		return nil
	}
	if big, ok := errorAs[*http.MaxBytesError](err); ok {
		return errs.TooLarge("request.too_large", "The body has more than %d bytes, which is the limit here.", big.Limit).Because(err)
	}
	if e, ok := errorAs[*errs.Error](err); ok {
		return e
	}
	return errs.Invalid("request.body_unreadable", "The body could not be read to its end.").Because(err)
}
