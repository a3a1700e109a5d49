package work

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/work/schedule"
)

// After is a link of a task to another of its release.
type After struct {
	Task    string `json:"task" doc:"Key of the task that it hangs on"`
	Type    string `json:"type,omitempty" enum:"FS,SS,FF,SF" doc:"Which ends the link ties, the other task's first: FS unless stated"`
	Lag     int64  `json:"lag,omitempty" doc:"Minutes between the two ends; negative lets the tasks overlap"`
	Elapsed bool   `json:"elapsed,omitempty" doc:"The lag runs around the clock; otherwise it counts working time"`
}

// plain reports whether the link says no more than that one task ends before the other starts.
func (a After) plain() bool { return a.Type == "FS" && a.Lag == 0 }

// starts reports whether the link holds up the start, and not only the finish.
func (a After) starts() bool { return a.Type == "FS" || a.Type == "SS" }

// Use is what a task uses of a role, a skill or an environment while it lasts.
type Use struct {
	Kind  string `json:"kind" enum:"role,skill,environment" doc:"What the key names"`
	Key   string `json:"key" doc:"Key of the role, skill or environment"`
	Units int64  `json:"units,omitempty" minimum:"1" doc:"How many people or places at once; 1 unless stated"`
}

// Links returns everything that the task hangs on, those of Needs among them.
func (t Task) Links() []After {
	out := make([]After, 0, len(t.Needs)+len(t.After))
	for _, n := range t.Needs {
		out = append(out, After{Task: n, Type: "FS"})
	}
	return append(out, t.After...)
}

// split is the inverse of Links: in order, without duplicates.
func split(links []After) (needs []string, after []After) {
	slices.SortFunc(links, compareAfter)
	needs = []string{}
	for _, l := range slices.Compact(links) {
		if l.plain() {
			needs = append(needs, l.Task)
		} else {
			after = append(after, l)
		}
	}
	return needs, after
}

func compareAfter(a, b After) int {
	return cmp.Or(strings.Compare(a.Task, b.Task), strings.Compare(a.Type, b.Type), cmp.Compare(a.Lag, b.Lag))
}

// links checks what a task hangs on and refuses a cycle, showing it. It returns the links with the identifiers of their givers. The
// task may be new: then nothing hangs on it yet.
func (f *faults) links(tx *db.Tx, t Task, needs []string, after []After) (Task, []linkRow) {
	before := len(f.Fields)
	t.Needs, t.After = f.listed(needs, after)
	if len(f.Fields) > before {
		return t, nil
	}
	return t, f.tied(tx, t)
}

// listed checks links by themselves, and returns them in order.
func (f *faults) listed(needs []string, after []After) ([]string, []After) {
	all := make([]After, 0, len(needs)+len(after))
	for _, n := range needs {
		all = append(all, After{Task: n, Type: "FS"})
	}
	for i, a := range after {
		kind, ok := schedule.ParseKind(a.Type)
		if !ok {
			f.Say(fmt.Sprintf("after[%d].type", i), "work.link_kind", "A link is of the type FS, SS, FF or SF, not %.20q.", a.Type)
		}
		if a.Lag > estimateMax || a.Lag < -estimateMax {
			f.Say(fmt.Sprintf("after[%d].lag", i), "task.lag_too_long", "A lag is at most ten years.")
		}
		a.Type = kind.String()
		all = append(all, a)
	}
	needs, after = split(all)
	if len(needs)+len(after) > needsMax {
		f.Say("needs", "list.too_long", "At most %d fit here. There are %d.", needsMax, len(needs)+len(after))
	}
	twice := map[string]bool{}
	for _, l := range (Task{Needs: needs, After: after}).Links() {
		if twice[l.Task+" "+l.Type] {
			f.Say(l.field(), "task.link_twice", "Task %s is named twice with the type %s.", l.Task, l.Type)
		}
		twice[l.Task+" "+l.Type] = true
	}
	return needs, after
}

// field is where a link is stated.
func (a After) field() string {
	if a.plain() {
		return "needs"
	}
	return "after"
}

// tied looks the givers up and holds the links against those of all other tasks.
func (f *faults) tied(tx *db.Tx, t Task) []linkRow {
	nodes, err := nodesOf(tx, t.Release)
	if err != nil {
		f.Add(err)
		return nil
	}
	at := map[string]int{t.Key: 0}
	ids := []string{t.ID}
	p := schedule.Plan{Tasks: []schedule.Task{{Key: t.Key}}}
	for _, n := range nodes {
		if _, known := at[n.Key]; !known {
			at[n.Key] = len(ids)
			ids = append(ids, n.ID)
			p.Tasks = append(p.Tasks, schedule.Task{Key: n.Key})
		}
	}
	for _, n := range nodes {
		if n.Need != "" && n.Key != t.Key {
			p.Links = append(p.Links, schedule.Link{From: at[n.Need], To: at[n.Key]})
		}
	}
	var rows []linkRow
	before := len(f.Fields)
	for _, l := range t.Links() {
		from, known := at[l.Task]
		if !known {
			f.Say(l.field(), "work.task_unknown", "The release has no task %.60q.", l.Task)
		}
		p.Links = append(p.Links, schedule.Link{From: from})
		if known {
			rows = append(rows, linkRow{ids[from], l})
		}
	}
	if len(f.Fields) > before {
		return nil
	}
	_, err = schedule.New(p)
	f.At("needs", err)
	return rows
}

// uses checks what a task uses, and returns it in order.
func (f *faults) uses(tx *db.Tx, in []Use) []Use {
	var out []Use
	if len(in) > usesMax {
		f.Say("uses", "list.too_long", "At most %d fit here. There are %d.", usesMax, len(in))
		return nil
	}
	seen := map[[2]string]bool{}
	for i, u := range in {
		at := fmt.Sprintf("uses[%d]", i)
		if u.Units == 0 {
			u.Units = 1
		}
		if u.Units < 1 || u.Units > unitsMax {
			f.Say(at+".units", "work.units", "A task uses 1 to %d of something.", unitsMax)
		}
		if key := [2]string{u.Kind, u.Key}; seen[key] {
			f.Say(at+".key", "key.taken", "The %s %.60q stands twice. Add its units up.", u.Kind, u.Key)
		} else {
			seen[key] = true
		}
		switch u.Kind {
		case "role":
			_, err := auth.RoleByKey(tx, u.Key)
			f.found(at+".key", err, "role.unknown", "There is no role %.60q.", u.Key)
		case "environment":
			e, err := catalog.EnvironmentByRef(tx, u.Key)
			f.found(at+".key", err, "environment.unknown", "There is no environment %.60q.", u.Key)
			u.Key = e.Key
		case "skill":
			f.At(at+".key", id.CheckKey("key", u.Key))
		default:
			f.Say(at+".kind", "work.use_kind", "A task uses a role, a skill or an environment, not %.30q.", u.Kind)
		}
		out = append(out, u)
	}
	slices.SortFunc(out, func(a, b Use) int { return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Key, b.Key)) })
	return out
}
