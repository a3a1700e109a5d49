package network_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work/network"
)

type object = map[string]any

func outline(t *testing.T, file string, o network.Options) (network.Outline, error) {
	t.Helper()
	n, err := network.Read("n.json", []byte(file))
	if err != nil {
		return network.Outline{}, err
	}
	o.Clock = clock.NewFake(dbtest.Start)
	return n.Outline(t.Context(), o)
}

func TestReadNetworkRefuses(t *testing.T) {
	for _, c := range []struct{ in, field, reason, text string }{
		{`{"tasks":[{"key":"a","duraton":1}]}`, "tasks[0].duraton", "input.unknown_field", `"duration"`},
		{`{"tasks":[{"key":"a","key":"b","duration":1}]}`, "tasks[0].key", "input.duplicate_key", ""},
		{`{"tasks":[{"key":"a","duration":"1"}]}`, "tasks[0].duration", "input.wrong_type", ""},
		{`{"tasks":[{"key":"a","duration":1.5}]}`, "tasks[0].duration", "work.number", "whole"},
		{`{"tasks":[{"key":"a","duration":-1}]}`, "tasks[0].duration", "work.number", "whole"},
		{`{"tasks":[{"key":"a","duration":1e10}]}`, "tasks[0].duration", "work.number", "whole"},
		{`{"tasks":[{"key":"a"}]}`, "tasks[0]", "work.duration", "estimate"},
		{`{"tasks":[{"key":"a","estimate":[1,2]}]}`, "tasks[0].estimate", "task.estimate_disordered", "three"},
		{`{"tasks":[{"key":"a","estimate":[3,2,1]}]}`, "tasks[0].estimate", "task.estimate_disordered", ""},
		{`{"tasks":[{"duration":1}]}`, "tasks[0].key", "text.missing", ""},
		{`{"tasks":[{"key":"a","duration":1},{"key":"a","duration":1}]}`, "tasks[1].key", "key.taken", "twice"},
		{`{"tasks":[{"key":"a","duration":1,"after":[{"task":"b"}]}]}`, "tasks[0].after[0].task", "work.task_unknown", ""},
		{`{"tasks":[{"key":"a","duration":1},{"key":"b","duration":1,"after":[{"task":"a","type":"XX"}]}]}`, "tasks[1].after[0].type", "work.link_kind", ""},
		{`{"tasks":[{"key":"a","duration":1,"needs":{"r":1}}]}`, "tasks[0].needs.r", "work.resource_unknown", ""},
		{`{"resources":[{"key":"r","capacity":-1}],"tasks":[]}`, "resources[0].capacity", "work.number", ""},
		{"{\"tasks\":[\n{\"key\":\"a\",\"duration\":1,\"after\":[{\"task\":\"b\"}]},\n{\"key\":\"b\",\"duration\":1,\n\"after\":[{\"task\":\"a\",\"type\":\"SS\"}]}]}", "tasks[0].after", "work.dependency_cycle", "a needs b needs a."},
		{`[]`, "", "input.wrong_type", ""},
		{``, "", "input.empty", ""},
		{`{"tasks":[]} x`, "", "input.trailing_data", ""},
	} {
		_, err := network.Read("n.json", []byte(c.in))
		e := errs.As(err)
		if e == nil || e.Code != errs.CodeInvalid || len(e.Fields) == 0 {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		if f := e.Fields[0]; f.Name != c.field || f.Reason != c.reason || !strings.Contains(f.Msg, c.text) || f.File != "n.json" {
			t.Errorf("%s: %+v", c.in, f)
		}
	}
	_, err := network.Read("n.json", []byte("{\n\"tasks\":[\n{\"key\":\"a\",\n\"duration\":-4}]}"))
	if f := errs.As(err).Fields; len(f) != 1 || f[0].Line != 4 {
		t.Errorf("%v", err)
	}
	if _, err := network.Read("n.json", make([]byte, network.BytesMax+1)); errs.CodeOf(err) != errs.CodeTooLarge {
		t.Errorf("%v", err)
	}
	if _, err := outline(t, `{"resources":[{"key":"r","capacity":1}],"tasks":[{"key":"a","duration":1,"needs":{"r":2}}]}`, network.Options{Level: true}); errs.As(err).Fields[0].Reason != "work.need_over_capacity" {
		t.Errorf("%v", err)
	}
}

func TestOutlineByHand(t *testing.T) {
	const file = `{"unit":"day","resources":[{"key":"dev","capacity":2}],"tasks":[
		{"key":"a","duration":3,"needs":{"dev":2}},
		{"key":"b","duration":2,"needs":{"dev":1}},
		{"key":"c","estimate":[1,2,9],"after":[{"task":"a"}],"needs":{"dev":1}},
		{"key":"d","duration":1,"after":[{"task":"c","type":"SS","lag":1},{"task":"b","type":"FF"}]}]}`
	plain, err := outline(t, file, network.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []network.OutlineTask{
		{Key: "a", Start: 0, Finish: 3, LateStart: 0, LateFinish: 3, Critical: true},
		{Key: "b", Start: 0, Finish: 2, LateStart: 4, LateFinish: 6, Float: 4, FreeFloat: 3},
		{Key: "c", Start: 3, Finish: 6, LateStart: 3, LateFinish: 6, Critical: true},
		{Key: "d", Start: 4, Finish: 5, LateStart: 5, LateFinish: 6, Float: 1, FreeFloat: 1},
	}
	if plain.Makespan != 6 || plain.LowerBound != 6 || plain.Unit != "day" || !reflect.DeepEqual(plain.Tasks, want) {
		t.Errorf("%+v", plain)
	}
	levelled, err := outline(t, file, network.Options{Level: true, Schedules: 100})
	if err != nil {
		t.Fatal(err)
	}
	if levelled.Makespan != 6 || levelled.LowerBound != 6 || !levelled.Levelling.Proven || levelled.Tasks[1].Start < 3 {
		t.Errorf("%+v", levelled)
	}
	o := network.Options{Level: true, Schedules: 100, Samples: 1000, Seed: 7}
	one, err := outline(t, file, o)
	two, _ := outline(t, file, o)
	if err != nil || !reflect.DeepEqual(one, two) {
		t.Fatalf("%v: the same seed, another answer", err)
	}
	if f := one.Forecast; f.Samples != 1000 || !f.Complete || f.P50 < 5 || f.P50 > f.P80 || f.P80 > f.P95 || f.P95 > 12 || *one.Tasks[0].Criticality != 1 {
		t.Errorf("%+v", f)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	n, _ := network.Read("", []byte(file))
	if _, err := n.Outline(ended, network.Options{Level: true, Clock: clock.System}); err == nil {
		t.Error("an ended context is ignored")
	}
	if empty, err := outline(t, `{"tasks":[]}`, network.Options{Level: true, Samples: 10}); err != nil || empty.Makespan != 0 {
		t.Errorf("%+v %v", empty, err)
	}
}

func TestReadTakesAByteOrderMark(t *testing.T) {
	if o, err := outline(t, "\ufeff{\"tasks\":[{\"key\":\"a\",\"duration\":2}]}", network.Options{}); err != nil || o.Makespan != 2 {
		t.Errorf("%+v %v", o, err)
	}
}

// TestLevelRefusals holds what levelling refuses: in words of the file, at the place in the file.
func TestLevelRefusals(t *testing.T) {
	const capacity = `{"resources":[{"key":"x","capacity":2}],"tasks":[{"key":"a",`
	for _, c := range []struct{ in, field, reason, text string }{
		{capacity + `"duration":1,"needs":{"x":3}}]}`, "tasks[0].needs", "work.need_over_capacity", "Task a needs 3 of x, of which there are 2."},
		{capacity + `"duration":0,"estimate":[0,1,2],"needs":{"x":3}}]}`, "tasks[0].needs", "work.need_over_capacity", "Task a needs 3 of x, of which there are 2."},
		{`{"tasks":[{"key":"a","duration":1000000000},{"key":"b","duration":1,"after":[{"task":"a"},{"task":"a","lag":1000000000}]}]}`, "tasks[1].after[1].lag", "work.level_number", "2000000000"},
	} {
		_, err := outline(t, c.in, network.Options{Level: true, Samples: 10})
		if e := errs.As(err); err == nil || len(e.Fields) != 1 || e.Fields[0].Name != c.field || e.Fields[0].Reason != c.reason || !strings.Contains(e.Fields[0].Msg, c.text) {
			t.Errorf("%s: %+v", c.in, errs.As(err))
		}
	}
	for _, event := range []string{`"duration":0`, `"estimate":[0,0,0]`} {
		if _, err := outline(t, capacity+event+`,"needs":{"x":3}}]}`, network.Options{Level: true, Samples: 10}); err != nil {
			t.Errorf("an event (%s) uses nothing: %v", event, err)
		}
	}
}

// TestLevelledOutlineHolds draws networks and holds both the early and the late schedule against links and capacities.
func TestLevelledOutlineHolds(t *testing.T) {
	for seed := range 300 {
		rnd := rand.New(rand.NewPCG(uint64(seed), 9))
		var f struct {
			Resources []object `json:"resources"`
			Tasks     []object `json:"tasks"`
		}
		capacity := map[string]int{}
		for i := range 1 + rnd.IntN(2) {
			k := fmt.Sprint("r", i)
			capacity[k] = 1 + rnd.IntN(4)
			f.Resources = append(f.Resources, object{"key": k, "capacity": capacity[k]})
		}
		type link struct {
			from, to, lag int
			kind          string
		}
		var links []link
		var work0 []int
		var needs []map[string]int
		for i := range 1 + rnd.IntN(12) {
			d := rnd.IntN(6)
			work0 = append(work0, d)
			n := map[string]int{}
			for k, c := range capacity {
				if rnd.IntN(2) == 0 {
					n[k] = rnd.IntN(c + 1)
				}
			}
			needs = append(needs, n)
			var after []object
			for range rnd.IntN(3) {
				if i > 0 {
					l := link{rnd.IntN(i), i, rnd.IntN(5) - 1, []string{"FS", "SS", "FF", "SF"}[rnd.IntN(4)]}
					if seed%3 == 0 {
						l.lag -= 4
					}
					links = append(links, l)
					after = append(after, object{"task": fmt.Sprint("t", l.from), "type": l.kind, "lag": l.lag})
				}
			}
			f.Tasks = append(f.Tasks, object{"key": fmt.Sprint("t", i), "duration": d, "after": after, "needs": n})
		}
		b, _ := json.Marshal(f)
		out, err := outline(t, string(b), network.Options{Level: true, Schedules: 50})
		if err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		for _, late := range []bool{false, true} {
			start := func(i int) int {
				if late {
					return out.Tasks[i].LateStart
				}
				return out.Tasks[i].Start
			}
			used := map[string]map[int]int{}
			for i, x := range out.Tasks {
				if x.Finish-x.Start != work0[i] || x.LateFinish-x.LateStart != work0[i] || x.LateStart-x.Start != x.Float || x.Float < 0 || x.Critical != (x.Float == 0) || x.FreeFloat < 0 || x.FreeFloat > x.Float || x.LateFinish > out.Makespan || out.LowerBound > out.Makespan {
					t.Fatalf("%s: %+v", b, x)
				}
				for k, u := range needs[i] {
					if used[k] == nil {
						used[k] = map[int]int{}
					}
					for at := start(i); at < start(i)+work0[i]; at++ {
						if used[k][at] += u; used[k][at] > capacity[k] {
							t.Fatalf("%s: late %v: %s is over its capacity at %d: %+v", b, late, k, at, out.Tasks)
						}
					}
				}
			}
			for _, l := range links {
				from, to := start(l.from), start(l.to)
				if l.kind[0] == 'F' {
					from += work0[l.from]
				}
				if l.kind[1] == 'F' {
					to += work0[l.to]
				}
				if to < from+l.lag {
					t.Fatalf("%s: late %v: link %+v is broken: %+v", b, late, l, out.Tasks)
				}
			}
		}
	}
}

func FuzzReadNetwork(f *testing.F) {
	for _, s := range []string{`{"tasks":[]}`, `{"unit":"day","resources":[{"key":"r","capacity":2}],"tasks":[{"key":"a","duration":1,"needs":{"r":1}},{"key":"b","estimate":[1,2,3],"after":[{"task":"a","type":"SF","lag":-1}]}]}`,
		`{"tasks":[{"key":"a","duration":1,"after":[{"task":"a"}]}]}`, `{"tasks":[{"key":"a","duration":1e400}]}`, `[`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := network.Read("f", []byte(s))
		if err != nil {
			if errs.CodeOf(err) == errs.CodeInternal {
				t.Fatal(err)
			}
			return
		}
		out, err := n.Outline(context.Background(), network.Options{Clock: clock.System})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range out.Tasks {
			if x.Float < 0 || x.Finish > out.Makespan {
				t.Fatalf("%+v", x)
			}
		}
	})
}
