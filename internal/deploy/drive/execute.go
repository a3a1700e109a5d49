package drive

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"slipway/internal/clock"
	"slipway/internal/deploy/runbook"
	"slipway/internal/errs"
	"slipway/internal/platform/dial"
	"slipway/internal/platform/expr"
)

var succeeded = Outcome{Kind: runbook.AttemptSucceeded}

func failed(format string, args ...any) Outcome {
	return Outcome{Kind: runbook.AttemptFailed, Reason: fmt.Sprintf(format, args...)}
}

func hopeless(format string, args ...any) Outcome {
	o := failed(format, args...)
	o.Final = true
	return o
}

func unknown(format string, args ...any) Outcome {
	return Outcome{Kind: runbook.AttemptUnknown, Reason: fmt.Sprintf(format, args...)}
}

// execute carries an attempt out.
func (d *Driver) execute(w *work, out *output) Outcome {
	call, command, timeout := w.Def.HTTP, w.Def.Command, w.Def.AttemptTimeout()
	if w.Checking {
		call, command, timeout = w.Def.Check.HTTP, w.Def.Check.Command, w.Def.Check.Timeout
	} else if call != nil {
		timeout = w.Def.Timeout
	}
	e := &expansion{w: w, out: out, d: d}
	var o Outcome
	switch {
	case call != nil:
		o = d.call(w, out, e, *call, timeout)
	case command != nil:
		o = d.command(w, out, e, *command, timeout)
	default:
		o = hopeless("Steps of the kind %s are not carried out by an attempt.", w.Def.Kind)
	}
	o.Reason = out.clean(o.Reason)
	// A check that has no answer leaves the question open; only an answer is a failure.
	if w.Checking && o.Kind == runbook.AttemptFailed && o.Final {
		o = unknown("%s", o.Reason)
	}
	// What is repeated whenever nobody knows would be repeated without a pause if the other side kept breaking off.
	if o.Kind == runbook.AttemptUnknown && !w.Checking && w.Def.OnUnknown == runbook.Repeat && w.Round > 0 &&
		!d.wait(w, min(time.Second<<min(w.Round-1, 5), 20*time.Second)) {
		return Outcome{}
	}
	return o
}

// wait passes time. It reports false when the process stops or the attempt is somebody else's; an attempt that shall end does not wait.
func (d *Driver) wait(w *work, pause time.Duration) bool {
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-w.stop:
		return true
	case <-w.ctx.Done():
		return false
	case <-d.quit:
		return false
	}
}

func (w *work) stopping() bool {
	select {
	case <-w.stop:
		return true
	default:
		return false
	}
}

// expansion puts values and secrets into the texts of a step.
type expansion struct {
	w      *work
	out    *output
	d      *Driver
	secret bool // the last text held one
}

func (e *expansion) text(field, text string) (string, error) {
	e.secret = false
	var lost error
	missing := ""
	out, err := runbook.Expand(text, func(name string) (string, bool) {
		key, ok := strings.CutPrefix(name, "secret.")
		if !ok {
			v, ok := e.w.Values[name]
			return v, ok
		}
		e.secret = true
		find := e.d.o.Secret
		if find == nil {
			missing = key
			return "", false
		}
		v, ok, err := find(e.w.ctx, key)
		switch {
		case err != nil:
			lost = err
		case !ok:
			missing = key
		}
		e.out.hide(v)
		return v, ok && err == nil
	})
	switch {
	case lost != nil && errs.Is(lost, errs.CodeInvalid):
		return "", lost
	case missing != "":
		return "", errs.Invalid("run.secret_unknown", "%s needs the secret %s, and this Slipway has none of that name. Whoever runs it puts a file of that name into the directory of secrets, or names it in environment-secrets.", field, missing)
	case lost != nil:
		return "", errs.Unavailable("run.secret", "A secret that %s needs cannot be read.", field).Because(lost)
	case err != nil:
		return "", errs.Invalid("run.placeholder", "%s cannot be filled in: %s.", field, err)
	}
	return out, nil
}

func expandAll[K comparable](e *expansion, field string, in map[K]string) (map[K]string, error) {
	out := make(map[K]string, len(in))
	for k, v := range in {
		x, err := e.text(fmt.Sprintf("%s %v", field, k), v)
		if err != nil {
			return nil, err
		}
		out[k] = x
	}
	return out, nil
}

// key is the Idempotency-Key of an attempt: the same for all its rounds, another for the next attempt.
func (w *work) key() string {
	k := fmt.Sprintf("%s/%s/%d", w.Run, w.Step, w.Attempt)
	if w.Checking {
		k += "/check"
	}
	return k
}

// stopPatience is how long an unsafe call that is under way may still answer when its attempt shall end.
const stopPatience = 10 * time.Second

