package homeapi_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"slipway/internal/decide/decidetest"
	"slipway/internal/deploy"
	"slipway/internal/home"
	"slipway/internal/home/homeapi"
	"slipway/internal/plan"
	"slipway/internal/platform/api"
	"slipway/internal/platform/api/apitest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/risk"
	"slipway/internal/work"
)

// server has a release that waits for its owner, and two jobs that failed for good.
func server(t *testing.T, d *db.DB) apitest.Server {
	t.Helper()
	l := ledgertest.Open(t, d)
	w := decidetest.New(t, d, work.Permissions, risk.Permissions, deploy.Permissions, home.Permissions)
	s := authtest.Service(t, d)
	jobs := failed(t, d, 2)
	a := api.New(api.Options{DB: d, Guard: s.Guard(), Version: "test"})
	homeapi.Register(a, d, home.New(home.Areas{Gate: w.Gate, Decisions: w.Decisions}), home.NewRecord(d, l), home.NewJobs(d, jobs))
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	p := "@product/" + string(w.Payments.ID)
	tokens := map[string]string{}
	for name, role := range map[string]string{"admin": "administrator", "manager": "release-manager" + p, "viewer": "viewer" + p} {
		ctx := authtest.Person(t, d, name, role)
		_, text, err := s.MakeToken(auth.WithSystem(t.Context()), credential.NewToken{Owner: authtest.Me(t, ctx), Name: name, Roles: auth.BuiltIn})
		if err != nil {
			t.Fatal(err)
		}
		tokens[name] = text
	}
	w.Release(t, "payments-26.11.0", plan.RolledBack)
	seen := len(ledgertest.Actions(t, l))
	return apitest.Server{Handler: h, Token: func(_ *testing.T, name string) string { return tokens[name] }, Entries: func(t *testing.T) []string {
		all := ledgertest.Actions(t, l)
		fresh := all[seen:]
		seen = len(all)
		return append([]string(nil), fresh...)
	}}
}

// failed returns a queue that stands still, with n jobs that failed for good.
func failed(t *testing.T, d *db.DB, n int) *job.Runner {
	t.Helper()
	seen := make(chan job.Attempt, n)
	r, err := job.Open(d, job.Options{Observe: func(a job.Attempt) { seen <- a }})
	if err != nil {
		t.Fatal(err)
	}
	r.Register("bad", time.Minute, func(context.Context, []byte) error { return errors.New("no route to the bank") })
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		for range n {
			if err := r.Enqueue(tx, job.Job{Kind: "bad", MaxAttempts: 1, Args: map[string]int{"n": 7}}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for range n {
		select {
		case <-seen:
		case <-time.After(time.Minute):
			t.Fatal("no attempt")
		}
	}
	if err := r.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestOperations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		apitest.Run(t, server(t, d), []apitest.Case{
			{Name: "nobody", Path: "/api/v1/attention", Status: 401},
			{Name: "what waits for others", Path: "/api/v1/attention", As: "viewer", Status: 200, Want: `{"items":[],"mine":0,"others":1}`},
			{Name: "what waits for anybody", Path: "/api/v1/attention?all=true", As: "viewer", Status: 200, Want: `{"items":[{"kind":"state","weight":"presses","release":"payments-26.11.0","title":"*","why":"*","mine":false}],"mine":0}`},
			{Name: "a wrong parameter", Path: "/api/v1/attention?everybody=true", As: "viewer", Status: 422},

			{Name: "jobs for those who may", Path: "/api/v1/jobs", As: "manager", Status: 403, Reason: "auth.permission_missing"},
			{Name: "jobs", Path: "/api/v1/jobs?limit=1", As: "admin", Status: 200, Want: `{"items":[{"kind":"bad","attempt":1,"maxAttempts":1,"args":{"n":7},"lastError":"*"}],"next":"*"}`, Keep: map[string]string{"job": "items.0.id", "next": "next"}},
			{Name: "more jobs", Path: "/api/v1/jobs?limit=1&after={next}", As: "admin", Status: 200, Want: `{"items":[{"kind":"bad"}]}`, Keep: map[string]string{"other": "items.0.id"}},
			{Name: "a page that is none", Path: "/api/v1/jobs?after=zz", As: "admin", Status: 422},
			{Name: "retry needs a right", Method: "POST", Path: "/api/v1/jobs/{job}/retry", As: "manager", Status: 403},
			{Name: "forget", Method: "POST", Path: "/api/v1/jobs/{job}/forget", As: "admin", Status: 204, Entries: []string{"job.forgotten"}},
			{Name: "forget again", Method: "POST", Path: "/api/v1/jobs/{job}/forget", As: "admin", Status: 404},
			{Name: "retry", Method: "POST", Path: "/api/v1/jobs/{other}/retry", As: "admin", Status: 204, Entries: []string{"job.revived"}},
			{Name: "none is left", Path: "/api/v1/jobs", As: "admin", Status: 200, Want: `{"items":[]}`},
		})
	})
}
