package compare

import (
	"slices"
	"testing"
)

func TestJSON(t *testing.T) {
	for name, c := range map[string]struct {
		before, after string
		want          []Line
	}{
		"same":      {`{"a":1}`, `{"a":1}`, []Line{}},
		"nothing":   {``, ``, []Line{}},
		"first":     {``, `{"start":"x","n":3}`, []Line{{"n", "", "3"}, {"start", "", "x"}}},
		"manifest":  {`[{"service":"ledger","version":"5.14.0"},{"service":"bff","version":"1"}]`, `[{"service":"bff","version":"1"},{"service":"ledger","version":"5.15.0","digest":"d"}]`, []Line{{"[ledger].digest", "", "d"}, {"[ledger].version", "5.14.0", "5.15.0"}}},
		"milestone": {`{"milestones":[{"key":"cut","offset":"-2d"}]}`, `{"milestones":[{"key":"cut","offset":"-3d"}]}`, []Line{{"milestones[cut].offset", "-2d", "-3d"}}},
		"list":      {`{"o":["a","b"]}`, `{"o":["a"]}`, []Line{{"o[2]", "b", ""}}},
		"null":      {`{"at":null}`, `{"at":"x"}`, []Line{{"at", "", "x"}}},
		"no JSON":   {`{`, `[true]`, []Line{{"[1]", "", "true"}}},
	} {
		if got := JSON([]byte(c.before), []byte(c.after)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"a":[{"key":"x"}]}`), []byte(`[1,"a",null]`))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		for _, l := range JSON(a, b) {
			if l.Before == l.After {
				t.Errorf("%+v does not differ", l)
			}
		}
		if len(JSON(a, a)) > 0 {
			t.Errorf("%q differs from itself", a)
		}
	})
}
