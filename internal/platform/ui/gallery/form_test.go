package gallery

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"

	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/asset"
	"slipway/internal/platform/ui/uitest"
)

// A form that goes by htmx: a fault comes back in place with the focus in the field, success leads on with a toast.
func TestAFormInPlace(t *testing.T) {
	form := func(value, fault string) templ.Component {
		return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
			_, _ = io.WriteString(w, `<form id="f" class="stack" method="post" action="/save" `)
			if err := templ.RenderAttributes(ctx, w, ui.InPlace("/save")); err != nil {
				return err
			}
			_, _ = io.WriteString(w, `>`)
			if err := ui.TextField(ui.Field{Name: "change", Label: "Change number", Value: value, Err: fault}).Render(ctx, w); err != nil {
				return err
			}
			if err := ui.Btn(ui.Button{Text: "Save"}).Render(ctx, w); err != nil {
				return err
			}
			_, err := io.WriteString(w, `</form>`)
			return err
		})
	}
	mux := http.NewServeMux()
	mux.Handle(asset.Prefix, asset.Handler())
	show := func(w http.ResponseWriter, r *http.Request, status int, body templ.Component) {
		if err := Page().Render(w, r, status, body); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		show(w, r, 200, templ.Join(ui.PageHead("Form", ""), form("", "")))
	})
	mux.HandleFunc("GET /saved", func(w http.ResponseWriter, r *http.Request) { show(w, r, 200, ui.PageHead("Saved", "")) })
	mux.HandleFunc("POST /save", func(w http.ResponseWriter, r *http.Request) {
		if v := r.PostFormValue("change"); len(v) != 5 {
			show(w, r, 422, form(v, "A change number has 5 digits."))
			return
		}
		ui.Redirect(w, r, "/saved")
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	ctx := uitest.Browser(t)
	uitest.Open(t, ctx, s.URL, uitest.Looks[0])
	do(t, ctx, run(`window.same = true`), chromedp.SendKeys(chromedp.CSS("#change"), "4082"), chromedp.Click(chromedp.CSS("#f button")))
	truth(t, ctx, "the fault is shown in place, the text kept, the focus in the field",
		`window.same && document.querySelectorAll("form#f").length === 1 && document.activeElement.id === "change" && document.activeElement.value === "4082" && document.querySelector("#change-err").textContent.includes("5 digits")`)
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#change"), "2"), chromedp.Click(chromedp.CSS("#f button")))
	truth(t, ctx, "success leads on", `location.pathname === "/saved"`)
}
