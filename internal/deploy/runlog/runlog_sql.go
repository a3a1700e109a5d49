package runlog

import (
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Chunk is a piece of the log of a run.
type Chunk struct {
	Seq     int64   `json:"offset"` // counts from 1 within the run
	Step    string  `json:"step"`
	Attempt int     `json:"attempt"`
	At      db.Time `json:"at"`
	Source  string  `json:"source"` // output: of the command or server that was called; slipway: what Slipway says
	Text    string  `json:"text"`
}

const chunkMax = 64 << 10

// Append adds text to the log of an attempt.
func Append(tx *db.Tx, r id.Run, step string, attempt int, source, text string) error {
	text = Clean(text)
	if text == "" {
		return nil
	}
	var last int64
	if err := tx.Get(&last, `SELECT COALESCE(MAX(seq), 0) FROM run_log WHERE run = $1`, r); err != nil {
		return err
	}
	for text != "" {
		part := text
		if len(part) > chunkMax {
			part = strings.ToValidUTF8(part[:chunkMax], "")
		}
		text = text[len(part):]
		last++
		if _, err := tx.Exec(`INSERT INTO run_log (run, seq, step, attempt, at, source, text) VALUES ($1, $2, $3, $4, $5, $6, $7)`, r, last, step, attempt, tx.Now, source, part); err != nil {
			return err
		}
	}
	return nil
}

// Clean makes output storable: valid UTF-8 without NUL.
func Clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\x00", "�")
}

// Filter narrows a log.
type Filter struct {
	Step  string
	After int64 // the offset behind which it starts
	Limit int   // 1 to 1000; 0 means 200
}

// Of returns the log of a run in order. It checks no permission.
func Of(tx *db.Tx, r id.Run, f Filter) ([]Chunk, error) {
	n := f.Limit
	if n <= 0 {
		n = 200
	}
	n = min(n, 1000)
	q, args := `SELECT seq, step, attempt, at, source, text FROM run_log WHERE run = $1 AND seq > $2`, []any{r, f.After}
	if f.Step != "" {
		q, args = q+` AND step = $3 ORDER BY seq LIMIT $4`, append(args, f.Step, n)
	} else {
		q, args = q+` ORDER BY seq LIMIT $3`, append(args, n)
	}
	var out []Chunk
	err := tx.All(&out, q, args...)
	return out, err
}
