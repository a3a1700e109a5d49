package resource

import (
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const holidaysFrom = `SELECT key, name, feed, rev, changed_at, changed_by FROM holiday_set`

func holidaysByKey(tx *db.Tx, key string) (Holidays, error) {
	var h Holidays
	if err := tx.Get(&h, holidaysFrom+` WHERE key = $1`, key); err != nil {
		return h, auth.Missing("holidays", err)
	}
	out := []Holidays{h}
	err := fillHolidays(tx, out)
	return out[0], err
}

// ListHolidays returns every set of holidays by key, with three statements. It checks no permission.
func ListHolidays(tx *db.Tx) ([]Holidays, error) {
	out := []Holidays{}
	if err := tx.All(&out, holidaysFrom+` ORDER BY key`); err != nil {
		return out, err
	}
	return out, fillHolidays(tx, out)
}

// fillHolidays reads the days and followers of sets with two statements.
func fillHolidays(tx *db.Tx, sets []Holidays) error {
	at := map[string]*Holidays{}
	for i := range sets {
		sets[i].Days, sets[i].Followers = []Holiday{}, []Follower{}
		at[sets[i].Key] = &sets[i]
	}
	var days []struct {
		Holidays string
		Holiday
	}
	if err := tx.All(&days, `SELECT holidays, day, name FROM holiday ORDER BY holidays, day`); err != nil {
		return err
	}
	for _, d := range days {
		if h := at[d.Holidays]; h != nil {
			h.Days = append(h.Days, d.Holiday)
		}
	}
	var who []struct {
		Holidays string
		Follower
	}
	if err := tx.All(&who, `SELECT holidays, kind, subject FROM holiday_follower ORDER BY holidays, kind, subject`); err != nil {
		return err
	}
	for _, w := range who {
		if h := at[w.Holidays]; h != nil {
			h.Followers = append(h.Followers, w.Follower)
		}
	}
	return nil
}

func putHolidays(tx *db.Tx, h Holidays, fresh bool) error {
	text := `UPDATE holiday_set SET name = $2, feed = $3, rev = $4, changed_at = $5, changed_by = $6 WHERE key = $1`
	if fresh {
		text = `INSERT INTO holiday_set (key, name, feed, rev, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6)`
	} else if err := emptyHolidays(tx, h.Key); err != nil {
		return err
	}
	if _, err := tx.Exec(text, h.Key, h.Name, h.Feed, h.Rev, h.ChangedAt, h.ChangedBy); err != nil {
		return err
	}
	for _, d := range h.Days {
		if _, err := tx.Exec(`INSERT INTO holiday (holidays, day, name) VALUES ($1, $2, $3)`, h.Key, d.Day, d.Name); err != nil {
			return err
		}
	}
	for _, x := range h.Followers {
		if _, err := tx.Exec(`INSERT INTO holiday_follower (holidays, kind, subject) VALUES ($1, $2, $3)`, h.Key, x.Kind, x.Subject); err != nil {
			return err
		}
	}
	return nil
}

func emptyHolidays(tx *db.Tx, key string) error {
	if _, err := tx.Exec(`DELETE FROM holiday WHERE holidays = $1`, key); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM holiday_follower WHERE holidays = $1`, key)
	return err
}

func deleteHolidays(tx *db.Tx, key string) error {
	if err := emptyHolidays(tx, key); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM holiday_set WHERE key = $1`, key)
	return err
}
