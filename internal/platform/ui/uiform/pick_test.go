package uiform_test

import (
	"slices"
	"strconv"
	"testing"

	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiform"
	"slipway/internal/platform/ui/uitest"
)

// Few choices are boxes; of many those that are picked are, and the others are offered as they are typed.
func TestPickField(t *testing.T) {
	f := ui.Field{Name: "services", Label: "Services", Hint: "All, when left empty.", Err: "There is no service moon."}
	few := []ui.Option{{Value: "ledger", Text: "Ledger"}, {Value: "cards", Text: "Cards"}}
	d := uitest.Render(t, uiform.PickField(f, []string{"cards"}, few))
	d.Says("fieldset > legend", "Services")
	d.Has("input[type=checkbox][value=ledger]:not([checked])")
	d.Has("input[type=checkbox][value=cards][checked]")
	d.None("input[type=text], datalist")
	d = uitest.Render(t, uiform.PickField(f, []string{"cards", "moon"}, few))
	d.Has("input[type=text][name=services][value=moon][aria-invalid=true]")
	d.Says(".err", "There is no service moon.")
	many := slices.Clone(few)
	for i := range 300 {
		many = append(many, ui.Option{Value: "s" + strconv.Itoa(i), Text: "Service " + strconv.Itoa(i)})
	}
	d = uitest.Render(t, uiform.PickField(f, []string{"cards"}, many))
	if n := d.Count("input[type=checkbox]"); n != 1 {
		t.Errorf("%d boxes", n)
	}
	d.Has("input[type=text][name=services][value=''][list=services-known]")
	if n := d.Count("#services-known option"); n != 301 {
		t.Errorf("%d offered", n)
	}
	if got := uiform.Picked([]string{"cards", "", " s1, s2 s1\n", "cards"}); !slices.Equal(got, []string{"cards", "s1", "s2"}) {
		t.Errorf("%q", got)
	}
}
