package gateapi

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"slipway/internal/gate"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

type receiveIn struct {
	byRelease
	Kind      string `query:"kind" required:"true" enum:"junit,fact" doc:"junit: a test report in JUnit's XML. fact: a JSON document that a condition judges."`
	Criterion string `query:"criterion" maxLength:"100" doc:"Key of the criterion; the only one that asks for it unless stated."`
	Service   string `query:"service" maxLength:"100" doc:"Key of the service that was tested; the whole manifest unless stated."`
	Source    string `query:"source" maxLength:"200" doc:"What sends it, as people say it: pipeline 88213."`
	URL       string `query:"url" maxLength:"2000" doc:"Where it came from."`
	RawBody   []byte
}

// afterEvidence is the cursor of the list.
type afterEvidence struct {
	At int64  `json:"at"`
	ID string `json:"id"`
}

func evidence(a *api.API, g *gate.Gate) {
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/evidence", Permission: "evidence.add", Tag: "Evidence", Summary: "Send evidence for a release", Status: http.StatusCreated, MaxBody: g.EvidenceLimit(),
		Description: "The body is the original: it is kept as it is under its SHA-256, and never changed. " + g.EvidenceLimits() + " What is sent is bound to what the release carries now: " +
			"to the version of the service where the criterion names services, else to the whole manifest, or to the release if the criterion says so. When that changes, the evidence is stale: kept, listed and not counted."},
		func(ctx context.Context, in *receiveIn) (*one[gate.Evidence], error) {
			e, err := g.Receive(ctx, in.Release, gate.NewEvidence{Kind: in.Kind, Criterion: in.Criterion, Service: in.Service, Source: in.Source, URL: in.URL}, in.RawBody)
			return &one[gate.Evidence]{e}, err
		})
	type listIn struct {
		byRelease
		api.Paging
		Criterion string `query:"criterion" maxLength:"100" doc:"Only evidence for this criterion, by key."`
		Kind      string `query:"kind" enum:"junit,fact" doc:"Only this kind."`
		Service   string `query:"service" maxLength:"100" doc:"Only evidence of this service, by key."`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/evidence", Permission: "gate.read", Tag: "Evidence", Summary: "List the evidence of a release", Description: "Newest first, with what is stale and what counts."},
		func(ctx context.Context, in *listIn) (*many[gate.Evidence], error) {
			k, _, err := api.DecodeCursor[afterEvidence]("evidence", in.After)
			if err != nil {
				return nil, err
			}
			rows, err := g.EvidenceOf(ctx, in.Release, gate.EvidenceFilter{Criterion: in.Criterion, Kind: in.Kind, Service: in.Service, BeforeAt: db.Time(k.At), BeforeID: k.ID, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			page, err := api.PageOf("evidence", rows, in.Limit, func(e gate.Evidence) afterEvidence { return afterEvidence{int64(e.ReceivedAt), e.ID} })
			return &many[gate.Evidence]{page}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/evidence/{evidence}", Permission: "gate.read", Tag: "Evidence", Summary: "Show a piece of evidence", Description: "With what was read from it: failing tests and warnings."},
		func(ctx context.Context, in *struct {
			Evidence string `path:"evidence" maxLength:"36" doc:"Identifier"`
		}) (*one[gate.Evidence], error) {
			e, err := g.EvidenceByID(ctx, in.Evidence)
			return &one[gate.Evidence]{e}, err
		})
}

func originals(a *api.API, g *gate.Gate) {
	api.Raw(a, api.Op{Method: http.MethodGet, Path: "/evidence/{evidence}/original", Permission: "gate.read", Tag: "Evidence", Summary: "Download the original bytes of evidence", Produces: "application/octet-stream",
		Description: "As they were received, checked against their SHA-256, which the header Digest holds."},
		func(w http.ResponseWriter, r *http.Request) error { return original(w, r, g) })
}

// original answers with the original bytes of the evidence that the path names.
func original(w http.ResponseWriter, r *http.Request, g *gate.Gate) error {
	e, bytes, err := g.Original(r.Context(), r.PathValue("evidence"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Length", strconv.FormatInt(e.Size, 10))
	h.Set("Content-Disposition", `attachment; filename="`+e.FileName()+`"`)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Digest", "sha-256="+e.Digest)
	w.WriteHeader(http.StatusOK)
	_, err = io.Copy(w, bytes)
	if cerr := bytes.Close(); err == nil {
		err = cerr
	}
	return err
}
