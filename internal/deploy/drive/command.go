package drive

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"slipway/internal/deploy/runbook"
	"slipway/internal/deploy/shim"
	"slipway/internal/errs"
	"slipway/internal/id"
)

// commandLook is how often the end of a command and its output are looked for.
const commandLook = 100 * time.Millisecond

func (c *Commands) dirOf(a Claim) string { return filepath.Join(c.Dir, a.ID) }

// command runs a command, or goes on watching one that runs already: the directory of the attempt says which.
func (d *Driver) command(w *work, out *output, e *expansion, c runbook.CommandLine, timeout time.Duration) Outcome {
	o := d.o.Commands
	if o == nil || len(o.Directories) == 0 {
		return hopeless("This Slipway runs no commands. Set commands and command-directories in its configuration to allow them.")
	}
	dir := o.dirOf(w.Claim)
	st, err := shim.Adopt(dir)
	if err != nil {
		return unknown("%s", errs.As(err).Msg)
	}
	if st.State == shim.NeverStarted {
		if w.stopping() {
			return failed("It was stopped before it began.")
		}
		spec, err := d.spec(w, e, c, timeout)
		if err != nil {
			return hopeless("%s", errs.As(err).Msg)
		}
		out.say("Running " + strings.Join(quoted(spec.Argv), " "))
		if err := shim.Start(dir, spec, o.Executable); err != nil {
			out.say(errs.As(err).Error())
			if st, aerr := shim.Adopt(dir); aerr != nil || st.State == shim.NeverStarted {
				_ = shim.Cancel(dir) // so that a shim that is late does not start it after all
				if st, aerr = shim.Adopt(dir); aerr == nil && st.State == shim.NeverStarted {
					return failed("%s", errs.As(err).Msg)
				}
			}
		}
	} else {
		out.say("Taken over: the command is watched on.")
		if err := d.secrets(e, c); err != nil {
			d.o.Fault(err) // its output may show what could not be looked up
		}
	}
	return d.follow(w, out, dir)
}

// secrets looks up what a command was given before, so that its output can be masked.
func (d *Driver) secrets(e *expansion, c runbook.CommandLine) error {
	_, err := expandAll(e, "env", c.Env)
	return err
}

// follow watches a command until its end.
func (d *Driver) follow(w *work, out *output, dir string) Outcome {
	t := time.NewTicker(commandLook)
	defer t.Stop()
	stop := w.stop
	for {
		st, err := shim.Adopt(dir)
		if err != nil {
			return unknown("%s", errs.As(err).Msg)
		}
		for {
			b, next, err := shim.Tail(dir, out.offset+int64(len(out.partial)))
			if err != nil || len(b) == 0 {
				break
			}
			out.bytes(b, next)
		}
		switch st.State {
		case shim.Finished:
			out.end()
			return d.ended(out, *st.Result)
		case shim.Lost:
			out.end()
			if st.Orphan {
				_ = shim.Cancel(dir)
				return unknown("The process that watched the command is gone. The command itself was still running and was killed.")
			}
			return unknown("The process that watched the command is gone and left no exit status.")
		}
		out.flush(d)
		select {
		case <-t.C:
		case <-stop:
			stop = nil
			out.say("It is told to stop.")
			if err := shim.Cancel(dir); err != nil {
				out.say(errs.As(err).Msg)
			}
		case <-w.ctx.Done():
			return Outcome{}
		case <-d.quit:
			return Outcome{}
		}
	}
}

func (d *Driver) ended(out *output, r shim.Result) Outcome {
	took := r.FinishedAt.Sub(r.StartedAt).Round(time.Millisecond)
	switch {
	case r.Succeeded():
		out.say(fmt.Sprintf("Exit status 0 after %s.", took))
		return succeeded
	case r.Fault != "":
		return hopeless("The command did not start: %s", r.Fault)
	case r.Cancelled:
		return failed("The command was stopped.")
	case r.TimedOut:
		return failed("The command took longer than it may and was ended after %s.", took)
	case r.Terminated:
		return unknown("The command was ended from outside, for example by a shutdown of the machine.")
	case r.Signal != "":
		return failed("The command was ended by the signal %s.", r.Signal)
	}
	out.say(fmt.Sprintf("Exit status %d after %s.", r.Code, took))
	return failed("The command ended with status %d.", r.Code)
}

