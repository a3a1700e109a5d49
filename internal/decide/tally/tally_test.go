package tally

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
)

// poll reads "M:qa=go V:sec=no-go A:fraud M:db=go-if(second DBA)": kinds, roles, answers.
func poll(verdict, text string) Poll {
	p := Poll{Verdict: verdict}
	for i, f := range strings.Split(text, " ") {
		kind, rest, _ := strings.Cut(f, ":")
		name, word, answered := strings.Cut(rest, "=")
		p.Roles = append(p.Roles, Role{name, map[string]Kind{"M": Mandatory, "V": Veto, "A": Advisory}[kind]})
		if !answered {
			continue
		}
		a := Answer{Role: name, By: "p", Word: Word(word), Seq: int64(i + 1)}
		if w, cond, ok := strings.Cut(word, "("); ok {
			c := Condition{Text: strings.TrimSuffix(strings.TrimSuffix(cond, ")"), "✓"), Done: strings.Contains(cond, "✓")}
			a.Word, a.Conditions = Word(w), []Condition{c}
		}
		p.Answers = append(p.Answers, a)
	}
	return p
}

func codes(r []Reason) string {
	var out []string
	for _, x := range r {
		out = append(out, x.Code)
	}
	return strings.Join(out, " ")
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		name, verdict, in string
		suggested         Word
		goNo, ifNo, noNo  string // reasons against each outcome
	}{
		{"all go", "go", "M:qa=go V:sec=go A:fraud=go", Go, "", "poll.condition_missing", ""},
		{"veto and advisory need not answer", "go", "M:qa=go V:sec A:fraud", Go, "", "poll.condition_missing", ""},
		{"mandatory missing", "go", "M:qa M:db=go", "", "poll.role_missing poll.quorum", "poll.role_missing poll.quorum poll.condition_missing", ""},
		{"two mandatory say no", "no-go", "M:qa=no-go M:db=no-go M:ops=go-if(build)", NoGo, "poll.role_no_go poll.role_no_go poll.condition_open poll.verdict_no_go", "poll.role_no_go poll.role_no_go", ""},
		{"veto", "go", "M:qa=go V:sec=no-go", NoGo, "poll.role_no_go", "poll.role_no_go poll.condition_missing", ""},
		{"advisory no-go is dissent", "go", "M:qa=go A:fraud=no-go", Go, "", "poll.condition_missing", ""},
		{"condition open", "go", "M:qa=go M:ops=go-if(DBA)", GoIf, "poll.condition_open", "", ""},
		{"condition done", "go", "M:qa=go M:ops=go-if(DBA✓)", Go, "", "", ""},
		{"advisory condition", "go", "M:qa=go A:ops=go-if(DBA)", Go, "", "", ""},
		{"verdict no-go", "no-go", "M:qa=go", NoGo, "poll.verdict_no_go", "poll.condition_missing", ""},
		{"verdict no-go, conditions may change it", "no-go", "M:qa=go-if(build)", GoIf, "poll.condition_open poll.verdict_no_go", "", ""},
		{"verdict pending", "pending", "M:qa=go", Go, "", "poll.condition_missing", ""},
		{"an unknown word is no answer", "go", "M:qa=perhaps", "", "poll.role_missing poll.quorum", "poll.role_missing poll.quorum poll.condition_missing", ""},
		{"go-if without a condition is no answer", "go", "M:qa=go-if", "", "poll.role_missing poll.quorum", "poll.role_missing poll.quorum poll.condition_missing", ""},
	} {
		r := Count(poll(c.verdict, c.in))
		if g, i, n := codes(r.Option(Go).Reasons), codes(r.Option(GoIf).Reasons), codes(r.Option(NoGo).Reasons); r.Suggested != c.suggested || g != c.goNo || i != c.ifNo || n != c.noNo {
			t.Errorf("%s: suggested %q\n go: %s\n go-if: %s\n no-go: %s", c.name, r.Suggested, g, i, n)
		}
		for _, o := range r.Options {
			if o.Allowed != (len(o.Reasons) == 0) {
				t.Errorf("%s: %+v", c.name, o)
			}
		}
	}
}

func TestQuorumAndWithdrawal(t *testing.T) {
	p := poll("go", "M:qa=go A:a=go A:b A:c")
	p.Quorum = 3
	if r := Count(p); codes(r.Option(Go).Reasons) != "poll.quorum" || r.Answered != 2 || r.Needed != 3 || strings.Join(r.Missing, " ") != "b c" {
		t.Errorf("%+v", r)
	}
	p = poll("go", "M:qa M:db=go")
	p.Withdrawn = []string{"qa"}
	if r := Count(p); !r.Option(Go).Allowed || r.Needed != 1 {
		t.Errorf("%+v", r)
	}
	p = poll("go", "M:qa=go")
	p.Proposed = []Condition{{Text: "second DBA"}}
	if r := Count(p); !r.Option(GoIf).Allowed || len(r.Conditions) != 1 {
		t.Errorf("%+v", r)
	}
}

func TestChangesUntilDecided(t *testing.T) {
	at := time.Date(2026, 11, 19, 14, 0, 0, 0, time.UTC)
	p := Poll{Verdict: "go", Roles: []Role{{"qa", Mandatory}}, Answers: []Answer{
		{Role: "qa", Word: NoGo, Seq: 1, At: at}, {Role: "qa", Word: Go, Seq: 2, At: at.Add(time.Minute)}, {Role: "qa", Word: NoGo, Seq: 3, At: at.Add(time.Hour)}}}
	if r := Count(p); r.Suggested != NoGo || r.NoGoes != 1 || len(r.Standing) != 1 {
		t.Errorf("%+v", r)
	}
	p.Decided = at.Add(2 * time.Minute)
	r := Count(p)
	if r.Goes != 1 || r.NoGoes != 0 {
		t.Errorf("after the decision: %+v", r)
	}
	for _, o := range r.Options {
		if o.Allowed || !strings.Contains(codes(o.Reasons), "poll.decided") {
			t.Errorf("%+v", o)
		}
	}
}

func TestProperties(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	kinds := []string{"M", "V", "A"}
	words := []string{"", "=go", "=no-go", "=go-if(x)", "=go-if(x✓)"}
	for range 20_000 {
		var f []string
		for i := range 1 + rnd.IntN(5) {
			f = append(f, kinds[rnd.IntN(3)]+":r"+string(rune('a'+i))+words[rnd.IntN(len(words))])
		}
		p := poll([]string{"go", "no-go", "pending"}[rnd.IntN(3)], strings.Join(f, " "))
		p.Quorum = rnd.IntN(4)
		r := Count(p)
		if p.Verdict == "no-go" && r.Option(Go).Allowed {
			t.Fatalf("%v closes go while the verdict is NO-GO", f)
		}
		if !r.Option(NoGo).Allowed {
			t.Fatalf("%v cannot close no-go", f)
		}
		for _, role := range p.Roles {
			a, _ := p.last(role.Name)
			if a.Word == NoGo && role.Kind != Advisory && (r.Option(Go).Allowed || r.Option(GoIf).Allowed || r.Suggested != NoGo) {
				t.Fatalf("%v passes over %s", f, role.Name)
			}
		}
		if r.Suggested != "" && !r.Option(r.Suggested).Allowed {
			t.Fatalf("%v suggests %s, which is not allowed", f, r.Suggested)
		}
		rnd.Shuffle(len(p.Answers), func(i, j int) { p.Answers[i], p.Answers[j] = p.Answers[j], p.Answers[i] })
		if again := Count(p); !reflect.DeepEqual(again, r) {
			t.Fatalf("%v: the order of answers matters", f)
		}
	}
}
