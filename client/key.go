package client

import (
	"crypto/rand"
	"net"
)

// NewKey returns a fresh Idempotency-Key.
func NewKey() string { return rand.Text() }

func local(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
