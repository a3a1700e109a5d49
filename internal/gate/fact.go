package gate

import (
	"context"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/gate/condition"
	"slipway/internal/gate/statement"
	"slipway/internal/gate/verdict"
	"slipway/internal/plan"
)

// judged is a condition and the fact that it was put to. What it gives never changes.
type judged struct{ condition, digest string }

type compiled struct {
	program *condition.Program
	fault   error
}

// program compiles a condition, once.
func (g *Gate) program(expr string) (*condition.Program, error) {
	if c, ok := g.programs.Get(expr); ok {
		return c.program, c.fault
	}
	p, err := g.compiler.Compile(expr)
	if errs.CodeOf(err) != errs.CodeInternal {
		g.programs.Put(expr, compiled{p, err})
	}
	return p, err
}

// compile compiles a condition, and keeps it for the judging.
func (g *Gate) compile(expr string) error {
	_, err := g.program(expr)
	return err
}

// CheckTemplate compiles the conditions of a template. It fails with errs.Invalid, naming each faulty one.
func (g *Gate) CheckTemplate(t plan.Template) error { return statement.CheckTemplate(t, g.compile) }

// judge puts a condition to a fact. A condition or fact that cannot be judged is not met, and the text names the cause. It fails only if
// the context ends first.
func (g *Gate) judge(ctx context.Context, j judged, document func() ([]byte, error)) (verdict.Outcome, error) {
	if o, ok := g.outcomes.Get(j); ok {
		return o, nil
	}
	b, err := document()
	if err != nil {
		return verdict.Outcome{}, err
	}
	o, err := g.put(ctx, j.condition, b)
	if err == nil {
		g.outcomes.Put(j, o)
	}
	return o, err
}

func (g *Gate) put(ctx context.Context, expr string, doc []byte) (verdict.Outcome, error) {
	p, err := g.program(expr)
	if err != nil {
		return unjudged(err)
	}
	f, err := condition.ParseFact(doc)
	if err != nil {
		return unjudged(err)
	}
	met, err := p.Eval(ctx, f)
	switch {
	case err != nil:
		return unjudged(err)
	case !met:
		return verdict.Outcome{Text: "it says " + condition.Says(expr, doc) + "asked for is " + short(expr)}, nil
	}
	return verdict.Outcome{Met: true, Text: short(expr)}, nil
}

func unjudged(err error) (verdict.Outcome, error) {
	e := errs.As(err)
	if e.Code == errs.CodeUnavailable || e.Code == errs.CodeInternal {
		return verdict.Outcome{}, err
	}
	text := e.Msg
	if len(e.Fields) > 0 {
		text = e.Fields[0].Msg
	}
	return verdict.Outcome{Text: "its condition cannot be judged (" + e.Reason + "): " + strings.TrimSuffix(text, ".")}, nil
}

func short(expr string) string {
	s := strings.TrimPrefix(strings.ReplaceAll(" "+strings.Join(strings.Fields(expr), " "), " fact.", " "), " ")
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}
