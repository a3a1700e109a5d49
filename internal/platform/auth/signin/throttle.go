package signin

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/httpx"
)

// A bucket counts tries until it resets. Tries are counted before the password is looked at, so that many at once cannot
// pass together, and taken back when it was right.
type bucket struct {
	name  string
	limit int64
	life  time.Duration
}

// buckets are what a try to sign in counts in: the account from this address, the account from anywhere (so that a
// stranger's tries elsewhere do not lock its owner out soon), and the address with any account. Names are digests.
func buckets(login, address string) []bucket {
	login = strings.ToLower(login)
	return []bucket{
		{digestOf("pair", login, address), 5, 15 * time.Minute},
		{digestOf("account", login), 50, time.Hour},
		{digestOf("address", address), 40, 15 * time.Minute},
	}
}

func digestOf(parts ...string) string {
	h := sha256.Sum256([]byte("slipway try\x00" + strings.Join(parts, "\x00")))
	return hex.EncodeToString(h[:])
}

// count adds a try to every bucket. It returns how many are left, and fails with errs.Throttled, saying the seconds to
// wait, if one is full.
func count(tx *db.Tx, all []bucket) (left int64, err error) {
	left = all[0].limit
	for _, b := range all {
		r, err := countTry(tx, b.name, tx.Now.Add(b.life))
		if err != nil {
			return 0, err
		}
		if r.Tries > b.limit {
			return 0, throttled(r.ResetsAt.Sub(tx.Now))
		}
		left = min(left, b.limit-r.Tries)
	}
	return left, nil
}

// succeeded forgets the tries of the account from this address and takes the others' back.
func succeeded(tx *db.Tx, all []bucket) error {
	if err := clearTries(tx, all[0].name); err != nil {
		return err
	}
	for _, b := range all[1:] {
		if err := takeBack(tx, b.name); err != nil {
			return err
		}
	}
	return nil
}

func throttled(wait time.Duration) error {
	seconds := max(1, int((wait+time.Second-1)/time.Second))
	say := fmt.Sprintf("%d seconds", seconds)
	if seconds > 90 {
		say = fmt.Sprintf("%d minutes", (seconds+59)/60)
	}
	return &httpx.RetryAfter{Seconds: seconds,
		Err: errs.Throttled("auth.throttled", "Too many tries to sign in. Try again in %s. An administrator can give you a link that sets a new password.", say)}
}