// spec fills in what a command runs with. Secrets may stand in its environment only.
func (d *Driver) spec(w *work, e *expansion, c runbook.CommandLine, timeout time.Duration) (shim.Spec, error) {
	s := shim.Spec{Token: w.ID, Timeout: timeout, OutputLimit: int64(c.OutputLimit)}
	if s.Timeout <= 0 {
		s.Timeout = runbook.DefaultCommandTimeout
	}
	for _, a := range c.Argv {
		x, err := e.text("argv", a)
		if err != nil {
			return s, err
		}
		if e.secret {
			return s, errs.Invalid("run.secret_in_argument", "A secret cannot stand in an argument, where every process of the machine can read it. Hand it over in env.")
		}
		s.Argv = append(s.Argv, x)
	}
	dir, err := e.text("dir", c.Dir)
	if err != nil {
		return s, err
	}
	if s.Dir, err = allowed(dir, d.o.Commands.Directories); err != nil {
		return s, err
	}
	for _, k := range slices.Sorted(func(yield func(string) bool) {
		for k := range c.Env {
			if !yield(k) {
				return
			}
		}
	}) {
		x, err := e.text("env "+k, c.Env[k])
		if err != nil {
			return s, err
		}
		if e.secret {
			s.Secrets = append(s.Secrets, k+"="+x)
		} else {
			s.Env = append(s.Env, k+"="+x)
		}
	}
	s.Env = append(s.Env, "SLIPWAY_RUN="+string(w.Run), "SLIPWAY_STEP="+w.Step, fmt.Sprintf("SLIPWAY_ATTEMPT=%d", w.Attempt), "SLIPWAY_KEY="+w.key())
	return s, nil
}

// allowed returns the directory that a command works in, links resolved: the one stated, which must lie in an allowed one, or
// the first allowed one.
func allowed(dir string, directories []string) (string, error) {
	if dir == "" {
		dir = directories[0]
	}
	if !filepath.IsAbs(dir) {
		return "", errs.Invalid("run.command_directory", "The directory %q of the command is not an absolute path.", dir)
	}
	resolved, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", errs.Invalid("run.command_directory", "The directory %s of the command does not exist.", dir)
	}
	for _, a := range directories {
		base, err := filepath.EvalSymlinks(a)
		if err != nil {
			continue
		}
		if rel, err := filepath.Rel(base, resolved); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return resolved, nil
		}
	}
	return "", errs.Invalid("run.command_directory", "Commands may not work in %s. Allowed is what command-directories of the configuration lists.", dir)
}

func quoted(argv []string) []string {
	out := make([]string, len(argv))
	for i, a := range argv {
		out[i] = a
		if a == "" || strings.ContainsAny(a, " \t\n\"'\\$") {
			out[i] = fmt.Sprintf("%q", a)
		}
	}
	return out
}

// tidy removes what a command left once its result is stored.
func (d *Driver) tidy(c Claim) {
	o := d.o.Commands
	if c.Kind != runbook.Command || o == nil || o.Keep {
		return
	}
	if err := shim.Remove(o.dirOf(c)); err != nil && !errs.Is(err, errs.CodeBlocked) {
		d.o.Fault(err)
	}
}

// clear removes the directories of attempts whose result was stored but whose directory could not be removed then.
func (d *Driver) clear() {
	o := d.o.Commands
	if o == nil || o.Keep {
		return
	}
	entries, err := os.ReadDir(o.Dir)
	if err != nil {
		d.o.Fault(err)
		return
	}
	for _, e := range entries {
		if !e.IsDir() || !id.Is(e.Name()) {
			continue
		}
		ended, err := d.o.Store.Ended(d.ctx, e.Name())
		if err == nil && ended {
			d.tidy(Claim{ID: e.Name(), Kind: runbook.Command})
		}
	}
}
