package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"slipway/internal/errs"
)

// Params are the cost of a hash (RFC 9106). The zero value is Standard.
type Params struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// Standard is the recommendation of the OWASP Password Storage Cheat Sheet for argon2id: 19 MiB, two passes, one lane.
var Standard = Params{Memory: 19 * 1024, Passes: 2, Threads: 1}

const (
	saltSize = 16
	keySize  = 32
	// The greatest parameters that Verify follows, so that a row from elsewhere cannot ask for all memory.
	memoryMax = 1 << 20 // KiB
	passesMax = 32
)

// Hasher makes and checks hashes, at most one for each processor and no more than two at once: a flood of sign-ins costs
// 38 MiB, and the other requests keep running. It is safe for concurrent use.
type Hasher struct {
	params Params
	slots  chan struct{}
	queue  chan struct{}
	dummy  string
}

// waiting bounds how many wait for a slot; further ones are turned away at once.
const waiting = 64

// NewHasher returns a hasher that makes hashes with these parameters and checks those of any.
func NewHasher(p Params) *Hasher {
	if p == (Params{}) {
		p = Standard
	}
	h := &Hasher{params: p, slots: make(chan struct{}, max(1, min(2, runtime.GOMAXPROCS(0)))), queue: make(chan struct{}, waiting)}
	h.dummy = encode(p, make([]byte, saltSize), make([]byte, keySize))
	return h
}

func (h *Hasher) enter(ctx context.Context) error {
	select {
	case h.queue <- struct{}{}:
	default:
		return errs.Unavailable("auth.busy", "Too many people sign in at once. Try again in a few seconds.")
	}
	defer func() { <-h.queue }()
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return errs.Unavailable("auth.busy", "The sign-in took too long. Try again.").Because(ctx.Err())
	}
}

func (h *Hasher) leave() { <-h.slots }

// Hash returns the hash of a password with a fresh salt, in the PHC string format. It costs about 30 ms with Standard. It
// fails with errs.Unavailable if too many wait already or ctx ends. It must not be called inside a transaction.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // never fails
	return encode(h.params, salt, derive(h.params, password, salt, keySize)), nil
}

// Verify reports whether the password has the hash, and whether the hash should be made anew because its parameters are
// not the hasher's. The empty hash, of an account without a password or of no account, costs the same and is never right.
// It fails as Hash does.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (right, old bool, err error) {
	given := hash != ""
	if !given {
		hash = h.dummy
	}
	p, salt, key, err := decode(hash)
	if err != nil {
		return false, false, errs.Internal("auth.hash_malformed", err)
	}
	if err := h.enter(ctx); err != nil {
		return false, false, err
	}
	defer h.leave()
	same := subtle.ConstantTimeCompare(derive(p, password, salt, uint32(len(key))), key) == 1
	return same && given, p != h.params, nil
}

// derive takes passwords as NIST SP 800-63B asks: normalised, so that the same text typed on another keyboard is the same.
func derive(p Params, password string, salt []byte, size uint32) []byte {
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, p.Passes, p.Memory, p.Threads, size)
}

func encode(p Params, salt, key []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.Memory, p.Passes, p.Threads, b.EncodeToString(salt), b.EncodeToString(key))
}

func decode(s string) (p Params, salt, key []byte, err error) {
	parts := strings.Split(s, "$")
	bad := fmt.Errorf("password: not an argon2id hash")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, bad
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Passes, &p.Threads); err != nil {
		return p, nil, nil, bad
	}
	if p.Memory == 0 || p.Memory > memoryMax || p.Passes == 0 || p.Passes > passesMax || p.Threads == 0 {
		return p, nil, nil, bad
	}
	if salt, err = base64.RawStdEncoding.Strict().DecodeString(parts[4]); err != nil || len(salt) < 8 || len(salt) > 64 {
		return p, nil, nil, bad
	}
	if key, err = base64.RawStdEncoding.Strict().DecodeString(parts[5]); err != nil || len(key) < 16 || len(key) > 64 {
		return p, nil, nil, bad
	}
	return p, salt, key, nil
}
