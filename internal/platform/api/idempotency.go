package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/httpx"
)

// KeyLife is how long an idempotency key is remembered.
const KeyLife = 24 * time.Hour

// answerLate is how long an answer may take to follow its change before it counts as lost.
const answerLate = time.Minute

const keptMax = 1 << 20 // greatest answer in bytes that is kept

type keys struct{ db *db.DB }

// claim is one request's hold on its idempotency key.
type claim struct {
	actor, route, key, digest string
	stored                    *answer
	done                      bool // the key is committed with the change
}

func busy() error {
	return &httpx.RetryAfter{Seconds: 1, Err: errs.Conflict("idempotency.in_flight", nil, "A request with this Idempotency-Key is being carried out. Ask again in a second.")}
}

func reused() error {
	return errs.InvalidField("Idempotency-Key", "idempotency.key_reused", "This Idempotency-Key came before with another request. Use a new key for a new intent.")
}

// claim looks the request's idempotency key up. It returns nil without a key, a claim with a stored answer for a
// repetition, and otherwise a claim that bind commits with the change.
func (a *API) claim(ctx context.Context, op Op, r *http.Request, body []byte) (*claim, error) {
	key := r.Header.Get("Idempotency-Key")
	if key == "" || op.Method != http.MethodPost || op.Question {
		return nil, nil
	}
	if a.keyed == nil {
		return nil, errs.InvalidField("Idempotency-Key", "idempotency.not_available", "Idempotency keys are not available here.")
	}
	if err := CheckKey(key); err != nil {
		return nil, err
	}
	actor := ""
	if a.o.Guard.Actor != nil {
		actor = a.o.Guard.Actor(ctx)
	}
	if actor == "" {
		return nil, errs.InvalidField("Idempotency-Key", "idempotency.nobody", "An Idempotency-Key needs a caller who is signed in.")
	}
	c := &claim{actor: actor, route: op.ID, key: key, digest: digest(r, body)}
	return c, a.keyed.db.Read(ctx, func(tx *db.Tx) error {
		row, ok, err := keyRow(tx, c)
		if err != nil || !ok {
			return err
		}
		c.stored, err = row.answer(c, tx.Now)
		return err
	})
}

// CheckKey fails with errs.Invalid unless key is 1 to 128 visible ASCII characters.
func CheckKey(key string) error {
	if key == "" || len(key) > 128 {
		return errs.InvalidField("Idempotency-Key", "idempotency.key_malformed", "An Idempotency-Key has 1 to 128 characters. This one has %d.", len(key))
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return errs.InvalidField("Idempotency-Key", "idempotency.key_malformed", "An Idempotency-Key has visible ASCII characters only.")
		}
	}
	return nil
}

// digest covers everything of the request that decides what it does.
func digest(r *http.Request, body []byte) string {
	h := sha256.New()
	for _, s := range []string{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, r.Header.Get("If-Match")} {
		h.Write([]byte(strconv.Itoa(len(s)) + ":" + s))
	}
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// bind commits the key with the change: db.WithBegin runs it at the start of every write transaction of the request. It
// costs one statement in the first of them. It fails with errs.Conflict, undoing the transaction, if another request with
// the key was faster, and with errs.Invalid if that one had another body.
func (c *claim) bind(tx *db.Tx) error {
	if c.done {
		return nil
	}
	ok, err := insertKey(tx, c)
	if err != nil {
		return err
	}
	if !ok {
		row, found, err := keyRow(tx, c)
		if err != nil {
			return err
		}
		if found && row.Digest != c.digest {
			return reused()
		}
		return busy()
	}
	tx.AfterCommit(func() { c.done = true })
	return nil
}

// keep stores the answer of a committed change for repetitions. A caller who has gone away does not stop it.
func (k *keys) keep(ctx context.Context, c *claim, a answer) error {
	if len(a.body) > keptMax {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return k.db.Write(ctx, func(tx *db.Tx) error { return updateKey(tx, c, a) })
}

// ForgetKeys removes keys older than KeyLife. A periodic job calls it; it costs one statement over an index.
func ForgetKeys(ctx context.Context, d *db.DB) error {
	return d.Write(ctx, deleteKeys)
}

// answer returns what a repetition is told.
func (r keyed) answer(c *claim, now db.Time) (*answer, error) {
	switch {
	case r.Digest != c.digest:
		return nil, reused()
	case r.Status == 0 && now.Sub(r.MadeAt) < answerLate:
		return nil, busy()
	case r.Status == 0:
		return nil, errs.Conflict("idempotency.answer_lost", nil,
			"A request with this Idempotency-Key was carried out at %s, and its answer was lost when Slipway stopped. Nothing was done twice. Read the thing to see it.", r.MadeAt)
	}
	headers := map[string]string{"Idempotency-Replayed": "true"}
	for name, v := range map[string]string{"Content-Type": r.Kind, "ETag": r.Etag, "Location": r.Location} {
		if v != "" {
			headers[name] = v
		}
	}
	return &answer{status: int(r.Status), headers: headers, body: r.Body}, nil
}
