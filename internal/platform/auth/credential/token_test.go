package credential_test

import (
	"net/http"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/account"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/auth/secret"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

func identify(t *testing.T, s *account.Service, header, cookie string) (auth.Identity, error) {
	t.Helper()
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	if header != "" {
		r.Header.Set("Authorization", header)
	}
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: credential.CookieName, Value: cookie})
	}
	ctx, err := s.Identify(r)
	v, _ := auth.Viewer(ctx)
	return v, err
}

func TestTokens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d)
		c := d.Clock().(*clock.Fake)
		admin := authtest.Admin(t, d)
		maya := authtest.Person(t, d, "maya", auth.RoleReleaseManager)
		reason := func(text, want, when string) {
			t.Helper()
			if _, err := identify(t, s, "Bearer "+text, ""); errs.ReasonOf(err) != want {
				t.Errorf("%s: %v", when, err)
			}
		}
		tok, text, err := s.MakeToken(maya, credential.NewToken{Name: "gitlab", Permissions: []string{"people.read"}, Expires: db.At(dbtest.Start.Add(time.Hour))})
		if err != nil {
			t.Fatal(err)
		}
		v, err := identify(t, s, "bearer "+text, "ignored")
		if err != nil || v.Token != tok.ID || v.Person != authtest.Me(t, maya) || v.TokenName != "gitlab" {
			t.Fatalf("%+v %v", v, err)
		}
		got, err := s.Token(maya, tok.ID)
		if err != nil || got.UsedAt != db.At(dbtest.Start) {
			t.Errorf("its use is written down: %+v %v", got, err)
		}
		c.Advance(4 * time.Minute)
		reason(text, "", "in use")
		if got, _ = s.Token(maya, tok.ID); got.UsedAt != db.At(dbtest.Start) {
			t.Errorf("to five minutes: %s", got.UsedAt)
		}
		c.Advance(time.Minute)
		reason(text, "", "in use")
		if got, _ = s.Token(maya, tok.ID); got.UsedAt != db.At(dbtest.Start.Add(5*time.Minute)) {
			t.Errorf("after five minutes: %s", got.UsedAt)
		}
		c.Advance(time.Hour)
		reason(text, "auth.token_expired", "expired")
		reason(secret.NewToken(), "auth.token_unknown", "unknown")
		for _, bad := range []string{"Basic bWF5YTptYXlh", "Bearer", "Bearer short", "Bearer " + text + " " + text} {
			if _, err := identify(t, s, bad, ""); errs.ReasonOf(err) != "auth.header_malformed" {
				t.Errorf("%.20q: %v", bad, err)
			}
		}
		tok, text, _ = s.MakeToken(maya, credential.NewToken{Name: "ci", Roles: []string{auth.RoleReleaseManager}})
		reason(text, "", "fresh")
		if _, err := s.RevokeToken(authtest.Person(t, d, "jonas"), tok.ID); errs.ReasonOf(err) != "token.not_found" {
			t.Errorf("another's token: %v", err)
		}
		if _, err := s.RevokeToken(admin, tok.ID); err != nil {
			t.Fatal(err)
		}
		reason(text, "auth.token_revoked", "revoked")
		if list, _, err := s.Tokens(maya, credential.TokenFilter{}); err != nil || len(list) != 0 {
			t.Errorf("living tokens: %v %v", list, err)
		}
		if list, _, err := s.Tokens(maya, credential.TokenFilter{Ended: true}); err != nil || len(list) != 2 {
			t.Errorf("all tokens: %v %v", list, err)
		}
		if _, _, err := s.Tokens(maya, credential.TokenFilter{All: true}); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("tokens of all: %v", err)
		}
		_, text, _ = s.MakeToken(maya, credential.NewToken{Name: "ci", Roles: []string{auth.RoleReleaseManager}})
		if _, err := s.Deactivate(admin, "maya"); err != nil {
			t.Fatal(err)
		}
		reason(text, "auth.token_revoked", "of a person who is not active")
	})
}