// call makes an HTTP call, again and again if it is to be polled.
func (d *Driver) call(w *work, out *output, e *expansion, c runbook.HTTPCall, timeout time.Duration) Outcome {
	if d.o.Dial == nil {
		return hopeless("This Slipway makes no calls.")
	}
	if timeout <= 0 {
		timeout = runbook.DefaultHTTPTimeout
	}
	address, err := e.text("url", c.URL)
	var body string
	var headers map[string]string
	if err == nil {
		body, err = e.text("body", c.Body)
	}
	if err == nil {
		headers, err = expandAll(e, "header", c.Headers)
	}
	if err != nil {
		return hopeless("%s", errs.As(err).Msg)
	}
	headers["Idempotency-Key"] = w.key()
	method := strings.ToUpper(c.Method)
	if method == "" {
		method = "GET"
	}
	in := dial.Call{Method: method, URL: address, Headers: headers, Body: body, Timeout: timeout}
	began := clock.System.Now()
	for n := 1; ; n++ {
		if w.stopping() {
			return failed("It was stopped before it was done.")
		}
		if n == 1 {
			out.say(fmt.Sprintf("%s %s (Idempotency-Key %s)", method, address, w.key()))
		}
		o, met := d.once(w, out, c, in)
		if met || c.Poll == nil || o.Kind == "" || o.Final || o.Kind == runbook.AttemptUnknown && n == 1 {
			return o
		}
		if left := c.Poll.Until - clock.System.Now().Sub(began); left < c.Poll.Every {
			return failed("After %d calls in %s it is still not so. %s", n, clock.System.Now().Sub(began).Round(time.Second), o.Reason)
		}
		out.flush(d)
		if !d.pause(w, c.Poll.Every, reads(method)) {
			return Outcome{}
		}
	}
}

// pause waits between two polls. When the process stops, only what reads leaves at once: it is taken up again without harm.
func (d *Driver) pause(w *work, pause time.Duration, harmless bool) bool {
	if harmless {
		return d.wait(w, pause)
	}
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-t.C:
	case <-w.stop:
	case <-w.ctx.Done():
		return false
	}
	return true
}

// once makes one call and judges its answer. It reports whether the expectation was met.
func (d *Driver) once(w *work, out *output, c runbook.HTTPCall, in dial.Call) (Outcome, bool) {
	safe := reads(in.Method)
	ctx, cancel := d.patient(w, safe)
	defer cancel()
	a, err := d.o.Dial.Do(ctx, in)
	if err != nil {
		if w.ctx.Err() != nil {
			return Outcome{}, false
		}
		var s *dial.Sent
		msg := errs.As(err).Msg
		out.say(msg)
		switch {
		case errs.Is(err, errs.CodeBlocked), errs.Is(err, errs.CodeInvalid):
			return hopeless("%s", msg), false
		case w.Checking:
			return unknown("The check has no answer. %s", msg), false
		case errors.As(err, &s) && s.Maybe && !safe:
			return unknown("%s Whether the call took effect is not known.", msg), false
		}
		return failed("%s", msg), false
	}
	out.say(fmt.Sprintf("%d in %s, %d bytes", a.Status, a.Took.Round(time.Millisecond), len(a.Body)))
	out.add("output", excerpt(out.clean(string(a.Body))))
	expected := a.Status/100 == 2
	if len(c.Expect) > 0 {
		expected = slices.Contains(c.Expect, a.Status)
	}
	if !expected {
		if !safe && !w.Checking && (a.Status == 502 || a.Status == 504) {
			return unknown("The answer is %d from something in between. Whether the call took effect is not known.", a.Status), false
		}
		return failed("The answer is %d, which is not expected.", a.Status), false
	}
	if c.Condition == "" {
		return succeeded, true
	}
	return d.judge(w, c.Condition, a)
}

// judge puts the condition of a call to its answer.
func (d *Driver) judge(w *work, condition string, a dial.Answer) (Outcome, bool) {
	values := d.o.Tree(w.Values)
	values["status"], values["headers"] = int64(a.Status), a.Headers
	v, fault := expr.Value(a.Body)
	if fault == nil {
		values["answer"] = v
	} // else the condition can be judged only if it does not look at the answer
	ok, err := d.o.Store.Holds(w.ctx, condition, values)
	switch {
	case w.ctx.Err() != nil:
		return Outcome{}, false
	case err != nil && a.Cut:
		return failed("The answer is longer than %d bytes, so its condition cannot be judged.", len(a.Body)), false
	case err != nil && fault != nil:
		return failed("The answer of the call is not JSON, so its condition cannot be judged."), false
	case err != nil:
		return failed("%s", errs.As(err).Msg), false
	case !ok:
		return failed("The condition does not hold for the answer: %s.", condition), false
	}
	return succeeded, true
}

const excerptMax = 4 << 10

// excerpt is what the log keeps of an answer.
func excerpt(s string) string {
	if s == "" {
		return ""
	}
	more := ""
	if len(s) > excerptMax {
		s, more = s[:excerptMax], "\n…"
	}
	return strings.TrimRight(strings.ToValidUTF8(s, ""), "\r\n") + more + "\n"
}
