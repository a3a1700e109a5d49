package condition_test

import (
	"testing"

	"slipway/internal/gate/condition"
)

func TestSaysTheValuesThatAConditionAsksAbout(t *testing.T) {
	for _, c := range []struct{ expr, doc, want string }{
		{"fact.severity1 + fact.severity2 == 0", `{"severity1": 1, "severity2": 0, "keys": ["PAY-2291"]}`, "severity1 1, severity2 0; "},
		{"fact.load.p99 < 400 && fact.load.p99 > 0", `{"load": {"p99": 412.5}}`, "load.p99 412.5; "},
		{`fact.level == "high"`, `{"level": "low"}`, `level "low"; `},
		{"fact.done", `{"done": false}`, "done false; "},
		{"fact.a == 1", `{"b": 1}`, "otherwise; "},
		{"fact.list.size() == 0", `{"list": [1]}`, "otherwise; "},
		{"fact.a == 1", `not json`, ""},
		{"fact.a + fact.b + fact.c + fact.d + fact.e == 0", `{"a":1,"b":2,"c":3,"d":4,"e":5}`, "a 1, b 2, c 3, d 4; "},
	} {
		if got := condition.Says(c.expr, []byte(c.doc)); got != c.want {
			t.Errorf("%s of %s: %q, wanted %q", c.expr, c.doc, got, c.want)
		}
	}
}