func TestTokensGiveNoMoreThanTheirMaker(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d)
		admin := authtest.Admin(t, d)
		maya := authtest.Person(t, d, "maya", auth.RoleReleaseManager)
		narrowed := credential.NewToken{Name: "narrow", Permissions: []string{"token.make", "people.read"}}
		_, text, err := s.MakeToken(admin, narrowed)
		if err != nil {
			t.Fatal(err)
		}
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		r.Header.Set("Authorization", "Bearer "+text)
		narrow, err := s.Identify(r)
		if err != nil {
			t.Fatal(err)
		}
		for name, x := range map[string]struct {
			err  error
			code errs.Code
		}{
			"a token makes a wider one":    {third(s.MakeToken(narrow, credential.NewToken{Name: "x", Roles: []string{auth.RoleAdministrator}})), errs.CodeForbidden},
			"a token makes an equal one":   {third(s.MakeToken(narrow, narrowed)), ""},
			"for somebody else":            {third(s.MakeToken(maya, credential.NewToken{Owner: authtest.Me(t, admin), Name: "x", Roles: []string{auth.RoleViewer}})), errs.CodeForbidden},
			"without the right":            {third(s.MakeToken(authtest.Person(t, d, "v", auth.RoleViewer), credential.NewToken{Name: "x", Roles: []string{auth.RoleViewer}})), errs.CodeForbidden},
			"by right of one product":      {third(s.MakeToken(authtest.Person(t, d, "c", "contributor@product/a"), credential.NewToken{Name: "x", Roles: []string{auth.RoleContributor}})), ""},
			"that carries nothing":         {third(s.MakeToken(maya, credential.NewToken{Name: "x"})), errs.CodeInvalid},
			"of an unknown permission":     {third(s.MakeToken(maya, credential.NewToken{Name: "x", Permissions: []string{"risk.eat"}})), errs.CodeInvalid},
			"of an unknown role":           {third(s.MakeToken(maya, credential.NewToken{Name: "x", Roles: []string{"boss"}})), errs.CodeInvalid},
			"with a malformed scope":       {third(s.MakeToken(maya, credential.NewToken{Name: "x", Roles: []string{auth.RoleViewer}, Scopes: []auth.Scope{"Product/ "}})), errs.CodeInvalid},
			"that has expired":             {third(s.MakeToken(maya, credential.NewToken{Name: "x", Roles: []string{auth.RoleViewer}, Expires: 1})), errs.CodeInvalid},
			"that lives for ever":          {third(s.MakeToken(maya, credential.NewToken{Name: "x", Roles: []string{auth.RoleViewer}, Expires: db.At(dbtest.Start.Add(400 * 24 * time.Hour))})), errs.CodeInvalid},
			"a password without the old":   {s.ChangePassword(narrow, "x", "seven quiet boats at noon", credential.Origin{}), errs.CodeInvalid},
			"a token that is more than it": {second(s.Roles(narrow)), ""},
		} {
			if errs.CodeOf(x.err) != x.code {
				t.Errorf("%s: %v", name, x.err)
			}
		}
	})
}

func second[T any](_ T, err error) error        { return err }
func third[A, B any](_ A, _ B, err error) error { return err }

func TestCookieOverHTTPAlone(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	s := authtest.Service(t, d)
	if _, err := identify(t, s, "", "not a secret"); errs.ReasonOf(err) != "auth.session_ended" {
		t.Errorf("%v", err)
	}
	if v, err := identify(t, s, "", ""); err != nil || v.Person != "" {
		t.Errorf("without a credential: %+v %v", v, err)
	}
	g := s.Guard()
	if g.Declared("people.read") != true || g.Declared("people.eat") != false {
		t.Error("what is declared")
	}
	admin := authtest.Admin(t, d)
	if got := g.Actor(admin); got != "person:"+string(authtest.Me(t, admin)) || g.Actor(t.Context()) != "" {
		t.Errorf("actor %q", got)
	}
}
