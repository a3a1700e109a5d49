package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slipway/internal/platform/db"
	"slipway/internal/platform/httpx"
)

const schemas = "#/components/schemas/"

// paper is the router of the document: huma describes operations on it, and nothing is ever routed.
type paper struct{}

func (paper) Handle(*huma.Operation, func(huma.Context))   {}
func (paper) ServeHTTP(http.ResponseWriter, *http.Request) {}

func document(version string) huma.API {
	reg := huma.NewMapRegistry(schemas, namer())
	reg.RegisterTypeAlias(reflect.TypeFor[db.Time](), reflect.TypeFor[time.Time]())
	reg.RegisterTypeAlias(reflect.TypeFor[db.JSON](), reflect.TypeFor[json.RawMessage]())
	return huma.NewAPI(huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{Title: "Slipway", Version: version, Description: intro,
				License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}},
			Servers: []*huma.Server{{URL: Prefix}},
			Components: &huma.Components{Schemas: reg, SecuritySchemes: map[string]*huma.SecurityScheme{
				"token": {Type: "http", Scheme: "bearer", Description: "An API token, made on the profile page or with slipway token add."},
			}},
		},
		Formats: map[string]huma.Format{"application/json": huma.DefaultJSONFormat},
	}, paper{})
}

const intro = `Slipway decides, from evidence, whether a release may go to production, says why, runs the release, and can prove afterwards that all of it was so.

- Errors are problem documents (RFC 9457) with a stable reason and the faulty fields.
- Lists page by key: pass what came as next back as after.
- A POST may carry an Idempotency-Key: for 24 hours the same key with the same body gives the same answer and no second change.
- Unknown fields and parameters are refused with the nearest known name.
- Instants are RFC 3339 in UTC.`

// namer names schemas by their type; a second type of the same name is prefixed with its package.
func namer() func(t reflect.Type, hint string) string {
	taken := map[string]reflect.Type{}
	return func(t reflect.Type, hint string) string {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		name := huma.DefaultSchemaNamer(t, hint)
		if base, args, ok := strings.Cut(t.Name(), "["); ok {
			name = base + generic(args)
		}
		if t.Kind() != reflect.Struct || t.Name() == "" {
			return name
		}
		if other, ok := taken[name]; ok && other != t {
			pkg := t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:]
			name = strings.ToUpper(pkg[:1]) + pkg[1:] + name
		}
		if _, ok := taken[name]; !ok {
			taken[name] = t
		}
		return name
	}
}

// generic names the arguments of a generic type with their packages: "slipway/internal/gate.Change]" becomes "GateChange".
func generic(args string) string {
	var b strings.Builder
	for _, a := range strings.Split(strings.TrimRight(args, "]"), ",") {
		for _, word := range strings.FieldsFunc(a[strings.LastIndexByte(a, '/')+1:], func(r rune) bool { return r == '.' || r == '[' || r == '*' }) {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

func (a *API) base(op Op) huma.Operation {
	problem := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[httpx.Problem](), true, "Problem")
	b := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary, Tags: []string{op.Tag}, DefaultStatus: op.Status,
		Description: op.Description, MaxBodyBytes: op.MaxBody,
		Responses: map[string]*huma.Response{"default": {
			Description: "A problem: what happened and what to do.",
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: problem}},
		}},
		Extensions: map[string]any{"x-permission": op.Permission},
		Errors:     nil,
	}
	if op.Permission != Public {
		b.Security = []map[string][]string{{"token": {}}}
	}
	return b
}

func (a *API) describeRaw(op Op) {
	b := a.base(op)
	status := op.Status
	if status == 0 {
		status = http.StatusOK
	}
	produces := op.Produces
	if produces == "" {
		produces = "application/octet-stream"
	}
	b.Responses[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status),
		Content: map[string]*huma.MediaType{produces: {}}}
	for _, name := range pathNames(op.Path) {
		b.Parameters = append(b.Parameters, &huma.Param{Name: name, In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
	}
	for _, name := range op.Query {
		b.Parameters = append(b.Parameters, &huma.Param{Name: name, In: "query", Schema: &huma.Schema{Type: huma.TypeString}})
	}
	a.huma.OpenAPI().AddOperation(&b)
}

// OpenAPI returns the document as indented JSON with sorted names, the same for the same operations.
func (a *API) OpenAPI() ([]byte, error) {
	raw, err := json.Marshal(a.huma.OpenAPI())
	if err != nil {
		return nil, err
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, err
	}
	b, err := json.MarshalIndent(v, "", "  ")
	return append(b, '\n'), err
}

func (a *API) serveSpec(w http.ResponseWriter, r *http.Request) {
	spec, err := a.spec()
	if err != nil {
		a.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/openapi+json")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(spec)
}

// identify derives "release-risks-list" like names: the path's fixed words, then the method.
func identify(method, path string) string {
	var words []string
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if strings.HasPrefix(part, "{") {
			part = "by-" + strings.Trim(part, "{}.")
		}
		words = append(words, part)
	}
	return strings.ToLower(method) + "-" + strings.Join(words, "-")
}

func pathNames(path string) []string {
	var names []string
	for part := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(part, "{") {
			names = append(names, strings.TrimSuffix(strings.Trim(part, "{}"), "..."))
		}
	}
	return names
}
