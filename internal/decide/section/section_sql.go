package section

import (
	"errors"

	"slipway/internal/decide/digest"
	"slipway/internal/platform/db"
)

func insertContent(tx *db.Tx, s digest.Section) error {
	_, err := tx.Exec(`INSERT INTO section_content (digest, section, content) VALUES ($1, $2, $3) ON CONFLICT (digest) DO NOTHING`, s.Digest(), s.Name, string(s.Canonical))
	return err
}

// contentBy returns what a section held; nil for a section that was absent.
func contentBy(tx *db.Tx, digest string) ([]byte, error) {
	if digest == "" {
		return nil, nil
	}
	var out string
	err := tx.Get(&out, `SELECT content FROM section_content WHERE digest = $1`, digest)
	if errors.Is(err, db.ErrNone) {
		err = nil
	}
	return []byte(out), err
}
