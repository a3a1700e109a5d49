package book

import (
	"testing"
	"time"

	"slipway/internal/calendar/openness"
)

var t0 = time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC)

func h(n int) time.Time { return t0.Add(time.Duration(n) * time.Hour) }

func spans(pairs ...int) *openness.Spans {
	var l []openness.Span
	for i := 0; i < len(pairs); i += 2 {
		l = append(l, openness.Span{Start: h(pairs[i]), End: h(pairs[i+1])})
	}
	return openness.NewSpans(l)
}

func TestScope(t *testing.T) {
	p := Place{Product: "payments", Service: "ledger", ServiceTier: 1, Environment: "prod", Tier: "production"}
	asSuch := Place{Environment: "prod", Tier: "production"}
	for name, c := range map[string]struct {
		s           Scope
		takes, such bool
	}{
		"whole":              {Scope{}, true, true},
		"tier":               {Scope{Tiers: []string{"production"}}, true, true},
		"service":            {Scope{Services: []string{"ledger"}}, true, false},
		"one list is enough": {Scope{Services: []string{"core", "ledger"}}, true, false},
		"all lists must":     {Scope{Services: []string{"ledger"}, Tiers: []string{"test"}}, false, false},
		"importance":         {Scope{ServiceTiers: []int{1}}, true, false},
		"another importance": {Scope{ServiceTiers: []int{0, 2}}, false, false},
		"another product":    {Scope{Products: []string{"cards"}}, false, false},
	} {
		if got := c.s.Takes(p); got != c.takes {
			t.Errorf("%s: %v", name, got)
		}
		if got := c.s.Takes(asSuch); got != c.such {
			t.Errorf("%s, the environment as such: %v", name, got)
		}
	}
}

func TestFitsAndMeet(t *testing.T) {
	b := &Book{Until: h(100), Entries: []Entry{
		{ID: "w", Name: "Night", Kind: openness.Window, Times: spans(20, 28)},
		{ID: "f", Name: "Peak", Kind: openness.Freeze, Hard: true, Times: spans(26, 40)},
		{ID: "s", Name: "Quiet", Kind: openness.Freeze, Times: spans(24, 25)},
	}}
	p := Place{Service: "ledger", Environment: "prod"}
	f, err := b.Fits(p, h(22), h(27), nil)
	if err != nil || f.State != openness.Closed || f.Shut != time.Hour || f.Asks != time.Hour || f.From != h(24) || f.Reason.Period != "s" {
		t.Errorf("fit %+v %v", f, err)
	}
	if f, _ = b.Fits(p, h(22), h(26), Passes{"s": {By: "Aisha"}}); f.State != openness.Open {
		t.Errorf("with a permit: %+v", f)
	}
	if f, _ = b.With(Entry{ID: "f"}, true).Fits(p, h(25), h(28), nil); f.State != openness.Open {
		t.Errorf("without the freeze: %+v", f)
	}
	if s, e, ok := Meet(b.Entries[0].Times, b.Entries[1].Times, h(0), h(100)); !ok || s != h(26) || e != h(28) {
		t.Errorf("meet %v %v %v", s, e, ok)
	}
	if _, _, ok := Meet(b.Entries[1].Times, b.Entries[2].Times, h(0), h(100)); ok {
		t.Error("what does not meet meets")
	}
}
