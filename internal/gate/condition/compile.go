package condition

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"cel.dev/cel-go/cel"

	"slipway/internal/errs"
)

// Limits of expressions and of what one evaluation may cost. Cost is counted in CEL's units: about one for a look at a field or a
// comparison, one per element of a comprehension, a tenth per character of a string.
const (
	MaxExpression = 4 << 10 // bytes
	MaxNesting    = 32
	MaxCost       = 500_000
	interruptStep = 256 // elements of a comprehension between two looks at the context
)

// Compiler makes programs. It is safe for concurrent use; one serves the whole process.
type Compiler struct{ env *cel.Env }

// New returns a compiler. It costs about half a millisecond.
func New() (*Compiler, error) {
	env, err := cel.NewEnv(
		cel.Variable("fact", cel.DynType),
		cel.ParserExpressionSizeLimit(MaxExpression),
		cel.ParserRecursionLimit(MaxNesting),
		cel.ASTValidators(cel.ValidateRegexLiterals(), cel.ValidateDurationLiterals(), cel.ValidateTimestampLiterals(), cel.ValidateComprehensionNestingLimit(2)),
	)
	if err != nil {
		return nil, errs.Internal("gate.condition_environment", err)
	}
	return &Compiler{env: env}, nil
}

// Program is a compiled condition. It is immutable, safe for concurrent use and meant to be kept.
type Program struct {
	expr string
	prg  cel.Program
}

// Expression returns the text that was compiled.
func (p *Program) Expression() string { return p.expr }

// Compile checks an expression. It fails with errs.Invalid, one field "condition" per fault with its line and the column in its message, and the reason
// gate.condition_too_long, gate.condition_syntax (does not parse or names what is not there) or gate.condition_type (is not a yes or no).
// It costs about 0.15 ms for a short expression.
func (c *Compiler) Compile(expr string) (*Program, error) {
	switch {
	case len(expr) > MaxExpression:
		return nil, errs.InvalidField("condition", "gate.condition_too_long", "A condition has at most %d bytes. This one has %d.", MaxExpression, len(expr))
	case strings.TrimSpace(expr) == "":
		return nil, errs.InvalidField("condition", "gate.condition_syntax", "The condition is empty. Write one such as fact.failures == 0.")
	case !utf8.ValidString(expr) || strings.ContainsRune(expr, 0):
		return nil, errs.InvalidField("condition", "gate.condition_syntax", "The condition holds bytes that are not text.")
	}
	if d := nesting(expr); d > MaxNesting {
		return nil, errs.InvalidField("condition", "gate.condition_syntax", "The condition is nested %d deep, %d are allowed.", d, MaxNesting)
	}
	ast, issues := c.env.Compile(expr)
	if issues != nil && issues.Err() != nil {
		return nil, faults(issues)
	}
	if t := ast.OutputType(); !t.IsExactType(cel.BoolType) && !t.IsExactType(cel.DynType) {
		return nil, errs.InvalidField("condition", "gate.condition_type", "The condition gives %s. It must give true or false: compare it with something.", t)
	}
	prg, err := c.env.Program(ast, cel.CostLimit(MaxCost), cel.InterruptCheckFrequency(interruptStep), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, errs.InvalidField("condition", "gate.condition_syntax", "The condition cannot be prepared: %s.", clip(err.Error()))
	}
	return &Program{expr: expr, prg: prg}, nil
}

// faults lists up to five of the compiler's findings, each with its place.
func faults(issues *cel.Issues) error {
	e := errs.Invalid("gate.condition_syntax", "The condition is not valid.")
	for i, f := range issues.Errors() {
		if i == 5 {
			break
		}
		line, column := max(f.Location.Line(), 1), max(f.Location.Column()+1, 1)
		e = e.With(errs.Field{Name: "condition", Reason: "gate.condition_syntax", Line: line, Msg: fmt.Sprintf("Column %d: %s.", column, clip(f.Message))})
	}
	return e
}

// nesting returns how deep brackets and runs of unary operators go, so that the parser never sees what costs it seconds.
func nesting(expr string) int {
	depth, deepest, run := 0, 0, 0
	var quote byte
	for i := 0; i < len(expr); i++ {
		c := expr[i]
		if quote != 0 {
			switch c {
			case '\\':
				i++
			case quote, '\n':
				quote = 0
			}
			continue
		}
		switch c {
		case '"', '\'':
			quote = c
		case '(', '[', '{', '?':
			depth++
		case ')', ']', '}':
			depth--
		}
		if c == '!' || c == '-' {
			run++
		} else if c != ' ' {
			run = 0
		}
		deepest = max(deepest, depth, run)
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
