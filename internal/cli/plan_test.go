package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

const (
	aTask     = `{"id":"t1","key":"build","name":"Build","status":"doing","needs":["cut"],"after":[{"task":"test","type":"SS","lag":90,"elapsed":true}],"uses":[{"kind":"role","key":"dba","units":2}],"items":["PAY-1"],"remaining":90,"waitsForParty":"Acme","heardAt":"2026-11-19T08:00:00Z","rev":3}`
	aSchedule = `{"releaseKey":"r","ready":"2026-11-25T10:08:00Z","margin":-90,"critical":["a","b"],"withoutEstimate":1,"unreached":0,"marks":[{"kind":"milestone","name":"Freeze","planned":"2026-11-20T00:00:00Z","finish":"2026-11-21T00:00:00Z","late":true}],
		"tasks":[{"key":"a","status":"doing","start":"2026-11-19T08:00:00Z","finish":"2026-11-20T08:00:00Z","lateFinish":"2026-11-20T08:00:00Z","float":-30,"critical":true,"driver":{"cause":"link","task":"cut","type":"FS"}}],"shortages":[{"kind":"skill","key":"cobol","need":2,"have":1}]}`
	aForecast = `{"at":"2026-11-19T13:08:00Z","changed":true,"stale":true,"samples":10000,"p50":"2026-11-24T10:00:00Z","p80":"2026-11-25T10:00:00Z","p95":"2026-11-26T10:00:00Z","window":"2026-11-25T20:00:00Z","chance":0.874,
		"milestones":[{"key":"freeze","name":"Freeze","planned":"2026-11-20T00:00:00Z","chance":0.5,"p80":"2026-11-21T00:00:00Z"}],"drivers":[{"task":"b","name":"B","critical":0.93,"gain":300}],
		"before":{"at":"2026-11-12T13:00:00Z","chance":0.58,"window":"2026-11-25T20:00:00Z","p80":"2026-11-24T10:00:00Z","tasks":3}}`
	anAnswer  = `{"by":"2026-11-24T12:00:00Z","wanted":0.8,"chance":0.2,"p80":"2026-11-26T09:00:00Z","all":0.95,"moves":[{"kind":"drop","task":"b","cost":3,"text":"Drop B."}],"sets":[{"moves":[0],"cost":3,"chance":0.9,"p80":"2026-11-23T12:00:00Z"}]}`
	aBaseline = `{"number":2,"name":"As agreed","savedAt":"2026-11-19T13:08:00Z","savedBy":"maya"}`
	compares  = `{"baseline":` + aBaseline + `,"ready":{"moved":960,"variance":0},"work":-60,"tasks":[{"key":"a","finish":{"planned":"2026-11-20T08:00:00Z","now":"2026-11-20T12:00:00Z","actual":true,"moved":720,"variance":0},"work":-60}],
		"milestones":[{"key":"freeze","finish":{"planned":"2026-11-20T00:00:00Z"},"change":"dropped"}],"phases":[]}`
)

