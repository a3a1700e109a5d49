package riskweb

import (
	"reflect"
	"testing"
	"time"

	"slipway/internal/platform/db"
	"slipway/internal/risk"
)

func TestWeeks(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) db.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return db.At(v)
	}
	now := at("2026-11-19 14:08").Std()
	scored := func(pairs ...any) (out []risk.Scored) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, risk.Scored{At: at(pairs[i].(string)), Score: pairs[i+1].(int)})
		}
		return out
	}
	for name, x := range map[string]struct {
		in   []risk.Scored
		want []point
		says string
	}{
		"none":          {nil, nil, "There is no score yet"},
		"opened today":  {scored("2026-11-19 09:00", 6), []point{{47, 6}}, "The score is 6, as in week 47"},
		"steady":        {scored("2026-01-05 09:00", 6), []point{{43, 6}, {44, 6}, {45, 6}, {46, 6}, {47, 6}}, "The score is 6, as in week 43"},
		"end of a week": {scored("2026-11-15 23:59", 8, "2026-11-16 00:00", 4), []point{{46, 8}, {47, 4}}, "The score fell from 8 in week 46 to 4 in week 47"},
		"last of a week": {scored("2026-11-09 09:00", 8, "2026-11-10 09:00", 9, "2026-11-17 09:00", 20), []point{{46, 9}, {47, 20}},
			"The score rose from 9 in week 46 to 20 in week 47"},
	} {
		got := weeks(x.in, now, zone)
		if !reflect.DeepEqual(got, x.want) {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
		if s := finding(got); s != x.says {
			t.Errorf("%s: %s", name, s)
		}
	}
	// The turn of a year, in a year of 53 weeks.
	if got := weeks(scored("2026-12-01 09:00", 5), at("2027-01-05 12:00").Std(), zone); !reflect.DeepEqual(got, []point{{50, 5}, {51, 5}, {52, 5}, {53, 5}, {1, 5}}) {
		t.Errorf("turn of the year: %v", got)
	}
	if p := trendPath([]point{{46, 9}, {47, 20}}); p != "M232 50.2L298 26" {
		t.Errorf("path %s", p)
	}
}
