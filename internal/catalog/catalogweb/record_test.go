package catalogweb_test

import (
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

func TestRecordPage(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	maya := bank(t, d)
	p := open(t, maya, d)
	p.get("/environments", 200).Has(`a[href="/deployments/new"]`)
	p.get("/services/ledger?environment=dr", 200).Has(`a[href="/deployments/new?environment=dr&service=ledger"]`)
	p.get("/deployments/new", 200).Has("#services option[value=ledger]")
	page := p.get("/deployments/new?service=ledger&environment=dr", 200)
	page.Has("input[name=service][value=ledger]")
	page.Has("select[name=environment] option[value=dr][selected]")
	page.Says(".rows", "5.13.1")

	good := []string{"service", "ledger", "environment", "dr", "version", "5.15.1", "digest", "", "outcome", "succeeded", "at", "", "source", "By hand, Jonas"}
	but := func(field, value string) []string {
		out := append([]string(nil), good...)
		for i := 0; i < len(out); i += 2 {
			if out[i] == field {
				out[i+1] = value
			}
		}
		return out
	}
	for _, c := range []struct{ field, value, says string }{
		{"service", "moon", "There is no service"}, {"service", "", "There is no service"}, {"environment", "", "Choose the environment"}, {"version", "", "version"}, {"version", "5 0", "no spaces"},
		{"digest", "sha256:xyz", "digest"}, {"outcome", "perhaps", "succeeded, failed or rolled-back"}, {"at", "soon", "Give a date"}, {"at", "2027-01-01T00:00", "before it happened"},
	} {
		again := p.post("/deployments/new", 422, but(c.field, c.value)...)
		again.Says("#"+c.field+"-err", c.says)
		again.Has(`input[name=source][value="By hand, Jonas"]`)
	}
	page = p.post("/deployments/new", 200, good...)
	page.Has("#toasts .toast")
	page.Says("#deployments tbody tr:first-child", "5.15.1")
	page.Says("#runs", "5.15.1")
	// An attempt that failed, and a fact older than what is known, leave what runs.
	p.post("/deployments/new", 200, append(but("outcome", "failed")[:4:4], "version", "5.16.0", "outcome", "failed")...)
	p.post("/deployments/new", 200, append(but("at", "")[:4:4], "version", "4.0.0", "outcome", "succeeded", "at", "2026-01-01T10:00")...)
	row, err := catalog.New(d).Deployments(maya, catalog.DeploymentFilter{Service: "ledger", Environment: "dr"})
	if err != nil || len(row) != 4 || row[0].Source != "" || row[1].Source != "By hand, Jonas" {
		t.Errorf("%+v %v", row, err)
	}
	p.get("/services/ledger", 200).Says("#runs", "5.15.1")

	viewer := open(t, authtest.Person(t, d, "viola", "viewer"), d)
	viewer.get("/deployments/new?service=ledger", 200).Says(".unavail", "your roles do not carry deployment.record")
	viewer.post("/deployments/new", 403, good...)
	cards, err := catalog.New(d).Product(maya, "cards")
	if err != nil {
		t.Fatal(err)
	}
	of := open(t, authtest.Person(t, d, "carl", "operator@"+string(catalog.Scope(cards.ID)), "viewer"), d)
	of.get("/deployments/new?service=ledger", 200).Says(".unavail", "your roles do not carry deployment.record for Ledger.")
	of.post("/deployments/new", 403, good...)
	of.post("/deployments/new", 200, "service", "cards-auth", "environment", "dr", "version", "9.9.9", "outcome", "succeeded")
}
