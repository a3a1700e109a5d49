package drive

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"slipway/internal/id"
)

const (
	placeFile = "place"
	lockName  = "lock"
)

// place identifies the directory of commands, so that a restarted server knows which of them it may adopt. A directory that
// another living process holds is used without an identity of its own: its commands run, but are adopted by nobody.
func place(dir string) (string, func(), error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", nil, placeless(err)
	}
	unlock, held, err := lockPlace(filepath.Join(dir, lockName))
	// A process that was killed while it started another leaves the lock to it for a moment.
	for n := 0; n < 20 && err == nil && !held; n++ {
		<-time.After(50 * time.Millisecond)
		unlock, held, err = lockPlace(filepath.Join(dir, lockName))
	}
	if err != nil {
		return "", nil, placeless(err)
	}
	if !held {
		return id.New[string](), func() {}, nil
	}
	name := filepath.Join(dir, placeFile)
	b, err := os.ReadFile(name)
	if err == nil && id.Is(strings.TrimSpace(string(b))) {
		return strings.TrimSpace(string(b)), unlock, nil
	}
	fresh := id.New[string]()
	if err := os.WriteFile(name, []byte(fresh+"\n"), 0o600); err != nil {
		unlock()
		return "", nil, placeless(err)
	}
	return fresh, unlock, nil
}
