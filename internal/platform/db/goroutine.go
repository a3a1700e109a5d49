package db

import (
	"bytes"
	"runtime"
	"strconv"
)

// goroutine returns the number of the running goroutine. It exists for one check alone: a closure that calls Write on
// SQLite would wait for the goroutine it runs on. It costs about a microsecond and is asked only while a closure runs.
func goroutine() uint64 {
	var b [64]byte
	f := bytes.Fields(b[:runtime.Stack(b[:], false)])
	if len(f) < 2 {
		return 0
	}
	n, err := strconv.ParseUint(string(f[1]), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
