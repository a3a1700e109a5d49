package ledger

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

func clearPayload(tx *db.Tx, seq int64, by id.Entry) error {
	_, err := tx.Exec(`UPDATE ledger_payload SET salt = NULL, payload = NULL, redacted_by = $2 WHERE seq = $1`, seq, by)
	return err
}
