package signin_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/account"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/auth/password"
	"slipway/internal/platform/auth/signin"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ledger/ledgertest"
)

var here = credential.Origin{Address: "192.0.2.1", Agent: "Firefox"}

func try(login, pass string, from credential.Origin) signin.SignIn {
	return signin.SignIn{Login: login, Password: pass, Origin: from}
}

// browser returns the context of a request with the session's cookie.
func browser(t *testing.T, s *account.Service, secret string) (context.Context, error) {
	t.Helper()
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	r.AddCookie(&http.Cookie{Name: credential.CookieName, Value: secret})
	return s.Identify(r)
}

func TestSignIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		s := authtest.Service(t, d)
		maya := authtest.Person(t, d, "maya", auth.RoleReleaseManager)
		authtest.SetPassword(t, maya, d)
		before := len(ledgertest.Records(t, l))

		for _, login := range []string{"maya", "MAYA@example.com"} {
			o, err := s.SignIn(t.Context(), try(login, authtest.Password, here))
			if err != nil {
				t.Fatal(err)
			}
			ctx, err := browser(t, s, o.Secret)
			v, ok := auth.Viewer(ctx)
			if err != nil || !ok || v.Person != authtest.Me(t, maya) || v.Role != "Release manager" || v.Session != o.Session.ID {
				t.Errorf("%s: %+v, %v", login, v, err)
			}
		}
		for _, x := range []struct{ login, pass string }{{"maya", "wrong"}, {"nobody@example.com", authtest.Password}, {"nobody", "wrong"}} {
			_, err := s.SignIn(t.Context(), try(x.login, x.pass, here))
			if errs.ReasonOf(err) != "auth.sign_in_refused" || !strings.Contains(err.Error(), "4 tries left") {
				t.Errorf("%s: %v", x.login, err)
			}
		}
		got := []string{}
		for _, r := range ledgertest.Records(t, l)[before:] {
			got = append(got, r.Action)
			if strings.Contains(string(r.Payload), "maya") || strings.Contains(string(r.Payload), here.Address) {
				t.Errorf("%s names a person or an address: %s", r.Action, r.Payload)
			}
		}
		if want := []string{"session.opened", "session.opened", "session.refused", "session.refused", "session.refused"}; !slices.Equal(got, want) {
			t.Errorf("entries %v, want %v", got, want)
		}
		ledgertest.Verify(t, l)
	})
}

