package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Problem is what a server says when it does not do something: RFC 9457 with Slipway's members.
type Problem struct {
	Type      string          `json:"type"`
	Title     string          `json:"title"`
	Status    int             `json:"status"`
	Detail    string          `json:"detail"`
	Reason    string          `json:"reason"` // stable dotted word, e.g. "gate.evidence_missing"
	Errors    []Fault         `json:"errors,omitempty"`
	RequestID string          `json:"requestId,omitempty"`
	Theirs    json.RawMessage `json:"theirs,omitempty"` // of a conflict: the thing as it is now
}

// Fault is one fault of the input.
type Fault struct {
	Field   string `json:"field"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
}

// String returns the fault as a line: file:line: field: message.
func (f Fault) String() string {
	s := ""
	if f.File != "" {
		s = f.File + ":"
		if f.Line > 0 {
			s += fmt.Sprintf("%d:", f.Line)
		}
		s += " "
	} else if f.Line > 0 {
		s = fmt.Sprintf("line %d: ", f.Line)
	}
	if f.Field != "" {
		s += f.Field + ": "
	}
	return s + f.Message
}

func (p *Problem) Error() string {
	lines := []string{p.Detail}
	for _, f := range p.Errors {
		lines = append(lines, "  "+f.String())
	}
	return strings.Join(lines, "\n")
}

// Unreachable says that no answer came.
type Unreachable struct {
	Server string
	Err    error
}

func (u *Unreachable) Error() string {
	return fmt.Sprintf("no answer from %s: %v", u.Server, u.Err)
}

func (u *Unreachable) Unwrap() error { return u.Err }

// Reason returns the stable reason of a server's refusal, "" for any other error.
func Reason(err error) string {
	var p *Problem
	if errors.As(err, &p) {
		return p.Reason
	}
	return ""
}

// Status returns the HTTP status of a server's refusal, 0 for any other error.
func Status(err error) int {
	var p *Problem
	if errors.As(err, &p) {
		return p.Status
	}
	return 0
}

func problemOf(res *http.Response) error {
	b, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	p := &Problem{}
	if err != nil || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") || json.Unmarshal(b, p) != nil || p.Detail == "" {
		*p = Problem{Title: res.Status, Detail: fmt.Sprintf("The server answered %s, not as Slipway does. Check the address.", res.Status)}
	}
	p.Status = res.StatusCode
	return p
}
