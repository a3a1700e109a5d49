package runbook

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	methods    = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
	outcomes   = []string{"succeeded", "failed", "rolled-back"}
	headerForm = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$")
	envForm    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,199}$`)
)

func (v *validator) kind(path string, s *Step) {
	blocks := []struct {
		kind Kind
		set  bool
	}{{HTTP, s.HTTP != nil}, {Command, s.Command != nil}, {Wait, s.Wait != 0}, {Notify, s.Notify != nil}, {Record, s.Record != nil}}
	if !slices.Contains(Kinds(), s.Kind) {
		names := make([]string, 0, 6)
		for _, k := range Kinds() {
			names = append(names, string(k))
		}
		if s.Kind == "" {
			v.add(path+".kind", ReasonMissing, "A step needs its kind: %s.", strings.Join(names, ", "))
		} else {
			v.unknown(path+".kind", string(s.Kind), "%q is not a kind of step.", names)
		}
		return
	}
	for _, b := range blocks {
		switch {
		case b.set && b.kind != s.Kind:
			v.add(path+"."+string(b.kind), ReasonMisplaced, "A %s step has no %s block.", s.Kind, b.kind)
		case !b.set && b.kind == s.Kind:
			v.add(path+"."+string(b.kind), ReasonMissing, "A step of the kind %s needs %s.", s.Kind, b.kind)
			return
		}
	}
	switch s.Kind {
	case HTTP:
		v.http(path+".http", s.HTTP)
	case Command:
		v.command(path+".command", s.Command)
	case Wait:
		v.duration(path+".wait", s.Wait)
	case Notify:
		v.notice(path+".notify", s.Notify)
	case Record:
		v.record(path+".record", s.Record)
	}
}

func (v *validator) http(path string, h *HTTPCall) {
	if h.Method != "" && !slices.Contains(methods, h.Method) {
		v.unknown(path+".method", h.Method, "%q is not a method: "+strings.Join(methods, ", ")+".", methods)
	}
	switch {
	case h.URL == "":
		v.add(path+".url", ReasonMissing, "An address is required.")
	case !strings.HasPrefix(h.URL, "http://") && !strings.HasPrefix(h.URL, "https://") && !strings.HasPrefix(h.URL, "${"):
		v.add(path+".url", ReasonMalformed, "An address begins with https://, http:// or a placeholder.")
	case strings.ContainsAny(h.URL, " \t\r\n"):
		v.add(path+".url", ReasonMalformed, "An address holds no spaces.")
	}
	v.template(path+".url", h.URL)
	for _, name := range slices.Sorted(maps.Keys(h.Headers)) {
		at := path + ".headers." + name
		if !headerForm.MatchString(name) {
			v.add(at, ReasonMalformed, "%q cannot be the name of a header.", clip(name))
		} else if strings.EqualFold(name, "Idempotency-Key") {
			v.add(at, ReasonMisplaced, "Slipway sets Idempotency-Key itself, stable for each attempt.")
		}
		if strings.ContainsAny(h.Headers[name], "\r\n") {
			v.add(at, ReasonMalformed, "The value of a header is one line.")
		}
		v.template(at, h.Headers[name])
	}
	if h.Body != "" && (h.Method == "" || h.Method == "GET" || h.Method == "HEAD") { //nolint:usestdlibvars // this package must not import net/http
		v.add(path+".body", ReasonMisplaced, "A GET or HEAD call has no body. Set method, for example POST.")
	}
	v.template(path+".body", h.Body)
	for i, code := range h.Expect {
		if code < 100 || code > 599 {
			v.add(fmt.Sprintf("%s.expect[%d]", path, i), ReasonRange, "A status is from 100 to 599, not %d.", code)
		}
	}
	v.text(path+".condition", h.Condition)
	if p := h.Poll; p != nil {
		if p.Every < time.Second {
			v.add(path+".poll.every", ReasonRange, "Poll every 1s or more.")
		}
		v.duration(path+".poll.every", max(p.Every, 0))
		if p.Until <= 0 {
			v.add(path+".poll.until", ReasonMissing, "Say how long to poll at most, for example 10m.")
		}
		v.duration(path+".poll.until", max(p.Until, 0))
	}
}

func (v *validator) command(path string, c *CommandLine) {
	if len(c.Argv) == 0 || c.Argv[0] == "" {
		v.add(path+".argv", ReasonMissing, "A command needs its program and arguments as a list.")
	}
	if len(c.Argv) > 1000 {
		v.add(path+".argv", ReasonRange, "A command has at most 1000 arguments.")
		return
	}
	for i, a := range c.Argv {
		v.template(fmt.Sprintf("%s.argv[%d]", path, i), a)
	}
	v.template(path+".dir", c.Dir)
	for _, name := range slices.Sorted(maps.Keys(c.Env)) {
		at := path + ".env." + name
		if !envForm.MatchString(name) {
			v.add(at, ReasonMalformed, "%q cannot be the name of an environment variable.", clip(name))
		}
		v.template(at, c.Env[name])
	}
	if c.OutputLimit < 0 || c.OutputLimit > MaxOutputLimit {
		v.add(path+".output_limit", ReasonRange, "The output limit is from 0 (the default, %d) to %d bytes.", DefaultOutputLimit, MaxOutputLimit)
	}
}

func (v *validator) notice(path string, n *Notice) {
	if strings.TrimSpace(n.Text) == "" {
		v.add(path+".text", ReasonMissing, "A notice needs its text.")
	}
	v.template(path+".text", n.Text)
	for i, to := range n.To {
		v.line(fmt.Sprintf("%s.to[%d]", path, i), to)
	}
}

func (v *validator) record(path string, d *DeploymentNote) {
	for _, f := range []struct{ name, val string }{{"service", d.Service}, {"environment", d.Environment}, {"version", d.Version}} {
		if f.val == "" {
			v.add(path+"."+f.name, ReasonMissing, "A recorded deployment needs its %s.", f.name)
		}
		v.template(path+"."+f.name, f.val)
	}
	v.template(path+".digest", d.Digest)
	if d.Outcome != "" && !slices.Contains(outcomes, d.Outcome) {
		v.unknown(path+".outcome", d.Outcome, "%q is not an outcome: "+strings.Join(outcomes, ", ")+".", outcomes)
	}
}
