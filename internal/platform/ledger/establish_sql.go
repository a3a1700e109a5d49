package ledger

import (
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger/tree"
)

func installationRow(tx *db.Tx) (string, error) {
	_, err := tx.Exec(`INSERT INTO installation (one, id, made_at) VALUES (1, $1, $2) ON CONFLICT (one) DO NOTHING`, newInstallation(), tx.Now)
	if err != nil {
		return "", err
	}
	var inst string
	err = tx.Get(&inst, `SELECT id FROM installation WHERE one = 1`)
	return inst, err
}

func insertHead(tx *db.Tx, key string) error {
	_, err := tx.Exec(`INSERT INTO ledger_head (one, epoch, size, root, key) VALUES (1, 1, 0, $1, $2) ON CONFLICT (one) DO NOTHING`, tree.Empty[:], key)
	return err
}

func setEpoch(tx *db.Tx, epoch int64, key string) error {
	_, err := tx.Exec(`UPDATE ledger_head SET epoch = $1, key = $2 WHERE one = 1`, epoch, key)
	return err
}
