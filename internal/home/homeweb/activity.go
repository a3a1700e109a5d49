package homeweb

import (
	"net/url"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/home"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
)

type activityView struct {
	reader.Reader
	entries []home.Entry
	record  string // address of the whole of it
}

// activityShown is how many entries stand on a release's overview.
const activityShown = 6

// Activity is the panel of a release with what happened lately. Who may not read its record gets none. It costs some
// five statements.
func Activity(tx *db.Tx, r plan.Release) (templ.Component, error) {
	may, err := auth.Allowed(tx, "record.read", plan.Scope(r))
	if err != nil || !may {
		return nil, err
	}
	v := activityView{Reader: reader.In(tx), record: "/releases/" + url.PathEscape(r.Key) + "/record"}
	if v.entries, err = home.Entries(tx, home.Filter{Release: string(r.ID), Newest: true, Limit: activityShown}); err != nil {
		return nil, err
	}
	if err := home.Named(tx, v.entries); err != nil {
		return nil, err
	}
	return activityCard(v), nil
}

// when is the time of day of what happened today, else the day.
func (v activityView) when(e home.Entry) string {
	t, now := e.At.Std().In(v.Zone), v.Now.In(v.Zone)
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return ui.Clock(t, v.Zone)
	}
	return t.Format("2 Jan")
}

func (v activityView) iso(e home.Entry) string { return e.At.Std().UTC().Format(time.RFC3339) }
