package httpx

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"slipway/internal/errs"
)

// Problem is an error as the API tells it: RFC 9457 with Slipway's members.
type Problem struct {
	Type      string       `json:"type" doc:"Always about:blank; reason says more." example:"about:blank"`
	Title     string       `json:"title" doc:"The status in words." example:"Conflict"`
	Status    int          `json:"status" doc:"The HTTP status." example:"409"`
	Detail    string       `json:"detail" doc:"A sentence that a person can act on."`
	Reason    string       `json:"reason" doc:"A stable dotted word for machines." example:"gate.evidence_missing"`
	Errors    []errs.Field `json:"errors,omitempty" doc:"The faulty fields of the input, with their places."`
	RequestID string       `json:"requestId,omitempty" doc:"Names the request in the server's log."`
	Theirs    any          `json:"theirs,omitempty" doc:"Of a conflict over an edited thing: the thing as it is now."`
}

// ProblemOf returns the document of an error. What an internal error wraps is not in it.
func ProblemOf(r *http.Request, err error) Problem {
	e := errs.As(err)
	status := e.Code.Status()
	return Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: e.Msg, Reason: e.Reason,
		Errors: e.Fields, RequestID: RequestID(r.Context()), Theirs: e.Theirs,
	}
}

// RetryAfter is an error that may be tried again after a number of seconds; WriteProblem says so in the header.
type RetryAfter struct {
	Err     *errs.Error
	Seconds int
}

func (e *RetryAfter) Error() string { return e.Err.Error() }
func (e *RetryAfter) Unwrap() error { return e.Err }

// WriteProblem answers with the problem document of err.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	WriteProblemStatus(w, r, errs.CodeOf(err).Status(), err)
}

// WriteProblemStatus is WriteProblem with a status that no code stands for, such as 405.
func WriteProblemStatus(w http.ResponseWriter, r *http.Request, status int, err error) {
	p := ProblemOf(r, err)
	p.Status, p.Title = status, http.StatusText(status)
	Headers(w, err)
	b, fault := json.Marshal(p)
	if fault != nil { // only Theirs can fail
		p.Theirs = nil
		b, _ = json.Marshal(p)
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Del("Content-Length")
	h.Del("ETag")
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(append(b, '\n'))
	}
}

// Headers sets what the protocol wants beside an error's status: Retry-After and WWW-Authenticate.
func Headers(w http.ResponseWriter, err error) {
	switch code := errs.CodeOf(err); code {
	case errs.CodeUnauthenticated:
		w.Header().Set("WWW-Authenticate", `Bearer realm="slipway"`)
	case errs.CodeThrottled, errs.CodeUnavailable:
		w.Header().Set("Retry-After", "5")
	}
	if again, ok := errorAs[*RetryAfter](err); ok {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, again.Seconds)))
	}
}

func errorAs[E error](err error) (E, bool) {
	var e E
	ok := errors.As(err, &e)
	return e, ok
}
