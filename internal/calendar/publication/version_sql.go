package publication

import (
	"errors"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const versionFrom = `SELECT v.number, v.name, v.note, v.from_at, v.to_at, v.digest, v.published_at, v.published_by, v.read_by, v.chased_at, v.chases,
	(SELECT count(*) FROM calendar_reader r WHERE r.version = v.number) AS readers,
	(SELECT count(*) FROM calendar_reader r WHERE r.version = v.number AND r.acknowledged_at IS NOT NULL) AS read,
	(SELECT r.acknowledged_at FROM calendar_reader r WHERE r.version = v.number AND r.person = $1) AS mine
	FROM calendar_version v `

func named(tx *db.Tx, vs []Version, me id.Person) error {
	people := make([]id.Person, len(vs))
	for i, v := range vs {
		people[i] = v.PublishedBy
	}
	names, err := auth.PeopleByID(tx, people...)
	if err != nil {
		return err
	}
	open, err := asked(tx, me)
	for i := range vs {
		vs[i].ByName = names[vs[i].PublishedBy].Name
		vs[i].Asked = open[vs[i].Number]
	}
	return err
}

func asked(tx *db.Tx, me id.Person) (map[int64]bool, error) {
	var numbers []int64
	err := tx.All(&numbers, `SELECT version FROM calendar_reader WHERE person = $1 AND acknowledged_at IS NULL`, me)
	out := map[int64]bool{}
	for _, n := range numbers {
		out[n] = true
	}
	return out, err
}

func versions(tx *db.Tx, me id.Person, before int64, limit int) ([]Version, error) {
	out := []Version{}
	if before == 0 {
		before = 1 << 62
	}
	if err := tx.All(&out, versionFrom+`WHERE v.number < $2 ORDER BY v.number DESC LIMIT $3`, me, before, limit); err != nil {
		return nil, err
	}
	return out, named(tx, out, me)
}

func unread(tx *db.Tx, me id.Person) ([]Version, error) {
	out := []Version{}
	if err := tx.All(&out, versionFrom+`WHERE EXISTS (SELECT 1 FROM calendar_reader r WHERE r.version = v.number AND r.person = $1 AND r.acknowledged_at IS NULL)
		AND v.to_at > $2 ORDER BY v.number DESC LIMIT 20`, me, tx.Now); err != nil {
		return nil, err
	}
	return out, named(tx, out, me)
}

func versionBy(tx *db.Tx, number int64, me id.Person) (Version, error) {
	var v Version
	err := tx.Get(&v, versionFrom+`WHERE v.number = $2`, me, number)
	if errors.Is(err, db.ErrNone) {
		return v, auth.Unseen("calendar")
	}
	if err != nil {
		return v, err
	}
	vs := []Version{v}
	err = named(tx, vs, me)
	return vs[0], err
}

func contentOf(tx *db.Tx, number int64) (Content, error) {
	var c Content
	var text db.JSON
	if err := tx.Get(&text, `SELECT content FROM calendar_version WHERE number = $1`, number); err != nil {
		return c, err
	}
	return c, text.Decode(&c)
}

// insert adds the next version and its readers, and returns its number.
func insert(tx *db.Tx, v Version, content db.JSON, readers []id.Person) (int64, error) {
	var n int64
	if err := tx.Get(&n, `SELECT COALESCE(max(number), 0) + 1 FROM calendar_version`); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(`INSERT INTO calendar_version (number, from_at, to_at, name, note, content, digest, published_at, published_by, read_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		n, v.From, v.To, v.Name, v.Note, content, v.Digest, v.PublishedAt, v.PublishedBy, v.ReadBy); err != nil {
		return 0, err
	}
	for _, p := range readers {
		if _, err := tx.Exec(`INSERT INTO calendar_reader (version, person, acknowledged_at) VALUES ($1, $2, NULL)`, n, p); err != nil {
			return 0, err
		}
	}
	return n, nil
}

func acknowledge(tx *db.Tx, number int64, who id.Person) error {
	_, err := tx.Exec(`INSERT INTO calendar_reader (version, person, acknowledged_at) VALUES ($1, $2, $3) ON CONFLICT (version, person) DO UPDATE SET acknowledged_at = $3`, number, who, tx.Now)
	return err
}

// readersOf returns the readers of a version, those who have not read it first.
func readersOf(tx *db.Tx, number int64) ([]Reader, error) {
	out := []Reader{}
	if err := tx.All(&out, `SELECT person, acknowledged_at FROM calendar_reader WHERE version = $1 ORDER BY CASE WHEN acknowledged_at IS NULL THEN 0 ELSE 1 END, acknowledged_at, person`, number); err != nil {
		return nil, err
	}
	people := make([]id.Person, len(out))
	for i, r := range out {
		people[i] = r.Person
	}
	names, err := auth.PeopleByID(tx, people...)
	for i := range out {
		p := names[out[i].Person]
		out[i].Key, out[i].Name = p.Key, p.Name
	}
	return out, err
}

// late returns the versions that should have been read by now, are of use still, and of whose readers nobody was told since an instant or not often enough,
// the longest late first.
func late(tx *db.Tx, since db.Time, most int64, limit int) ([]Version, error) {
	out := []Version{}
	err := tx.All(&out, versionFrom+`WHERE v.read_by <= $2 AND v.to_at > $2 AND v.chases < $3 AND (v.chased_at IS NULL OR v.chased_at <= $4)
		AND EXISTS (SELECT 1 FROM calendar_reader r WHERE r.version = v.number AND r.acknowledged_at IS NULL) ORDER BY v.read_by, v.number LIMIT $5`, "", tx.Now, most, since, limit)
	return out, err
}

// chased remembers that the readers of a version were told.
func chased(tx *db.Tx, number int64) error {
	_, err := tx.Exec(`UPDATE calendar_version SET chased_at = $1, chases = chases + 1 WHERE number = $2`, tx.Now, number)
	return err
}
