package fault_test

import (
	"errors"
	"strings"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/gate/fault"
)

func TestListGathersEverything(t *testing.T) {
	var f fault.List
	if f.Err() != nil {
		t.Error("an empty list is an error")
	}
	f.Text("name", " ", 10, true)
	f.Text("text", strings.Repeat("x", 11), 10, false)
	f.Text("odd", "a\x00", 10, false)
	f.Choice("kind", "xml", "junit", "fact")
	f.Choice("kind", "", "junit")
	f.Number("count", -1, 5)
	if err := f.Take("key", errs.Invalid("key.malformed", "No.")); err != nil {
		t.Error(err)
	}
	other := errors.New("the disk is gone")
	if err := f.Take("key", other); !errors.Is(err, other) {
		t.Errorf("another error became %v", err)
	}
	e := errs.As(f.Err())
	var got []string
	for _, x := range e.Fields {
		got = append(got, x.Name+":"+x.Reason)
	}
	want := "name:text.missing text:text.too_long odd:text.malformed kind:word.unknown count:number.out_of_range key:key.malformed"
	if e.Code != errs.CodeInvalid || strings.Join(got, " ") != want {
		t.Errorf("%s %q, want %q", e.Code, got, want)
	}
}
