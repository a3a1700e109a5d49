package ledger

import (
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// ActionRedacted is the action of the entry that records a redaction. Its subject is the redacted entry, its payload the
// reason.
const ActionRedacted = "ledger.redacted"

type redacted struct {
	Reason string `json:"reason"`
}

// Redact deletes an entry's payload and its salt for good, and records that it did. The entry's header and its place in the
// tree stay, so everything still verifies; what the payload said can be confirmed by nobody any more. The caller checks the
// permission. It fails with errs.Invalid without a reason, with errs.NotFound if there is no such entry (on
// PostgreSQL: or none with a number yet), and with errs.Blocked if it is redacted already or one of the ledger's own.
func Redact(tx *db.Tx, e id.Entry, reason string) (id.Entry, error) {
	if reason == "" {
		return "", errs.InvalidField("reason", "ledger.reason_missing", "A redaction needs its reason, which stays in the record.")
	}
	r, err := ByID(tx, e)
	if err != nil {
		return "", err
	}
	switch {
	case r.Action == ActionRedacted || r.Action == ActionEpochStarted:
		return "", errs.Blocked("ledger.entry_own", "Entries about the record itself hold no personal data and cannot be redacted.")
	case r.RedactedBy != "":
		return "", errs.Blocked("ledger.entry_redacted", "This entry has been redacted already.")
	}
	by := Append(tx, Entry{Action: ActionRedacted, Subject: Subject{Kind: "entry", ID: string(e)}, Release: r.Release, Scope: r.Scope, Payload: redacted{reason}})
	return by, clearPayload(tx, r.Seq, by)
}
