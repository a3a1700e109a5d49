package homeapi

import (
	"context"
	"io"
	"net/http"

	"slipway/internal/home"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

type recordIn struct {
	api.Paging
	Action string  `query:"action" maxLength:"100" doc:"An action, or the words it starts with: risk finds risk.opened."`
	Person string  `query:"person" maxLength:"100" doc:"On whose behalf: key or identifier of a person."`
	Since  db.Time `query:"since" doc:"Not before this instant."`
	Until  db.Time `query:"until" doc:"Before this instant."`
	Newest bool    `query:"newest" doc:"Newest first; oldest first without it."`
}

type seqKey struct {
	Seq int64 `json:"s"`
}

type recordOut struct{ Body api.Page[home.Entry] }

func list(ctx context.Context, r *home.Record, release string, in recordIn) (*recordOut, error) {
	k, paged, err := api.DecodeCursor[seqKey]("record", in.After)
	if err != nil {
		return nil, err
	}
	f := home.Filter{Release: release, Action: in.Action, Person: in.Person, Since: in.Since, Until: in.Until, Newest: in.Newest, After: -1, Limit: in.Limit}
	if paged && in.Newest {
		f.Before = k.Seq
	} else if paged {
		f.After = k.Seq
	}
	rows, err := r.Entries(ctx, f)
	if err != nil {
		return nil, err
	}
	out := &recordOut{api.Page[home.Entry]{Items: rows}}
	if rows == nil {
		out.Body.Items = []home.Entry{}
	}
	if len(rows) == in.Limit && rows[len(rows)-1].Seq > 0 {
		out.Body.Next, err = api.EncodeCursor("record", seqKey{rows[len(rows)-1].Seq})
	}
	return out, err
}

// Register adds the operations of what sees everything.
func Register(a *api.API, d *db.DB, h *home.Home, r *home.Record, j *home.Jobs) {
	attention(a, d, h)
	jobs(a, j)
	record(a, r)
}

func record(a *api.API, r *home.Record) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/record", Permission: "record.read", Tag: "Record", Summary: "List entries of the record"},
		func(ctx context.Context, in *recordIn) (*recordOut, error) { return list(ctx, r, "", *in) })
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/record", Permission: "record.read", Tag: "Record", Summary: "List the record of a release"},
		func(ctx context.Context, in *struct {
			Release string `path:"release" maxLength:"100" doc:"Key or identifier of the release"`
			recordIn
		}) (*recordOut, error) {
			return list(ctx, r, in.Release, in.recordIn)
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/ledger", Permission: "record.read", Tag: "Record", Summary: "Show the head of the ledger and its newest checkpoint"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body home.Head }, error) {
			h, err := r.Head(ctx)
			return &struct{ Body home.Head }{h}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/ledger/verify", Permission: "record.verify", Tag: "Record", Summary: "Recompute the whole ledger",
		Description: "The first fault, if there is one, is in the answer. It costs about 10 µs an entry."},
		func(ctx context.Context, _ *struct{}) (*struct{ Body ledger.Report }, error) {
			rep, err := r.Verify(ctx)
			return &struct{ Body ledger.Report }{rep}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/ledger/{seq}/proof", Permission: "record.read", Tag: "Record", Summary: "Prove that an entry is in the signed ledger"},
		func(ctx context.Context, in *struct {
			Seq int64 `path:"seq" minimum:"0" doc:"Sequence number of the entry"`
		}) (*struct{ Body home.Proven }, error) {
			p, err := r.Proof(ctx, in.Seq)
			return &struct{ Body home.Proven }{p}, err
		})
	export := func(ref func(*http.Request) string) func(w http.ResponseWriter, req *http.Request) error {
		return func(w http.ResponseWriter, req *http.Request) error {
			write, err := r.Exporter(req.Context(), ref(req))
			if err != nil {
				return err
			}
			w.Header().Set("Content-Type", "application/jsonl")
			w.Header().Set("Content-Disposition", `attachment; filename="slipway-record.jsonl"`)
			return write(io.Writer(w))
		}
	}
	api.Raw(a, api.Op{Method: http.MethodGet, Path: "/ledger/export", Permission: "record.export", Tag: "Record", Summary: "Export the whole record with its proofs", Produces: "application/jsonl"},
		export(func(*http.Request) string { return "" }))
	api.Raw(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/record/export", Permission: "record.export", Tag: "Record", Summary: "Export the record of a release with its proofs", Produces: "application/jsonl"},
		export(func(req *http.Request) string { return req.PathValue("release") }))
}
