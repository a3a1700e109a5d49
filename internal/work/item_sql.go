package work

import "slipway/internal/platform/db"

func fillItems(tx *db.Tx, ts []Task, at map[string]int, in []string) error {
	var w db.Where
	db.In(&w, "s.task", in)
	var rows []struct{ Task, Item string }
	err := tx.All(&rows, `SELECT s.task, s.item FROM task_item s`+w.String()+` ORDER BY s.task, s.item`, w.Args...)
	for _, r := range rows {
		t := &ts[at[r.Task]]
		t.Items = append(t.Items, r.Item)
	}
	return err
}

// putItems replaces which scope items a task serves.
func putItems(tx *db.Tx, t Task) error {
	if _, err := tx.Exec(`DELETE FROM task_item WHERE task = $1`, t.ID); err != nil {
		return err
	}
	for _, key := range t.Items {
		if _, err := tx.Exec(`INSERT INTO task_item (task, item) VALUES ($1, $2)`, t.ID, key); err != nil {
			return err
		}
	}
	return nil
}
