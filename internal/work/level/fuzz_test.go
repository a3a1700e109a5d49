package level

import (
	"errors"
	"testing"

	"slipway/internal/errs"
)

// FuzzSolve makes a problem from bytes, sensible or not: the answer is a schedule that keeps everything or a refusal with a reason.
func FuzzSolve(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{3, 1, 2, 2, 5, 2, 0, 0, 1, 4, 0, 0, 1, 3, 0, 0, 2, 0, 1, 5})
	f.Add([]byte{2, 2, 1, 1, 0, 1, 3, 0, 1, 0, 1, 255, 2, 1, 9, 9, 0, 1, 253})
	f.Add([]byte{4, 1, 3, 3, 2, 0, 5, 3, 9, 1, 1, 0, 0, 2, 2, 0, 1, 3, 1, 0, 1, 0, 0, 0, 1, 200, 1, 2, 3, 2, 3, 250, 3, 0, 1})
	f.Add([]byte{2, 0, 2, 7, 0, 7, 0, 0, 1, 2, 1, 0, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		p := decodeProblem(b)
		r, err := Solve(p, Options{Seed: 1, Schedules: 300})
		var e *errs.Error
		switch {
		case err == nil:
			feasible(t, p, r)
		case !errors.As(err, &e) || e.Code != errs.CodeInvalid || e.Reason == "":
			t.Fatalf("a refusal without a reason: %v", err)
		}
	})
}

// decodeProblem reads numbers from bytes: small ones as they are, the largest ones as extremes.
func decodeProblem(b []byte) Problem {
	next := func() int {
		if len(b) == 0 {
			return 0
		}
		v := int(int8(b[0]))
		b = b[1:]
		switch v {
		case 127:
			return MaxNumber
		case -128:
			return -MaxNumber
		case 126:
			return 1 << 62
		case 125:
			return 99_991
		}
		return v
	}
	p := Problem{Tasks: make([]Task, max(0, next())%40), Resources: make([]Resource, max(0, next())%8)}
	links := max(0, next()) % 80
	for i := range p.Resources {
		p.Resources[i].Capacity = next()
		at := next()
		for range max(0, next()) % 5 {
			p.Resources[i].Steps = append(p.Resources[i].Steps, Step{At: at, Capacity: next()})
			at += next()
		}
	}
	for i := range p.Tasks {
		p.Tasks[i] = Task{Duration: next(), NotBefore: next()}
		for range max(0, next()) % 4 {
			p.Tasks[i].Needs = append(p.Tasks[i].Needs, Need{Resource: next(), Units: next()})
		}
	}
	for range links {
		p.Links = append(p.Links, Link{From: next(), To: next(), Lag: next()})
	}
	return p
}
