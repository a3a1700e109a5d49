package cli

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"slipway/client"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authapi"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// TestPeopleByCommand does with commands what the pages of the administration do.
func TestPeopleByCommand(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	s := authtest.Service(t, d)
	admin := authtest.Admin(t, d)
	_, token, err := s.MakeToken(admin, credential.NewToken{Name: "cli", Roles: []string{auth.RoleAdministrator}})
	if err != nil {
		t.Fatal(err)
	}
	a := api.New(api.Options{DB: d, Guard: s.Guard(), Version: "test"})
	authapi.Register(a, s)
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	kept := ""
	for _, x := range []struct {
		line   string
		status int
		want   string
	}{
		{"person add maya --name=Maya --email=maya@example.com --zone=Europe/Stockholm --role=viewer", 0, "Added maya."},
		{"person add maya --name=Maya", 1, "person.exists"},
		{"person add ci --name=CI --program", 0, "Added ci."},
		{"person set maya --zone=Mars", 1, "zone: \"Mars\" is not a time zone"},
		{"person set maya --name=Maya_L", 0, "Changed maya."},
		{"person list -q maya", 0, "maya  Maya_L  maya@example.com  person  active"},
		{"person show maya", 0, "viewer everywhere"},
		{"person invite maya", 0, srv.URL + "/invitation/"},
		{"team add crew --name=Crew --member=maya --member=ci", 0, "Added team crew."},
		{"team set crew --leave=ci", 0, "Changed team crew."},
		{"team show crew", 0, "Members  maya"},
		{"team list", 0, "crew  Crew  1        open"},
		{"role add qa --name=QA --permission=people.read", 0, "Defined role qa."},
		{"role set qa --add=token.make --remove=people.read", 0, "Changed role qa."},
		{"role show qa", 0, "token.make"},
		{"role list", 0, "administrator"},
		{"role grant qa", 2, "name who gets the role"},
		{"role grant qa --team=crew --until=2027-01-01T00:00:00Z", 0, "Gave qa everywhere."},
		{"role grant boss --person=maya", 1, "role.unknown"},
		{"role grants --team=crew", 0, "qa    everywhere"},
		{"team close crew --reason=merged", 0, "Closed team crew."},
		{"team close crew", 0, "Closed team crew."},
		{"team list", 0, "No teams."},
		{"team list --closed", 0, "closed 2026"},
		{"team show crew", 0, "State    closed 2026"},
		{"team set crew --join=maya", 1, "team.closed"},
		{"role grant qa --team=crew", 1, "team: The team Crew is closed and takes no role."},
		{"role grants --team=crew", 0, "No grants."},
		{"team reopen crew", 0, "Reopened team crew."},
		{"team set crew --join=maya", 0, "Changed team crew."},
		{"token add gitlab --role=pipeline --owner=ci", 0, "slw_"},
		{"token list --all", 0, "gitlab"},
		{"token list --owner=ci -o json", 0, `"name": "gitlab"`},
		{"token set gitlab", 2, "say what to change"},
		{"token set gitlab --expires=2029-01-01T00:00:00Z", 1, "expires: A token lives at most 366 days."},
		{"token set gitlab --name=gitlab-payments --expires=2027-03-01T00:00:00Z", 0, "Changed gitlab-payments; it expires at 2027-03-01T00:00:00Z."},
		{"token set gitlab --name=x", 1, "token.not_found"},
		{"token set TOKEN --name=gitlab", 0, "Changed gitlab;"},
		{"token add gitlab --role=viewer", 0, "slw_"},
		{"token close gitlab", 1, "token.ambiguous"},
		{"token close TOKEN", 0, "Revoked gitlab."},
		{"token set TOKEN --name=x", 1, "token.ended"},
		{"token close gitlab", 0, "Revoked gitlab."},
		{"token list --owner=ci", 0, "No tokens."},
		{"person close ci", 0, "Deactivated ci."},
		{"person reopen ci", 0, "Reactivated ci."},
		{"person erase ci --confirm=no", 2, "cannot be undone"},
		{"person erase ci --confirm=ci", 0, "Erased; the person is now erased-"},
		{"person close admin", 1, "auth.last_administrator"},
	} {
		args := strings.Fields(strings.ReplaceAll(x.line, "TOKEN", kept))
		status, out, errs := run0(args, Server{}, "SLIPWAY_URL="+srv.URL, "SLIPWAY_TOKEN="+token)
		if status != x.status || !strings.Contains(out+errs, x.want) {
			t.Errorf("slipway %s: status %d, want %d; %q is not in:\n%s%s", x.line, status, x.status, x.want, out, errs)
		}
		if strings.HasSuffix(x.line, "-o json") {
			var list []client.Token
			if err := json.Unmarshal([]byte(out), &list); err != nil || len(list) != 1 {
				t.Fatalf("%v: %s", err, out)
			}
			kept = list[0].ID
		}
	}
}
