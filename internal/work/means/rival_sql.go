package means

import (
	"cmp"
	"maps"
	"slices"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/resource"
)

// rivalsMax bounds how many other releases levelling looks at.
const rivalsMax = 100

// Rival is a release that comes first and whose open tasks use what those of another use. Tasks and Revs are of these tasks.
type Rival struct {
	Release                id.Release
	Product                id.Product
	CreatedAt              db.Time
	WindowStart, WindowEnd db.Time
	Tasks, Revs            int64
}

// nearestMax bounds in how many releases uses of roles, skills and environments are looked for.
const nearestMax = 200

// Rivals returns the releases that have not ended, whose windows come before that of r, and whose open tasks use something of what is wanted:
// keys by kind. Roles, skills and environments are looked for in the 200 releases whose windows are nearest before r's, and of all that are found the
// nearest hundred are returned. A task that uses several of what is wanted counts as often.
func Rivals(tx *db.Tx, r plan.Release, wanted map[string][]string) ([]Rival, error) {
	if r.Window.Start.IsZero() {
		return nil, nil
	}
	by := map[id.Release]Rival{}
	look := func(from string, w db.Where) error {
		w.And("t.status IN " + work.OpenStatuses)
		var page []Rival
		err := tx.All(&page, `SELECT r.id AS release, r.product, r.created_at, r.window_start, r.window_end, COUNT(*) AS tasks, CAST(SUM(t.rev) AS BIGINT) AS revs FROM `+from+w.String()+
			` GROUP BY r.id, r.product, r.created_at, r.window_start, r.window_end`, w.Args...)
		for _, x := range page {
			x.Tasks, x.Revs = x.Tasks+by[x.Release].Tasks, x.Revs+by[x.Release].Revs
			by[x.Release] = x
		}
		return err
	}
	for part := range slices.Chunk(wanted[resource.KindPerson], 500) {
		var w db.Where
		db.In(&w, "t.owner", part)
		w.And("r.ended = FALSE AND r.window_start < ? AND r.id <> ?", r.Window.Start, r.ID)
		if err := look(`task t JOIN release r ON r.id = t.release`, w); err != nil {
			return nil, err
		}
	}
	var pairs []string
	for _, kind := range []string{resource.KindEnvironment, Role, Skill} {
		for _, key := range wanted[kind] {
			pairs = append(pairs, kind+" "+key)
		}
	}
	for part := range slices.Chunk(pairs, 500) {
		var w db.Where
		near := `(SELECT id, product, created_at, window_start, window_end FROM release WHERE ended = FALSE AND sort_at < ` + w.Arg(r.Window.Start) + ` AND id <> ` + w.Arg(r.ID) +
			` ORDER BY sort_at DESC, id DESC LIMIT ` + w.Arg(nearestMax) + `) r`
		db.In(&w, "u.kind || ' ' || u.key", part)
		if err := look(near+` JOIN task t ON t.release = r.id JOIN task_use u ON u.task = t.id`, w); err != nil {
			return nil, err
		}
	}
	out := slices.SortedFunc(maps.Values(by), func(a, b Rival) int {
		return cmp.Or(cmp.Compare(b.WindowStart, a.WindowStart), cmp.Compare(a.Release, b.Release))
	})
	return out[:min(len(out), rivalsMax)], nil
}