func TestSignInIsThrottled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d)
		authtest.SetPassword(t, authtest.Person(t, d, "maya"), d)
		var refused, throttled int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 12 { // together, since each try counts before its password is looked at
			wg.Go(func() {
				_, err := s.SignIn(t.Context(), try("maya", "wrong", here))
				mu.Lock()
				defer mu.Unlock()
				switch errs.CodeOf(err) {
				case errs.CodeUnauthenticated:
					refused++
				case errs.CodeThrottled:
					throttled++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if refused != 5 || throttled != 7 {
			t.Errorf("%d refused and %d throttled of 12", refused, throttled)
		}
		_, err := s.SignIn(t.Context(), try("maya", authtest.Password, here))
		var again *httpx.RetryAfter
		if !errors.As(err, &again) || again.Seconds != 900 || !strings.Contains(err.Error(), "15 minutes") {
			t.Errorf("the right password is throttled too, with the seconds: %v", err)
		}
		if _, err := s.SignIn(t.Context(), try("maya", authtest.Password, credential.Origin{Address: "198.51.100.7"})); err != nil {
			t.Errorf("from another address the owner gets in: %v", err)
		}
		d.Clock().(*clock.Fake).Advance(15 * time.Minute)
		if _, err := s.SignIn(t.Context(), try("maya", authtest.Password, here)); err != nil {
			t.Errorf("after the wait: %v", err)
		}
	})
}

func TestOneAddressIsThrottledOverManyAccounts(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	s := authtest.Service(t, d)
	for i := range 41 {
		_, err := s.SignIn(t.Context(), try("guess-"+string(rune('a'+i%26))+string(rune('a'+i/26)), "wrong", here))
		want := errs.CodeUnauthenticated
		if i >= 40 {
			want = errs.CodeThrottled
		}
		if !errs.Is(err, want) {
			t.Fatalf("try %d: %v", i, err)
		}
	}
}

func TestSignInUpgradesTheHash(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		authtest.SetPassword(t, authtest.Person(t, d, "maya"), d)
		hash := func() (h string) {
			if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Get(&h, `SELECT hash FROM person_password`) }); err != nil {
				t.Fatal(err)
			}
			return h
		}
		strong := account.New(d, account.Options{Hash: password.Params{Memory: 128, Passes: 2, Threads: 1}})
		if _, err := strong.SignIn(t.Context(), try("maya", authtest.Password, here)); err != nil {
			t.Fatal(err)
		}
		up := hash()
		if !strings.Contains(up, "m=128,t=2,p=1") {
			t.Errorf("the hash is %s", up)
		}
		if _, err := strong.SignIn(t.Context(), try("maya", authtest.Password, here)); err != nil || hash() != up {
			t.Errorf("a hash of today's parameters stays: %v", err)
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d)
		maya := authtest.Person(t, d, "maya")
		authtest.SetPassword(t, maya, d)
		c := d.Clock().(*clock.Fake)
		in := func() (string, context.Context) {
			t.Helper()
			o, err := s.SignIn(t.Context(), try("maya", authtest.Password, here))
			if err != nil {
				t.Fatal(err)
			}
			ctx, err := browser(t, s, o.Secret)
			if err != nil {
				t.Fatal(err)
			}
			return o.Secret, ctx
		}
		alive := func(secret string, want bool, when string) {
			t.Helper()
			_, err := browser(t, s, secret)
			if (err == nil) != want || err != nil && errs.ReasonOf(err) != "auth.session_ended" {
				t.Errorf("%s: %v", when, err)
			}
		}
		used, _ := in()
		idle, _ := in()
		for range 3 {
			c.Advance(7 * time.Hour)
			alive(used, true, "in use")
		}
		alive(idle, false, "idle")
		c.Advance(3 * time.Hour)
		alive(used, false, "over its absolute end")

		first, ctx := in()
		second, _ := in()
		list, err := s.Sessions(ctx, "")
		if err != nil || len(list) != 2 {
			t.Fatalf("sessions: %v, %v", list, err)
		}
		if n, err := s.CloseOtherSessions(ctx); err != nil || n != 1 {
			t.Errorf("ended %d: %v", n, err)
		}
		alive(second, false, "ended by the other")
		alive(first, true, "the one that asked")
		if err := s.SignOut(ctx); err != nil {
			t.Fatal(err)
		}
		alive(first, false, "signed out")

		// A sign-in from within a session takes its place.
		old, ctx := in()
		if _, err := s.SignIn(ctx, try("maya", authtest.Password, here)); err != nil {
			t.Fatal(err)
		}
		alive(old, false, "replaced")

		last, ctx := in()
		if err := s.ChangePassword(ctx, "wrong", "seven quiet boats at noon", here); !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("a wrong old password: %v", err)
		}
		if err := s.ChangePassword(ctx, authtest.Password, "maya maya 1", here); errs.CodeOf(err) != errs.CodeInvalid {
			t.Errorf("a weak password: %v", err)
		}
		if err := s.ChangePassword(ctx, authtest.Password, "seven quiet boats at noon", here); err != nil {
			t.Fatal(err)
		}
		alive(last, true, "the session that changed the password")
		caller, _ := auth.Viewer(ctx)
		caller.Session, caller.Token = "", "a token of hers"
		token := auth.WithIdentity(t.Context(), caller)
		if err := s.ChangePassword(token, authtest.Password, "nine grey herons on the ice", here); !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("a token without the present password: %v", err)
		}
		if err := s.ChangePassword(token, "seven quiet boats at noon", "nine grey herons on the ice", here); err != nil {
			t.Errorf("a token with the present password: %v", err)
		}
		alive(last, false, "a session, after a token changed the password")
		other, ctx := authtest.Person(t, d, "jonas"), ctx
		if err := s.CloseSession(other, list[0].ID); errs.ReasonOf(err) != "session.not_found" {
			t.Errorf("another's session: %v", err)
		}
		if _, err := s.Sessions(other, authtest.Me(t, ctx)); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("another's sessions: %v", err)
		}
		if _, err := s.Deactivate(authtest.Admin(t, d), "maya"); err != nil {
			t.Fatal(err)
		}
		alive(last, false, "of a person who is not active any more")
		if _, err := s.SignIn(t.Context(), try("maya", "seven quiet boats at noon", here)); errs.ReasonOf(err) != "auth.sign_in_refused" {
			t.Errorf("who is not active is not known: %v", err)
		}
	})
}

