package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// Nobody reads identifiers at night: people are named as other commands take them, programs by their tokens, and a date that nobody
// stated is a dash.
func TestPeopleAreNamed(t *testing.T) {
	const maya, token, hidden = "01a20072-1858-78d5-aa45-89f225f14cd6", "01a20071-aef1-7a58-ba27-006145b87290", "01a20079-aef1-7a58-ba27-006145b87299"
	address, _ := answering(t, map[string]string{
		"GET /people/" + maya: `{"id":"` + maya + `","key":"maya","name":"Maya"}`, "GET /tokens/" + token: `{"id":"` + token + `","name":"nightly"}`,
		"GET /releases/r/tasks/build": `{"key":"build","owner":"` + maya + `","waitsFor":"` + hidden + `","heardAt":"2026-11-19T08:00:00Z"}`,
		"GET /absences":               `{"items":[{"id":"a","person":"` + maya + `"}]}`,
		"GET /releases/r/baselines":   `{"items":[{"number":2,"savedAt":"2026-11-19T13:08:00Z","savedBy":"` + token + `"}]}`,
		"GET /actions":                `{"items":[{"key":"A-1","title":"Do","owner":"` + maya + `","due":"2026-12-20T09:00:00Z"},{"key":"A-2","title":"Talk"}]}`,
		"GET /actions/A-2":            `{"key":"A-2","title":"Talk","owner":"` + maya + `"}`,
	})
	for line, says := range map[string][]string{
		"task show r build":    {"owner               maya", "blocked by          " + hidden},
		"absence list":         {"maya"},
		"plan baseline list r": {"token nightly"},
		"action list":          {"maya", "2026-12-20 09:00 "},
		"action show A-2":      {"maya"},
	} {
		var out, errs bytes.Buffer
		Main(context.Background(), Server{}, strings.Fields(line), []string{"SLIPWAY_URL=" + address, "SLIPWAY_TOKEN=t"}, Streams{strings.NewReader(""), &out, &errs})
		for _, want := range says {
			if !strings.Contains(out.String(), want) {
				t.Errorf("slipway %s does not say %q:\n%s%s", line, want, out.String(), errs.String())
			}
		}
		if strings.Contains(out.String(), "<nil>") || strings.Contains(out.String(), maya) {
			t.Errorf("slipway %s:\n%s", line, out.String())
		}
	}
}
