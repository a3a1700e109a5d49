package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"slipway/client"
	"slipway/internal/errs"
)

// Session is one run of the program, as a command sees it.
type Session struct {
	ctx     context.Context
	std     Streams
	environ []string
	root    *root
	api     *client.Client
}

// Context ends when the program is to stop.
func (s *Session) Context() context.Context { return s.ctx }

// Out is where the answer goes, Err is for people beside it, In is what is piped in.
func (s *Session) Out() io.Writer { return s.std.Out }

// Err is where words to people beside the answer go.
func (s *Session) Err() io.Writer { return s.std.Err }

// In is what is piped in.
func (s *Session) In() io.Reader { return s.std.In }

// Env returns a variable of the environment, or "".
func (s *Session) Env(name string) string {
	for _, e := range s.environ {
		if k, v, ok := strings.Cut(e, "="); ok && k == name {
			return v
		}
	}
	return ""
}

const serverDefault = "http://127.0.0.1:8080"

// Client returns the client of the server that SLIPWAY_URL and SLIPWAY_TOKEN name. It does not connect.
func (s *Session) Client() (*client.Client, error) {
	if s.api != nil {
		return s.api, nil
	}
	address := cmp.Or(s.root.Server, s.Env("SLIPWAY_URL"), serverDefault)
	c, err := client.New(address, s.Env("SLIPWAY_TOKEN"), client.WithAgent("slipway/"+Build().Version))
	if err != nil {
		return nil, &usage{err}
	}
	s.api = c
	return c, nil
}

// JSON reports whether the answer is to be printed as JSON.
func (s *Session) JSON() bool { return s.root.Output == "json" }

// ReadFile reads a file named on the command line, or standard input for "-". limit bounds it in bytes.
func (s *Session) ReadFile(name string, limit int64) ([]byte, error) {
	r := s.std.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, &usage{err}
		}
		defer f.Close()
		r = f
	}
	if r == nil {
		return nil, nil
	}
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", name, err)
	}
	if int64(len(b)) > limit {
		return nil, errs.TooLarge("file.too_large", "%s has more than %d bytes.", name, limit)
	}
	return b, nil
}

// usage marks an error of the command line itself.
type usage struct{ error }

func (u *usage) Unwrap() error { return u.error }

// Usage returns an error that exits with ExitUsage: what was typed cannot be meant.
func Usage(format string, args ...any) error { return &usage{fmt.Errorf(format, args...)} }

// fail prints err for a person and returns the exit status.
func (s *Session) fail(err error) int {
	var no *No
	var wrong *usage
	switch {
	case err == nil:
		return ExitYes
	case errors.As(err, &no):
		if no.Why != "" && !s.JSON() {
			_, _ = fmt.Fprintln(s.std.Err, no.Why)
		}
		return ExitNo
	case errors.As(err, &wrong):
		_, _ = fmt.Fprintf(s.std.Err, "slipway: %s\n", err)
		return ExitUsage
	case s.ctx.Err() != nil && errors.Is(err, context.Canceled):
		return ExitFailure
	}
	if s.JSON() {
		s.failJSON(err)
		return ExitFailure
	}
	_, _ = fmt.Fprintln(s.std.Err, "slipway: "+explain(err))
	return ExitFailure
}

// failJSON prints an error as a problem document on standard error, for programs that asked for JSON.
func (s *Session) failJSON(err error) {
	var p *client.Problem
	if !errors.As(err, &p) {
		p = &client.Problem{Type: "about:blank", Title: "Failure", Detail: err.Error(), Reason: "cli.failed"}
		var u *client.Unreachable
		var e *errs.Error
		switch {
		case errors.As(err, &u):
			p.Reason = "cli.unreachable"
		case errors.As(err, &e):
			p.Reason, p.Detail = e.Reason, e.Msg
			for _, f := range e.Fields {
				p.Errors = append(p.Errors, client.Fault{Field: f.Name, Reason: f.Reason, Message: f.Msg, File: f.File, Line: f.Line})
			}
		}
	}
	enc := json.NewEncoder(s.std.Err)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(p) // standard error has nobody behind it to tell
}

// explain writes an error with its fields, one a line, with file and line where they are known.
func explain(err error) string {
	var p *client.Problem
	if errors.As(err, &p) {
		out := err.Error()
		if p.Reason != "" {
			out += "\n  reason: " + p.Reason
		}
		if p.RequestID != "" && p.Status >= 500 {
			out += "\n  request: " + p.RequestID
		}
		if p.Status == 401 {
			out += "\n  Set SLIPWAY_TOKEN to a token of yours; it is made on your profile page or with slipway token add."
		}
		return out
	}
	var u *client.Unreachable
	if errors.As(err, &u) {
		return err.Error() + "\n  Is the server running? SLIPWAY_URL or --server says where."
	}
	var e *errs.Error
	if errors.As(err, &e) {
		out := e.Msg
		for _, f := range e.Fields {
			out += "\n  " + client.Fault{Field: f.Name, Message: f.Msg, File: f.File, Line: f.Line}.String()
		}
		if e.Code == errs.CodeInternal && e.Err != nil {
			out += "\n  " + e.Err.Error()
		}
		return out
	}
	return err.Error()
}
