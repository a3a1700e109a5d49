// Package shim runs one command of one attempt in a process of its own, so that the command outlives the server and its
// outcome is found again. The server's own binary re-executes itself as `slipway shim DIR` in a new session; the directory is
// all that the two share:
//
//	spec.json   what to run and the attempt's token (without secrets)
//	lock        held by the shim while it lives (flock)
//	shim.json   the shim's process identity: written before the command starts, so that a directory runs its command once at most
//	child.json  the command's process identity
//	out.log     standard output and error of the command, up to the limit
//	shim.log    why a shim gave up, for a person
//	exit.json   the result, written to a temporary file, synced and renamed
//	cancel      a person or a roll back wants the end
//
// A process identity is the boot, the process number and the process's start time, so that neither a reboot nor a number
// given twice is taken for a living shim. A shim that is gone without exit.json is lost: the outcome cannot be known.
//
// The package does not know runs, steps or tokens' meaning, and decides nothing about an unknown outcome. A command that puts a
// process into the background and ends is finished; that process lives on, but must not write to the output it inherited.
// It works on Linux and macOS; elsewhere every function fails with errs.Unavailable.
package shim