func TestPlanLines(t *testing.T) {
	address, last := answering(t, map[string]string{
		"GET /releases/r/tasks/build": aTask, "PATCH /tasks/t1": aTask, "POST /releases/r/tasks": aTask, "GET /tasks": `{"items":[` + aTask + `]}`,
		"GET /bottlenecks":          `{"items":[{"kind":"owner","key":"maya","name":"Maya","waits":2,"holds":5,"hours":70,"longest":{"key":"build","releaseKey":"r","why":"blocked","since":"2026-11-16T08:00:00Z"}}]}`,
		"GET /releases/r/schedule":  aSchedule,
		"GET /releases/r/forecast":  aForecast,
		"POST /releases/r/forecast": aForecast,
		"GET /releases/r/forecasts": `{"items":[{"at":"2026-11-19T13:08:00Z","samples":10000,"p50":"2026-11-24T10:00:00Z","window":"2026-11-25T20:00:00Z","chance":0.41},{"at":"2026-11-18T13:08:00Z","samples":10000,"chance":0.58}]}`,
		"POST /releases/r/wish":     anAnswer,
		"GET /releases/r/baselines": `{"items":[` + aBaseline + `]}`, "POST /releases/r/baselines": aBaseline,
		"GET /releases/r/baselines/0/comparison": compares, "GET /releases/r/baselines/2/comparison": compares,
	})
	for _, c := range []struct {
		line          string
		status        int
		request, body string
		says          []string
	}{
		{"task show r build", 0, "", "", []string{"test:SS:1h30m:elapsed", "role:dba=2", "PAY-1", "Acme", "1h30m"}},
		{"task set r build --after=a:ss:4h,b:FF,c:FS:24h:elapsed --use=skill:oauth,environment:uat=2 --remaining=90m --started=2026-11-18T08:00:00Z --waits-for-party=Acme", 0, "PATCH /tasks/t1",
			`{"rev":3,"after":[{"task":"a","type":"SS","lag":240},{"task":"b","type":"FF"},{"task":"c","type":"FS","lag":1440,"elapsed":true}],"uses":[{"kind":"skill","key":"oauth","units":1},{"kind":"environment","key":"uat","units":2}],"remaining":90,"startedAt":"2026-11-18T08:00:00Z","waitsForParty":"Acme"}`, nil},
		{"task set r build --remaining=none --not-before=2026-12-01T00:00:00Z --after=", 0, "PATCH /tasks/t1", `{"rev":3,"after":[],"notBefore":"2026-12-01T00:00:00Z","remaining":-1}`, nil},
		{"task set r build --items=PAY-1,PAY-2", 0, "PATCH /tasks/t1", `{"rev":3,"items":["PAY-1","PAY-2"]}`, nil},
		{"task set r build --items=", 0, "PATCH /tasks/t1", `{"rev":3,"items":[]}`, nil},
		{"task add r --name=Build --items=PAY-1", 0, "POST /releases/r/tasks", `{"name":"Build","items":["PAY-1"]}`, nil},
		{"task set r build --not-before=", 0, "PATCH /tasks/t1", `{"rev":3,"notBefore":"0001-01-01T00:00:00Z"}`, nil},
		{"task set r build --after=a:XX", ExitUsage, "", "", []string{"--after"}},
		{"task set r build --after=a:FS:soon", ExitUsage, "", "", []string{"--after"}},
		{"task set r build --use=coffee", ExitUsage, "", "", []string{"--use"}},
		{"task set r build --remaining=soon", ExitUsage, "", "", []string{"--remaining"}},
		{"task add r --name=Build --after=a:SS --fixed-start=2026-12-01T08:00:00Z", 0, "POST /releases/r/tasks", `{"name":"Build","after":[{"task":"a","type":"SS"}],"fixedStart":"2026-12-01T08:00:00Z"}`, nil},
		{"task list --silent=5", 0, "", "", []string{"build"}},
		{"task bottlenecks", 0, "", "", []string{"Maya", "r/build", "blocked"}},
		{"plan show r", 0, "", "", []string{"link cut FS", "-30m", "1h30m after the window", "Critical chain: a, b.", "Freeze is planned"}},
		{"plan level r", 0, "", "", []string{"uses 2 of the skill cobol"}},
		{"plan forecast r", 0, "", "", []string{"87 %", "changed since", "P80 2026-11-21", "decides in 93 %; P80 is 5h earlier", "before, 2026-11-12 13:00", "58 % by", "changed since: 3"}},
		{"plan forecasts r", 0, "", "", []string{"41 %", "58 %", "2026-11-18 13:08", "2026-11-24 10:00"}},
		{"plan forecast r --now --samples=500 --seed=7", 0, "POST /releases/r/forecast", `{"samples":500,"seed":7}`, nil},
		{"plan forecast r --seed=7", ExitUsage, "", "", []string{"--now"}},
		{"plan wish r --by=2026-11-24T12:00:00Z --move=drop:b=3 --move=shorten:a:4=2 --move=later:8", 0, "POST /releases/r/wish",
			`{"by":"2026-11-24T12:00:00Z","chance":0.8,"moves":[{"kind":"drop","task":"b","cost":3},{"kind":"shorten","task":"a","hours":4,"cost":2},{"kind":"later","hours":8}]}`, []string{"Drop B.", "is 20 %; P80 is 2026-11-26 09:00Z. Wanted is 80 %. No forecast holds for that"}},
		{"plan wish r --move=item:PAY-1=5", 0, "POST /releases/r/wish", `{"chance":0.8,"moves":[{"kind":"drop","item":"PAY-1","cost":5}]}`, nil},
		{"plan wish r --move=pray:b", ExitUsage, "", "", []string{"--move"}},
		{"plan baseline add r --name=Agreed", 0, "POST /releases/r/baselines", `{"name":"Agreed"}`, []string{"number 2"}},
		{"plan baseline list r", 0, "", "", []string{"As agreed", "maya"}},
		{"plan baseline compare r", 0, "", "", []string{"moved by 16h, which is 0 of working time", "by -1h", "dropped", "yes", "12h"}},
		{"plan baseline compare r 2 -o json", 0, "", "", []string{`"moved": 960`}},
	} {
		*last = heard{}
		var out, errs bytes.Buffer
		status := Main(context.Background(), Server{}, strings.Fields(c.line), []string{"SLIPWAY_URL=" + address, "SLIPWAY_TOKEN=t"}, Streams{strings.NewReader(""), &out, &errs})
		if status != c.status || last.line != c.request || strings.TrimSpace(last.body) != c.body {
			t.Errorf("slipway %s: status %d, want %d; asked %q with\n%s, want %q with\n%s\n%s%s", c.line, status, c.status, last.line, last.body, c.request, c.body, out.String(), errs.String())
		}
		for _, want := range c.says {
			if !strings.Contains(out.String()+errs.String(), want) {
				t.Errorf("slipway %s does not say %q:\n%s%s", c.line, want, out.String(), errs.String())
			}
		}
	}
}

