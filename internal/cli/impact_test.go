package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func TestImpactWindows(t *testing.T) {
	address, last := answering(t, map[string]string{"GET /releases/r/impacts/windows": `{"items":[{"start":"2026-11-24T20:00:00Z","end":"2026-11-24T22:00:00Z","why":["Outside of every busy time."]}],
		"after":"2026-11-23T12:00:00Z","narrowed":"Its dependencies narrow the time: what it waits for comes Mon 23 Nov 2026, 12:00 UTC."}`})
	for _, c := range []struct {
		line string
		says []string
	}{
		{"impact windows r --length=2h", []string{"Outside of every busy time.", "Its dependencies narrow the time: what it waits for comes Mon 23 Nov 2026, 12:00 UTC."}},
		{"impact windows r -o json", []string{`"after": "2026-11-23T12:00:00Z"`, `"narrowed": "Its dependencies`}},
	} {
		*last = heard{}
		var out, errs bytes.Buffer
		status := Main(context.Background(), Server{}, strings.Fields(c.line), []string{"SLIPWAY_URL=" + address, "SLIPWAY_TOKEN=t"}, Streams{strings.NewReader(""), &out, &errs})
		if status != 0 {
			t.Errorf("%s: %d %s", c.line, status, errs.String())
		}
		for _, s := range c.says {
			if strings.Count(out.String(), s) != 1 {
				t.Errorf("%s does not say %q once: %s", c.line, s, out.String())
			}
		}
	}
}
