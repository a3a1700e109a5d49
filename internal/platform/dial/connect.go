package dial

import (
	"context"
	"net"
)

// Connect opens a TCP connection to host:port for a protocol that is not HTTP or that another program speaks through us. It
// fails with errs.Blocked, inside the error, for an address that is not allowed; Refusal finds it.
func (d *Dialer) Connect(ctx context.Context, address string) (net.Conn, error) {
	return d.dial(ctx, "tcp", address)
}

// Refusal returns our own refusal inside an error of Connect, or nil.
func Refusal(err error) error {
	if e, ok := refusal(err); ok {
		return e
	}
	return nil
}
