package authweb

import (
	"context"
	"net/http"
	"time"

	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// act does something to a person and goes back to their page, which says why if it did not happen.
func (p *pages) act(w http.ResponseWriter, r *http.Request, did string, do func(ctx context.Context, ref string) (auth.Person, error)) error {
	ref := r.PathValue("ref")
	now, err := do(r.Context(), ref)
	if err == nil {
		return p.site.Redirect(w, r, "/admin/people/"+now.Key, web.Toast{State: ui.Go, Title: did, Text: now.Name})
	}
	v, verr := p.personView(r, ref)
	if verr != nil {
		return verr
	}
	v.failed = errs.As(err).Msg
	return p.site.Again(w, r, err, personPage(v))
}

func (p *pages) erase(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Confirm string `form:"confirm"`
	}
	ref := r.PathValue("ref")
	if err := p.site.Form(r, &in); err != nil {
		return err
	}
	return p.act(w, r, "Erased", func(ctx context.Context, _ string) (auth.Person, error) {
		who, err := p.s.Person(ctx, ref)
		if err != nil {
			return who, err
		}
		if in.Confirm != who.Key {
			return who, errs.Invalid("person.not_confirmed", "Nothing was erased. Type the key %s to confirm.", who.Key)
		}
		return p.s.Erase(ctx, ref)
	})
}

// dateOf reads a date of a form as the midnight that begins it, or the one that ends it after so many days.
func dateOf(field, value string, zone *time.Location, days int) (db.Time, error) {
	if value == "" {
		return 0, nil
	}
	t, err := ui.ParseDate(field, value, zone)
	if err != nil {
		return 0, err
	}
	return db.At(t.AddDate(0, 0, days)), nil
}

func secure(r *http.Request) bool { return httpx.Secure(r.Context()) }

// expires turns days of a form into an instant.
func (p *pages) expires(days int) (db.Time, error) {
	if days < 1 || days > 366 {
		return 0, errs.InvalidField("days", "token.expires", "A token lives 1 to 366 days.")
	}
	return db.At(p.o.Clock.Now().AddDate(0, 0, days)), nil
}
