package cli

import (
	"testing"

	"slipway/client"
)

func TestEstimate(t *testing.T) {
	for in, want := range map[string]string{"4h": "4h", "90m": "1h30m", "2h/4h/8h": "2h/4h/8h", "1h/1h/1h": "1h", "30m": "30m", "10h": "10h", "100h": "100h"} {
		e, err := estimate(in)
		if err != nil || effort(e) != want {
			t.Errorf("%s: %s %v, want %s", in, effort(e), err, want)
		}
	}
	for _, in := range []string{"soon", "-1h", "30s", "1h/2h", "1h/2h/3h/4h"} {
		if e, err := estimate(in); err == nil {
			t.Errorf("%s: %+v", in, e)
		}
	}
	if e, err := estimate(""); e != nil || err != nil || effort(e) != "" || effort(&client.Estimate{Low: 60, Likely: 90, High: 120}) != "1h/1h30m/2h" {
		t.Errorf("%v %v", e, err)
	}
}
