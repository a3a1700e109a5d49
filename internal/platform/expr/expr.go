package expr

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/interpreter"

	"slipway/internal/errs"
)

// Limits of conditions. Cost is counted in CEL's units: about one for a look at a field or a comparison.
const (
	MaxExpression = 4 << 10 // bytes
	MaxNesting    = 32
	MaxCost       = 500_000
)

// Compiler makes programs over a fixed set of names. It is safe for concurrent use.
type Compiler struct{ env *cel.Env }

// New returns a compiler of conditions over values of these names. It costs about half a millisecond.
func New(names ...string) (*Compiler, error) {
	o := []cel.EnvOption{
		cel.ParserExpressionSizeLimit(MaxExpression),
		cel.ParserRecursionLimit(MaxNesting),
		cel.ASTValidators(cel.ValidateRegexLiterals(), cel.ValidateDurationLiterals(), cel.ValidateTimestampLiterals(), cel.ValidateComprehensionNestingLimit(2)),
	}
	for _, n := range names {
		o = append(o, cel.Variable(n, cel.DynType))
	}
	env, err := cel.NewEnv(o...)
	if err != nil {
		return nil, errs.Internal("condition.environment", err)
	}
	return &Compiler{env}, nil
}

// Program is a compiled condition. It is safe for concurrent use.
type Program struct{ prg cel.Program }

// Compile checks a condition. It fails with errs.Invalid, naming field and column, if it does not parse, names what is not
// there, or gives no yes or no. It costs about 0.15 ms.
func (c *Compiler) Compile(field, text string) (*Program, error) {
	switch {
	case len(text) > MaxExpression:
		return nil, errs.InvalidField(field, "condition.too_long", "A condition has at most %d bytes. This one has %d.", MaxExpression, len(text))
	case strings.TrimSpace(text) == "":
		return nil, errs.InvalidField(field, "condition.syntax", "The condition is empty.")
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return nil, errs.InvalidField(field, "condition.syntax", "The condition holds bytes that are not text.")
	case depth(text) > MaxNesting:
		return nil, errs.InvalidField(field, "condition.syntax", "The condition is nested more than %d deep.", MaxNesting)
	}
	ast, issues := c.env.Compile(text)
	if issues != nil && issues.Err() != nil {
		f := issues.Errors()[0]
		return nil, errs.InvalidField(field, "condition.syntax", "Line %d, column %d: %s.", max(f.Location.Line(), 1), max(f.Location.Column()+1, 1), clip(f.Message))
	}
	if t := ast.OutputType(); !t.IsExactType(cel.BoolType) && !t.IsExactType(cel.DynType) {
		return nil, errs.InvalidField(field, "condition.type", "The condition gives %s. It must give true or false: compare it with something.", t)
	}
	prg, err := c.env.Program(ast, cel.CostLimit(MaxCost), cel.InterruptCheckFrequency(256), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, errs.InvalidField(field, "condition.syntax", "The condition cannot be prepared: %s.", clip(err.Error()))
	}
	return &Program{prg}, nil
}

// Holds puts the condition to values. It fails with errs.Invalid if a value is missing or does not fit, or at MaxCost, and
// with errs.Unavailable if the context ends first. A condition of four comparisons costs about 2 µs.
func (p *Program) Holds(ctx context.Context, values map[string]any) (bool, error) {
	out, _, err := p.prg.ContextEval(ctx, values)
	var cancelled interpreter.EvalCancelledError
	switch {
	case err != nil && ctx.Err() != nil:
		return false, errs.Unavailable("condition.deadline", "The condition was not judged in time.").Because(err)
	case errors.As(err, &cancelled):
		return false, errs.Invalid("condition.cost", "The condition costs more than %d steps and was stopped.", MaxCost).Because(err)
	case err != nil:
		return false, errs.Invalid("condition.failed", "The condition cannot be judged: %s.", clip(err.Error())).Because(err)
	}
	b, ok := out.(types.Bool)
	if !ok {
		return false, errs.Invalid("condition.type", "The condition gives %s. It must give true or false.", out.Type().TypeName())
	}
	return bool(b), nil
}

// Value reads a JSON document as a value for conditions: whole numbers stay whole. It fails with errs.Invalid if it is not
// one JSON document.
func Value(doc []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, errs.Invalid("condition.not_json", "This is not JSON: %s.", clip(err.Error())).Because(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errs.Invalid("condition.not_json", "Something follows the end of the JSON document.")
	}
	return number(v), nil
}

func number(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i
		}
		f, err := v.Float64()
		if err != nil {
			return v.String() // beyond every number
		}
		return f
	case map[string]any:
		for k, x := range v {
			v[k] = number(x)
		}
	case []any:
		for i, x := range v {
			v[i] = number(x)
		}
	}
	return v
}

// depth returns how deep brackets and runs of unary operators go, so that the parser never sees what costs it seconds.
func depth(text string) int {
	now, deepest, run := 0, 0, 0
	for _, c := range text {
		switch c {
		case '(', '[', '{', '?':
			now++
		case ')', ']', '}':
			now--
		}
		switch c {
		case '!', '-':
			run++
		case ' ':
		default:
			run = 0
		}
		deepest = max(deepest, now, run)
	}
	return deepest
}

func clip(s string) string {
	s = strings.TrimSuffix(strings.Join(strings.Fields(s), " "), ".")
	if len(s) <= 300 {
		return s
	}
	n := 300
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
