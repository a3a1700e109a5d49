package credential_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/account"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

func ptr[T any](v T) *T { return &v }

func inDays(n int) *db.Time { return ptr(db.At(dbtest.Start.Add(time.Duration(n) * 24 * time.Hour))) }

func TestSetToken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d)
		c := d.Clock().(*clock.Fake)
		admin := authtest.Admin(t, d)
		maya := authtest.Person(t, d, "maya", auth.RoleReleaseManager)
		if _, err := s.DefineRole(admin, auth.Role{Key: "locksmith", Name: "Locksmith", Permissions: []string{"token.make", "token.manage"}}); err != nil {
			t.Fatal(err)
		}
		keys := authtest.Person(t, d, "keys", "locksmith")
		tok, text, err := s.MakeToken(maya, credential.NewToken{Name: "ci", Permissions: []string{"people.read", "token.make"}, Expires: *inDays(1)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := identify(t, s, "Bearer "+text, ""); err != nil { // it is remembered from here on
			t.Fatal(err)
		}
		byToken := identified(t, s, text)
		got, err := s.SetToken(maya, "ci", credential.TokenChange{Name: ptr("gitlab"), Expires: inDays(3)})
		if err != nil || got.ID != tok.ID || got.Name != "gitlab" || got.ExpiresAt != *inDays(3) {
			t.Fatalf("%+v %v", got, err)
		}
		c.Advance(48 * time.Hour)
		if v, err := identify(t, s, "Bearer "+text, ""); err != nil || v.TokenName != "gitlab" {
			t.Errorf("longer than before: %+v %v", v, err)
		}
		if _, err := s.SetToken(keys, "gitlab", credential.TokenChange{Name: ptr("github")}); err != nil {
			t.Errorf("another's name: %v", err)
		}
		if _, err := s.SetToken(keys, tok.ID, credential.TokenChange{Expires: inDays(3)}); err != nil {
			t.Errorf("no change: %v", err)
		}
		for name, x := range map[string]struct {
			err  error
			want string
		}{
			"extends what one does not have": {second(s.SetToken(keys, tok.ID, credential.TokenChange{Expires: inDays(9)})), "auth.permission_missing"},
			"extends itself":                 {second(s.SetToken(byToken, tok.ID, credential.TokenChange{Expires: inDays(4)})), ""},
			"in the past":                    {second(s.SetToken(maya, tok.ID, credential.TokenChange{Expires: inDays(1)})), "token.expires"},
			"for ever":                       {second(s.SetToken(maya, tok.ID, credential.TokenChange{Expires: inDays(400)})), "token.expires"},
			"without a name":                 {second(s.SetToken(maya, tok.ID, credential.TokenChange{Name: ptr(" ")})), "name.missing"},
			"somebody else's":                {second(s.SetToken(authtest.Person(t, d, "jo", auth.RoleReleaseManager), tok.ID, credential.TokenChange{Name: ptr("x")})), "token.not_found"},
			"without the right":              {second(s.SetToken(authtest.Person(t, d, "vi", auth.RoleViewer), tok.ID, credential.TokenChange{Name: ptr("x")})), "auth.permission_missing"},
		} {
			got := errs.ReasonOf(x.err)
			if e := errs.As(x.err); e != nil && len(e.Fields) == 1 {
				got = e.Fields[0].Reason
			}
			if got != x.want {
				t.Errorf("%s: %v, want %q", name, x.err, x.want)
			}
		}
		if _, err := s.SetToken(maya, tok.ID, credential.TokenChange{Expires: ptr(db.At(c.Now().Add(time.Hour)))}); err != nil {
			t.Fatalf("shorter: %v", err)
		}
		c.Advance(2 * time.Hour)
		if _, err := s.SetToken(maya, tok.ID, credential.TokenChange{Expires: inDays(9)}); errs.ReasonOf(err) != "token.ended" {
			t.Errorf("expired: %v", err)
		}
	})
}

func TestTokensByName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d)
		admin := authtest.Admin(t, d)
		maya, jonas := authtest.Person(t, d, "maya", auth.RoleReleaseManager), authtest.Person(t, d, "jonas", auth.RoleReleaseManager)
		make1 := func(of id.Person) credential.Token {
			t.Helper()
			tok, _, err := s.MakeToken(admin, credential.NewToken{Owner: of, Name: "ci", Roles: []string{auth.RoleViewer}})
			if err != nil {
				t.Fatal(err)
			}
			return tok
		}
		a, b := make1("maya"), make1("jonas")
		if got, err := s.Token(maya, "ci"); err != nil || got.ID != a.ID {
			t.Errorf("one's own: %+v %v", got, err)
		}
		if got, err := s.Token(jonas, "ci"); err != nil || got.ID != b.ID {
			t.Errorf("one's own: %+v %v", got, err)
		}
		if _, err := s.Token(maya, "nothing"); errs.ReasonOf(err) != "token.not_found" {
			t.Errorf("no such name: %v", err)
		}
		if _, err := s.RevokeToken(admin, "ci"); errs.ReasonOf(err) != "token.ambiguous" {
			t.Errorf("two of everybody's: %v", err)
		}
		if got, err := s.RevokeToken(jonas, "ci"); err != nil || got.ID != b.ID {
			t.Errorf("%+v %v", got, err)
		}
		if got, err := s.RevokeToken(admin, "ci"); err != nil || got.ID != a.ID {
			t.Errorf("a revoked one does not count: %+v %v", got, err)
		}
		if _, err := s.SetToken(maya, a.ID, credential.TokenChange{Name: ptr("x")}); errs.ReasonOf(err) != "token.ended" {
			t.Errorf("revoked: %v", err)
		}
	})
}

// identified returns a context in which a token acts.
func identified(t *testing.T, s *account.Service, text string) context.Context {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+text)
	ctx, err := s.Identify(r)
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}