// TestPlanSchedule holds the command that needs no server: what it takes from standard input, what it refuses and with which status.
func TestPlanSchedule(t *testing.T) {
	const network = `{"unit":"day","resources":[{"key":"dev","capacity":1}],"tasks":[{"key":"a","duration":3,"needs":{"dev":1}},{"key":"b","estimate":[1,2,3],"needs":{"dev":1}}]}`
	for _, c := range []struct {
		line, in string
		status   int
		says     string
	}{
		{"-f - -o json", network, 0, `"makespan": 3`},
		{"-f - --level --forecast=100 --seed=7 -o json", network, 0, `"makespan": 5`},
		{"-f - --level", network, 0, "No schedule within the capacities finishes earlier."},
		{"-f - -o json", `{"tasks":[{"key":"a","duration":1,"after":[{"task":"b"}]},{"key":"b","duration":1,"after":[{"task":"a"}]}]}`, ExitFailure, `a needs b needs a.`},
		{"-f - --level --seconds=nan", network, ExitUsage, "--seconds"},
		{"-f - --level --seconds=1e-10", network, ExitUsage, "--seconds"},
		{"-f - --level --seconds=0", network, ExitUsage, "--seconds"},
		{"-f - --level --seconds=inf", network, ExitUsage, "--seconds"},
		{"-f - --forecast=-1", network, ExitUsage, "--forecast"},
	} {
		var out, errs bytes.Buffer
		status := Main(context.Background(), Server{}, append([]string{"plan", "schedule"}, strings.Fields(c.line)...), nil, Streams{strings.NewReader(c.in), &out, &errs})
		if status != c.status || !strings.Contains(out.String()+errs.String(), c.says) {
			t.Errorf("slipway plan schedule %s: status %d, want %d with %q\n%s%s", c.line, status, c.status, c.says, out.String(), errs.String())
		}
	}
}
