package ui_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiproblem"
	"slipway/internal/platform/ui/uitest"
)

type failing struct{}

func (failing) Render(_ context.Context, w io.Writer) error {
	_, _ = io.WriteString(w, "half")
	return errors.New("broken")
}

func TestFieldSaysWhatIsWrong(t *testing.T) {
	d := uitest.Render(t, ui.TextField(ui.Field{Name: "change.number", Label: "Change number", Value: `"><b>`, Hint: "Five digits.", Err: "This one has 4.", Required: true}))
	in := d.One("input#change-number")
	if in.Attr("name") != "change.number" || in.Attr("value") != `"><b>` || in.Attr("aria-invalid") != "true" || in.Attr("aria-describedby") != "change-number-hint change-number-err" {
		t.Error(in.HTML())
	}
	d.Says("#change-number-err", "This one has 4.")
	d.Has("label[for=change-number]")
	uitest.Render(t, ui.TextField(ui.Field{Name: "a", Label: "A"})).None("[aria-invalid], [aria-describedby], .err")
}

func TestAChoiceThatIsNotAvailableSaysWhy(t *testing.T) {
	options := []ui.Option{{Value: "hold", Text: "Hold"}, {Value: "go", Text: "GO", Why: "QA says NO-GO."}}
	d := uitest.Render(t, ui.RadioField(ui.Field{Name: "d", Label: "Decision", Value: "hold"}, options))
	d.Says(".opt.off", "Not available: QA says NO-GO.")
	d.Has("input[value=go][disabled]")
	d.Has("input[value=hold][checked]")
	d = uitest.Render(t, ui.SelectField(ui.Field{Name: "d", Label: "Decision", Value: "hold"}, options))
	d.Says("option[value=go][disabled]", "GO (not available: QA says NO-GO.)")
	d.Has("option[value=hold][selected]")
}

func TestAButtonThatIsNotAvailableSaysWhy(t *testing.T) {
	d := uitest.Render(t, ui.Btn(ui.Button{Text: "Start run", Why: "the verdict is NO-GO."}))
	b := d.One("button[aria-disabled=true]")
	d.Says("#"+b.Attr("aria-describedby"), "Not available: the verdict is NO-GO.")
	if b.Attr("type") != "button" {
		t.Error("a button that is off would send the form")
	}
	uitest.Render(t, ui.Btn(ui.Button{Text: "Open", Href: "javascript:alert(1)"})).None(`a[href^="javascript"]`)
}

func TestADialogForAnActThatCannotBeUndone(t *testing.T) {
	d := uitest.Render(t, ui.DialogBox(ui.Dialog{ID: "rb", Title: "Roll back?", Form: "/b", Hidden: map[string]string{"version": "7"}, Type: "Cards", Act: &ui.Button{Text: "Roll back now", Kind: "danger solid"}}))
	d.Has("dialog#rb[aria-labelledby=rb-h] form[method=post][action='/b'] input[name=version][value='7']")
	d.Has("button#rb-act[disabled][type=submit]")
	if got := d.One("[data-confirm-text]").Attr("data-enables"); got != "rb-act" {
		t.Errorf("enables %q", got)
	}
}

func TestLoadLine(t *testing.T) {
	d := uitest.Render(t, ui.LoadLine(ui.Load{Met: 11, Waived: 1, NotMet: 2}))
	if d.Count(".segs i") != 14 || d.One(".segs").Attr("aria-label") != "Readiness: 11 met, 1 waived, 2 not met of 14" {
		t.Error(d.HTML())
	}
	d.Says(".load > span:last-child", "12/14")
}

func TestPagerLeadsByKey(t *testing.T) {
	d := uitest.Render(t, ui.PagerFoot(ui.Pager{Shown: "1 to 50", Next: "?after=50"}))
	d.Has("a[rel=next][href='?after=50']")
	d.None("[aria-disabled]")
	d = uitest.Render(t, ui.PagerFoot(ui.Pager{Count: 12, Total: 62, One: "run", Many: "runs", Order: "newest first", First: "/runs"}))
	d.Says("a[rel=first][href='/runs']", "First page")
	d.Says(".btn[aria-disabled=true]", "Next")
	uitest.Render(t, ui.PagerFoot(ui.Pager{Count: 2, One: "run", Many: "runs"})).None(".btn")
	uitest.Render(t, ui.PagerFoot(ui.Pager{One: "run", Many: "runs", Order: "newest first"})).None(".pager")
}

func TestPagerSaysWhatIsShown(t *testing.T) {
	for want, p := range map[string]ui.Pager{
		"1 run, newest first":                    {Count: 1},
		"No runs":                                {},
		"50 runs, newest first":                  {Count: 50, Next: "?after=50"},
		"210 runs, newest first":                 {Count: 210, Total: 210},
		"1 to 50 of 1,210 runs, newest first":    {Count: 50, Total: 1210, Next: "?after=50"},
		"50 of 210 runs, newest first":           {Count: 50, Total: 210, First: "/", Next: "?after=100"},
		"201 to 210 of 210 runs, newest first":   {Count: 10, Before: 200, Total: 210, Previous: "?from=150"},
		"Entries 48 to 12, as they were written": {Count: 3, Shown: "Entries 48 to 12, as they were written"},
	} {
		p.One, p.Many, p.Order = "run", "runs", "newest first"
		if got := p.Says(); got != want {
			t.Errorf("%+v says %q, want %q", p, got, want)
		}
	}
}

func TestShapesSpeakOnlyWithoutAWord(t *testing.T) {
	uitest.Render(t, ui.Status(ui.NoGo, "Not met")).Has("svg[aria-hidden=true]")
	uitest.Render(t, ui.Shape(ui.Go, "Done")).Has("svg[role=img][aria-label=Done]")
	for _, s := range ui.States() {
		if s.Word() == "" {
			t.Errorf("%s has no word", s)
		}
		uitest.Render(t, ui.Pill(s, ""))
	}
}

func TestProblem(t *testing.T) {
	d := uitest.Render(t, uiproblem.Page(uiproblem.Problem{Status: 409, Title: "Not saved", Happened: "Elena changed it.", Kept: "Your text.", Do: "Compare.", Reason: "risk.stale"}))
	d.Says(".problem .code", "409 , risk.stale")
	d.Says("dl", "What was kept Your text. What to do Compare.")
}

// What many refusals begin with stands once above a form.
func TestAFormErrorSaysOnceThatNothingIsSaved(t *testing.T) {
	for _, msg := range []string{"Not saved. Ledger was changed by somebody else.", "Ledger was changed by somebody else."} {
		d := uitest.Render(t, ui.FormError(ui.ErrorsOf(errs.Conflict("row.stale", nil, "%s", msg))))
		if got := strings.Join(strings.Fields(d.One(".note").Text()), " "); !strings.HasSuffix(got, "Not saved. Ledger was changed by somebody else.") || strings.Count(got, "Not saved.") != 1 {
			t.Errorf("%q", got)
		}
	}
	uitest.Render(t, ui.FormError(ui.Errors{})).None(".note")
}