func TestFirstRun(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		s := authtest.Service(t, d)
		c := d.Clock().(*clock.Fake)
		start := func() string {
			t.Helper()
			x, err := s.Start(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			return strings.TrimPrefix(x.FirstRun, "/first-run/")
		}
		old, fresh := start(), start()
		if err := s.FirstRunOpen(t.Context(), old); errs.ReasonOf(err) != "auth.link_unknown" {
			t.Errorf("a newer start takes the place of the older: %v", err)
		}
		c.Advance(24 * time.Hour)
		if err := s.FirstRunOpen(t.Context(), fresh); errs.ReasonOf(err) != "auth.link_unknown" {
			t.Errorf("a day later: %v", err)
		}
		fresh = start()
		in := signin.FirstAdministrator{Name: "Maya Lindqvist", Email: "maya@example.com", Password: authtest.Password, Zone: "Europe/Stockholm", Origin: here}
		for name, change := range map[string]func(*signin.FirstAdministrator){
			"name":     func(x *signin.FirstAdministrator) { x.Name = " " },
			"email":    func(x *signin.FirstAdministrator) { x.Email = "" },
			"password": func(x *signin.FirstAdministrator) { x.Password = "maya@example.com" },
			"zone":     func(x *signin.FirstAdministrator) { x.Zone = "Mars/Olympus" },
		} {
			bad := in
			change(&bad)
			_, err := s.FirstRun(t.Context(), fresh, bad)
			if e := errs.As(err); e == nil || len(e.Fields) != 1 || e.Fields[0].Name != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		var wins int
		var mu sync.Mutex
		var wg sync.WaitGroup
		var o credential.Opened
		for range 4 {
			wg.Go(func() {
				x, err := s.FirstRun(t.Context(), fresh, in)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					wins, o = wins+1, x
				} else if errs.ReasonOf(err) != "auth.link_unknown" {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if wins != 1 {
			t.Fatalf("the link worked %d times", wins)
		}
		ctx, err := browser(t, s, o.Secret)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Roles(ctx); err != nil {
			t.Errorf("the first person administers: %v", err)
		}
		if x, err := s.Start(t.Context(), "a-token-of-twenty-characters"); err != nil || x != (signin.Started{}) {
			t.Errorf("a later start does nothing: %+v, %v", x, err)
		}
		if got := ledgertest.Actions(t, l); !slices.Equal(got, []string{"person.added", "role.granted", "password.changed", "session.opened"}) {
			t.Errorf("entries %v", got)
		}
	})
}

func TestStartWithAToken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d)
		for _, bad := range []string{"short", "has a space in it, which no header takes", strings.Repeat("x", 201)} {
			if _, err := s.Start(t.Context(), bad); !errs.Is(err, errs.CodeInvalid) {
				t.Errorf("%.30q: %v", bad, err)
			}
		}
		const text = "chosen-by-the-operator"
		x, err := s.Start(t.Context(), text)
		if err != nil || x.FirstRun != "" || x.Administrator == "" {
			t.Fatalf("%+v, %v", x, err)
		}
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		r.Header.Set("Authorization", "Bearer "+text)
		ctx, err := s.Identify(r)
		if err != nil {
			t.Fatal(err)
		}
		list, _, err := s.Tokens(ctx, credential.TokenFilter{})
		if err != nil || len(list) != 1 || list[0].Prefix != "chosen" || list[0].Name != "SLIPWAY_ADMIN_TOKEN" {
			t.Errorf("%+v, %v", list, err)
		}
		if _, err := s.Start(t.Context(), "another-token-of-the-operator"); err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer another-token-of-the-operator")
		if _, err := s.Identify(r); errs.ReasonOf(err) != "auth.token_unknown" {
			t.Errorf("the token of a later start is not looked at: %v", err)
		}
	})
}

func TestInvitation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d)
		admin := authtest.Admin(t, d)
		authtest.Person(t, d, "jonas")
		path, _, err := s.Invite(admin, "jonas")
		if err != nil {
			t.Fatal(err)
		}
		old := strings.TrimPrefix(path, "/invitation/")
		path, _, _ = s.Invite(admin, "jonas")
		link := strings.TrimPrefix(path, "/invitation/")
		if _, err := s.Invited(t.Context(), old); errs.ReasonOf(err) != "auth.link_unknown" {
			t.Errorf("an older invitation: %v", err)
		}
		if p, err := s.Invited(t.Context(), link); err != nil || p.Key != "jonas" {
			t.Errorf("%+v, %v", p, err)
		}
		if _, err := s.AcceptInvitation(t.Context(), link, "jonas@example.com", here); !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("a weak password: %v", err)
		}
		if _, err := s.AcceptInvitation(t.Context(), link, authtest.Password, here); err != nil {
			t.Fatal(err)
		}
		if _, err := s.AcceptInvitation(t.Context(), link, authtest.Password, here); errs.ReasonOf(err) != "auth.link_unknown" {
			t.Errorf("twice: %v", err)
		}
		if _, err := s.SignIn(t.Context(), try("jonas@example.com", authtest.Password, here)); err != nil {
			t.Error(err)
		}
		if _, _, err := s.Invite(authtest.Person(t, d, "jonas"), "admin"); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("who may not change people: %v", err)
		}
	})
}

func TestDemo(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	maya := authtest.Person(t, d, "maya", auth.RoleReleaseManager)
	off := authtest.Service(t, d)
	if _, err := off.SignInAs(t.Context(), authtest.Me(t, maya), here); errs.ReasonOf(err) != "auth.demo_off" {
		t.Errorf("without the demonstration: %v", err)
	}
	if list, err := off.DemoPeople(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("without the demonstration: %v %v", list, err)
	}
	on := account.New(d, account.Options{Demo: true})
	list, err := on.DemoPeople(t.Context())
	if err != nil || len(list) != 1 || list[0].Role != "Release manager" {
		t.Fatalf("%+v %v", list, err)
	}
	o, err := on.SignInAs(t.Context(), list[0].Person, here)
	if err != nil || o.Name != "Maya" {
		t.Errorf("%+v %v", o, err)
	}
}
