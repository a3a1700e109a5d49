package errs_test

import (
	"errors"
	"slices"
	"testing"

	"slipway/internal/errs"
)

func TestFaults(t *testing.T) {
	var f errs.Faults
	f.Add(nil)
	f.At("x", nil)
	if err := f.Err("Not saved.", 0); err != nil {
		t.Fatalf("without a fault: %v", err)
	}
	f.Say("name", "text.missing", "%s is empty.", "It")
	if got := f.Counted(); got != "The input has a fault." {
		t.Error(got)
	}
	f.Add(errs.InvalidField("key", "key.malformed", "No key."))
	f.At("phases[2].key", errs.InvalidField("key", "key.taken", "Taken."))
	f.At("due", errs.Invalid("offset.malformed", "No offset."))
	want := []errs.Field{{Name: "name", Reason: "text.missing", Msg: "It is empty."}, {Name: "key", Reason: "key.malformed", Msg: "No key."},
		{Name: "phases[2].key", Reason: "key.taken", Msg: "Taken."}, {Name: "due", Reason: "offset.malformed", Msg: "No offset."}}
	all := errs.As(f.Err(f.Counted(), 0))
	if !slices.Equal(all.Fields, want) || all.Msg != "The input has 4 faults." || all.Reason != "input.invalid" {
		t.Errorf("%s %s %+v", all.Reason, all.Msg, all.Fields)
	}
	if e := errs.As(f.Err("Not saved.", 2)); len(e.Fields) != 2 || e.Msg != "Not saved." {
		t.Errorf("two of four: %+v", e)
	}
	first := errors.New("the disk is gone")
	f.Add(first)
	f.At("x", errors.New("another"))
	if err := f.Err("Not saved.", 0); !errors.Is(err, first) {
		t.Errorf("a failure of ours is %v", err)
	}
	var g errs.Faults
	g.Add(errs.Invalid("input.odd", "Odd."))
	if errs.ReasonOf(g.Err("Not saved.", 0)) != "input.odd" {
		t.Error("an error without fields is lost")
	}
}
