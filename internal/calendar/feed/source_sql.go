package feed

import (
	"strings"

	"slipway/internal/calendar/ical"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

const sourceColumns = `SELECT id, key, name, kind, url, zone, every_hours, etag, modified, digest, events, tried_at, synced_at, read_at, fault, fault_line, notes, rev,
	created_at, closed_at FROM feed_source `

func sourceBy(tx *db.Tx, ref string) (Source, error) {
	column := "key"
	if id.Is(ref) {
		column = "id"
	}
	var s Source
	if err := tx.Get(&s, sourceColumns+`WHERE `+column+` = $1`, ref); err != nil {
		return s, err
	}
	return s, s.NotesJSON.Decode(&s.Notes)
}

func sources(tx *db.Tx, all bool) ([]Source, error) {
	where := `WHERE closed_at IS NULL `
	if all {
		where = ""
	}
	var out []Source
	if err := tx.All(&out, sourceColumns+where+`ORDER BY key LIMIT 500`); err != nil {
		return nil, err
	}
	for i := range out {
		if err := out[i].NotesJSON.Decode(&out[i].Notes); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func notesOf(s Source) (db.JSON, error) {
	if s.Notes == nil {
		s.Notes = []ical.Note{}
	}
	return db.Canonical(s.Notes)
}

func insertSource(tx *db.Tx, s Source, by string) (bool, error) {
	notes, err := notesOf(s)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(`INSERT INTO feed_source (id, key, name, kind, url, zone, every_hours, etag, modified, digest, events, tried_at, synced_at, read_at, fault, fault_line, notes, rev,
		created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) ON CONFLICT (key) DO NOTHING`,
		s.ID, s.Key, s.Name, s.Kind, s.URL, s.Zone, s.EveryHours, s.ETag, s.Modified, s.Digest, s.Events, s.TriedAt, s.SyncedAt, s.ReadAt, s.Fault, s.FaultLine, notes, s.Rev, s.CreatedAt, by)
	return n == 1, err
}

func updateSource(tx *db.Tx, s Source) error {
	notes, err := notesOf(s)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE feed_source SET etag = $2, modified = $3, digest = $4, events = $5, tried_at = $6, synced_at = $7, read_at = $8, fault = $9, fault_line = $10, notes = $11,
		rev = $12, closed_at = $13 WHERE id = $1`, s.ID, s.ETag, s.Modified, s.Digest, s.Events, s.TriedAt, s.SyncedAt, s.ReadAt, s.Fault, s.FaultLine, notes, s.Rev, s.ClosedAt)
	return err
}

func sourceFailed(tx *db.Tx, s SourceID, fault string, line int) error {
	_, err := tx.Exec(`UPDATE feed_source SET tried_at = $2, fault = $3, fault_line = $4 WHERE id = $1`, s, tx.Now, fault, line)
	return err
}

func sourceSame(tx *db.Tx, s SourceID) error {
	_, err := tx.Exec(`UPDATE feed_source SET tried_at = $2, synced_at = $2, fault = '', fault_line = 0 WHERE id = $1`, s, tx.Now)
	return err
}

// dueSources returns those that were last tried longer ago than they are to be.
func dueSources(tx *db.Tx) ([]SourceID, error) {
	var out []SourceID
	err := tx.All(&out, `SELECT id FROM feed_source WHERE closed_at IS NULL AND url <> '' AND (tried_at IS NULL OR tried_at + every_hours * 3600000000 <= $1) ORDER BY id LIMIT 200`, tx.Now)
	return out, err
}

// batch is how many rows one statement writes.
const batch = 50

func replaceEvents(tx *db.Tx, s SourceID, es []Event) error {
	if _, err := tx.Exec(`DELETE FROM feed_event WHERE source = $1`, s); err != nil {
		return err
	}
	for len(es) > 0 {
		n := min(batch, len(es))
		var w db.Where
		var b strings.Builder
		for i, e := range es[:n] {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteByte('(')
			for j, v := range []any{s, e.Place, e.UID, e.Start, e.End, e.FirstDay, e.LastDay, e.Summary, e.Description, e.Location, e.URL} {
				if j > 0 {
					b.WriteString(", ")
				}
				b.WriteString(w.Arg(v))
			}
			b.WriteByte(')')
		}
		if _, err := tx.Exec(`INSERT INTO feed_event (source, place, uid, start_at, end_at, first_day, last_day, summary, description, location, url) VALUES `+b.String(), w.Args...); err != nil {
			return err
		}
		es = es[n:]
	}
	return nil
}

const eventColumns = `SELECT e.source, s.key AS source_key, s.name AS source_name, s.kind, e.place, e.uid, e.start_at, e.end_at, e.first_day, e.last_day, e.summary, e.description, e.location, e.url
	FROM feed_event e JOIN feed_source s ON s.id = e.source `

func eventsBetween(tx *db.Tx, from, to db.Time, most int) ([]Event, error) {
	var out []Event
	err := tx.All(&out, eventColumns+`WHERE e.start_at < $1 AND (e.end_at > $2 OR e.start_at = e.end_at AND e.start_at >= $2) ORDER BY e.start_at, e.source, e.place LIMIT $3`, to, from, most)
	return out, err
}

func daysBetween(tx *db.Tx, s SourceID, from, to string) ([]Event, error) {
	var out []Event
	err := tx.All(&out, eventColumns+`WHERE e.source = $1 AND e.first_day <> '' AND e.first_day <= $2 AND e.last_day >= $3 ORDER BY e.first_day, e.place`, s, to, from)
	return out, err
}
