package ledger

import (
	"context"
	"crypto/subtle"
	"errors"
	"strconv"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger/outside"
	"slipway/internal/platform/ledger/tree"
)

// ActionEpochStarted is the action of the first entry of every epoch. Its payload names the epoch, the public key that
// signs in it, the reason, and the last checkpoint known from before.
const ActionEpochStarted = "ledger.epoch_started"

type epochStarted struct {
	Epoch  int64  `json:"epoch"`
	Key    string `json:"key"`
	Reason string `json:"reason"`
	Last   string `json:"last,omitempty"` // the signed checkpoint that was found beside the key
}

// establish loads the key and compares it with the installation's, or makes both.
func (l *Ledger) establish(ctx context.Context) error {
	var fresh bool
	var head Head
	err := l.db.Write(ctx, func(tx *db.Tx) (err error) {
		if l.installation, err = installationRow(tx); err != nil {
			return err
		}
		head, err = headRow(tx)
		if fresh = errors.Is(err, db.ErrNone); fresh {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	secret, err := l.secret(fresh || l.o.NewEpoch != "")
	if err != nil {
		return err
	}
	if l.key, err = tree.NewKey(secret, l.installation); err != nil {
		return errs.Blocked("ledger.key_malformed", "The key that signs the record is not 32 bytes in base64. Put back the right one.").Because(err)
	}
	if !fresh && l.o.NewEpoch == "" {
		return l.owns(head)
	}
	if !fresh {
		if err := l.Sequence(ctx); err != nil { // what was left pending belongs to the epoch before
			return err
		}
	}
	if err := l.startEpoch(ctx); err != nil {
		return err
	}
	return l.Sequence(ctx)
}

func (l *Ledger) owns(h Head) error {
	if subtle.ConstantTimeCompare([]byte(h.key), []byte(l.key.Public())) == 1 {
		return nil
	}
	return errs.Blocked("ledger.key_other",
		"The signing key is not the one of this installation, whose public key is %s. Put back its key, or give all replicas the same one.", h.key)
}

func (l *Ledger) startEpoch(ctx context.Context) error {
	last, err := outside.Checkpoint(l.o.CheckpointFile)
	if err != nil {
		return err
	}
	return l.db.Write(ctx, func(tx *db.Tx) error {
		e := epochStarted{Epoch: 1, Key: l.key.Public(), Reason: "The installation was started.", Last: last}
		h, err := headRow(tx)
		switch {
		case errors.Is(err, db.ErrNone):
			if err := insertHead(tx, e.Key); err != nil {
				return err
			}
		case err != nil:
			return err
		case l.o.NewEpoch == "":
			return l.owns(h) // another replica was faster
		default:
			e.Epoch, e.Reason = h.Epoch+1, l.o.NewEpoch
			if err := setEpoch(tx, e.Epoch, e.Key); err != nil {
				return err
			}
		}
		Append(tx, Entry{Action: ActionEpochStarted, Subject: Subject{Kind: "ledger", ID: strconv.FormatInt(e.Epoch, 10)}, Payload: e})
		return nil
	})
}

// secret returns the key's secret, from configuration or the file. Only with may is a missing file made.
func (l *Ledger) secret(may bool) (string, error) {
	switch {
	case l.o.Secret != "":
		return l.o.Secret, nil
	case l.o.KeyFile == "":
		return "", errs.Blocked("ledger.key_missing", "No key to sign the record is configured.")
	case may:
		return outside.Key(l.o.KeyFile, tree.NewSecret)
	}
	return outside.Key(l.o.KeyFile, nil)
}

// newInstallation is the identifier that a database gets when it is used for the first time.
func newInstallation() string { return string(id.New[id.Entry]()) }
