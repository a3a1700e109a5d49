//go:build !linux && !darwin

package shim

import "slipway/internal/errs"

func unavailable() error {
	return errs.Unavailable("shim.unsupported", "Command steps run on Linux and macOS only. Use an http step, or run the server there.")
}

// Start fails with errs.Unavailable.
func Start(string, Spec, string) error { return unavailable() }

// Adopt fails with errs.Unavailable.
func Adopt(string) (Status, error) { return Status{}, unavailable() }

// Cancel fails with errs.Unavailable.
func Cancel(string) error { return unavailable() }

// Tail fails with errs.Unavailable.
func Tail(_ string, offset int64) ([]byte, int64, error) { return nil, offset, unavailable() }

// Remove fails with errs.Unavailable.
func Remove(string) error { return unavailable() }

// Run fails.
func Run(string) int { return 1 }
