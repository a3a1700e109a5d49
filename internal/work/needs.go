package work

import (
	"slices"

	"slipway/internal/platform/db"
	"slipway/internal/work/graph"
)

// needs looks up what a task needs by key and refuses a cycle, showing it. It returns the keys in order and the
// identifiers that belong to them. The task may be new: then nothing needs it yet.
func (f *faults) needs(tx *db.Tx, t Task, keys []string) (sorted, ids []string) {
	sorted = slices.Compact(slices.Sorted(slices.Values(keys)))
	if len(sorted) > needsMax {
		f.Say("needs", "list.too_long", "At most %d fit here. There are %d.", needsMax, len(sorted))
		return sorted, nil
	}
	nodes, err := nodesOf(tx, t.Release)
	if err != nil {
		f.Add(err)
		return sorted, nil
	}
	byKey := map[string]string{t.Key: t.ID}
	tasks := []graph.Task{{ID: t.Key, Needs: sorted}}
	at := map[string]int{t.Key: 0}
	for _, n := range nodes {
		byKey[n.Key] = n.ID
		if n.Key == t.Key {
			continue
		}
		i, known := at[n.Key]
		if !known {
			i = len(tasks)
			at[n.Key] = i
			tasks = append(tasks, graph.Task{ID: n.Key})
		}
		if n.Need != "" {
			tasks[i].Needs = append(tasks[i].Needs, n.Need)
		}
	}
	before := len(f.Fields)
	for _, k := range sorted {
		if byKey[k] == "" {
			f.Say("needs", "work.task_unknown", "The release has no task %.60q.", k)
		}
		ids = append(ids, byKey[k])
	}
	if len(f.Fields) > before {
		return sorted, nil
	}
	_, err = graph.New(tasks)
	f.Add(err)
	return sorted, ids
}
