package workapi

import (
	"context"
	"net/http"

	"slipway/internal/platform/api"
	"slipway/internal/platform/httpx"
	"slipway/internal/work/exchange"
)

const exchangeTag = "Plans from and to files"

// RegisterExchange adds the operations that take plans over from files and hand them on.
func RegisterExchange(a *api.API, s *exchange.Exchange) {
	type importIn struct {
		byRelease
		Format  exchange.Format `query:"format" enum:"csv,xlsx,mspdi" doc:"How the body keeps the plan; guessed from its first bytes unless stated. mspdi is Microsoft Project's XML."`
		DryRun  bool            `query:"dryRun" doc:"Only say what would happen."`
		RawBody []byte
	}
	type report struct{ Body exchange.Report }
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/plan-file", Permission: "work.plan", Tag: exchangeTag, Summary: "Import a plan", MaxBody: exchange.BytesMax,
		Description: "Adds and changes tasks so that the release agrees with the file, all of them or none. A task is known again by its key, or by its name where the file has no keys. Tasks that the file does not name stay. " +
			"The first row of a spreadsheet names the columns: key, name, owner, phase, status, optimistic, likely, pessimistic, percent, remaining, not before, fixed start, fixed finish, due, started, ended, after, text, and what other tools call them. " +
			"Wall times are of the caller's zone."},
		func(ctx context.Context, in *importIn) (*report, error) {
			if in.Format == "" {
				in.Format = exchange.Guess(in.RawBody)
			}
			out, err := s.Import(ctx, in.Release, in.Format, in.RawBody, in.DryRun)
			return &report{out}, err
		})
	api.Raw(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/plan-file", Permission: "work.read", Tag: exchangeTag, Summary: "Export a plan", Query: []string{"format"}, Produces: "application/octet-stream",
		Description: "The tasks of the release as csv, xlsx, mspdi (Microsoft Project's XML) or json, as the query says; csv unless stated."},
		func(w http.ResponseWriter, r *http.Request) error {
			f := exchange.Format(r.URL.Query().Get("format"))
			if f == "" {
				f = exchange.CSV
			}
			out, err := s.Export(r.Context(), r.PathValue("release"), f)
			if err != nil {
				return err
			}
			return httpx.Save(w, out.Name, out.Type, out.Bytes)
		})
}
