package repository

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"sync"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan/fault"
	"slipway/internal/platform/db"
	"slipway/internal/platform/git"
	"slipway/internal/platform/ledger"
)

// Repository is the Git repository of a product or of one of its services.
type Repository struct {
	ID         string     `json:"id"`
	Product    id.Product `json:"product"`
	ProductKey string     `json:"productKey"`
	Key        string     `json:"key"` // unique within the product
	Service    id.Service `json:"service,omitempty"`
	ServiceKey string     `json:"serviceKey,omitempty"` // none: it belongs to the whole product
	URL        string     `json:"url"`
	Pattern    string     `json:"pattern"`            // what a key of a scope item looks like in a message
	Excuse     string     `json:"excuse,omitempty"`   // commits whose subject or author it matches need no item
	Tag        string     `json:"tag"`                // how a version is tagged: v{version}, {service}/v{version}
	Login      string     `json:"login,omitempty"`    // user name, where the repository asks for a password
	Secret     string     `json:"secret,omitempty"`   // name of the secret that holds the password or token
	FetchedAt  db.Time    `json:"fetchedAt,omitzero"` // when the mirror was last brought up to date
	TriedAt    db.Time    `json:"triedAt,omitzero"`
	Fault      string     `json:"fault,omitempty"` // why the newest try failed
	Rev        int64      `json:"rev"`
	ChangedAt  db.Time    `json:"changedAt"`
	ChangedBy  string     `json:"changedBy"`
}

// Spec states a repository.
type Spec struct {
	Key     string `json:"key" doc:"Its key within the product" example:"payments-core"`
	Service string `json:"service,omitempty" doc:"Key or identifier of the service that it holds; the whole product without it"`
	URL     string `json:"url" doc:"Where it is read" example:"https://git.example.com/payments-core.git"`
	Pattern string `json:"pattern,omitempty" doc:"Regular expression (RE2) of keys of scope items in messages; [A-Z][A-Z0-9]+-[0-9]+ unless stated"`
	Excuse  string `json:"excuse,omitempty" doc:"Regular expression of subjects or authors of commits that need no scope item"`
	Tag     string `json:"tag,omitempty" doc:"How a version is tagged; v{version} unless stated" example:"{service}/v{version}"`
	Login   string `json:"login,omitempty" doc:"User name, where the repository asks for a password"`
	Secret  string `json:"secret,omitempty" doc:"Name of the installation's secret that holds the password or token"`
}

const (
	defaultPattern = `[A-Z][A-Z0-9]+-[0-9]+`
	defaultTag     = `v{version}`
	patternMax     = 300
)

// Secret looks a secret of the installation up by its name.
type Secret func(ctx context.Context, name string) (value string, ok bool, err error)

// Options are what the service stands on.
type Options struct {
	Git    *git.Git // nil where the machine has no git program
	Secret Secret   // may be nil
	Files  bool     // as the Git's
}

// Repositories is the service of the wing.
type Repositories struct {
	db *db.DB
	o  Options
	mu sync.Mutex
	at map[string]*sync.Mutex // one fetch of a mirror at a time
}

// New returns the service.
func New(d *db.DB, o Options) *Repositories {
	return &Repositories{db: d, o: o, at: map[string]*sync.Mutex{}}
}

// over writes what the statement says over a repository.
func (s *Repositories) over(tx *db.Tx, r Repository, in Spec) (Repository, error) {
	var f fault.List
	r.Key, r.URL, r.Pattern, r.Excuse, r.Tag, r.Login, r.Secret = in.Key, in.URL, in.Pattern, in.Excuse, in.Tag, in.Login, in.Secret
	if r.Pattern == "" {
		r.Pattern = defaultPattern
	}
	if r.Tag == "" {
		r.Tag = defaultTag
	}
	f.Key("key", r.Key)
	f.Add(git.CheckURL("url", r.URL, s.o.Files))
	expression(&f, "pattern", r.Pattern)
	expression(&f, "excuse", r.Excuse)
	if strings.Count(r.Tag, "{version}") != 1 || git.CheckTag("tag", r.tag("a", "1")) != nil {
		f.Say("tag", "repository.tag_malformed", "A tag of versions names {version} once and is otherwise the name of a tag: v{version}, {service}/v{version}.")
	}
	f.Text("login", r.Login, 200, false)
	f.Text("secret", r.Secret, 100, false)
	if r.Secret != "" && !strings.HasPrefix(r.URL, "https://") {
		f.Say("secret", "repository.secret_in_the_clear", "A secret is sent over https only.")
	}
	r.Service, r.ServiceKey = "", ""
	if in.Service != "" {
		svc := f.Service(tx, "service", in.Service)
		if svc.ID != "" && svc.Product != r.Product {
			f.Say("service", "repository.service_elsewhere", "The service %s belongs to another product.", svc.Key)
		}
		r.Service, r.ServiceKey = svc.ID, svc.Key
	}
	return r, f.Err()
}

func expression(f *fault.List, field, text string) {
	f.Text(field, text, patternMax, false)
	if _, err := regexp.Compile(text); err != nil {
		f.Say(field, "repository.pattern_malformed", "This is not a regular expression: %s.", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
}

// mirror is the name of the mirror of a repository: one for each address that it has had, so that no server reads the history of another.
func (r Repository) mirror() string {
	sum := sha256.Sum256([]byte(r.URL))
	return r.ID + "-" + hex.EncodeToString(sum[:8])
}

// tag is the name of the tag of a version.
func (r Repository) tag(service, version string) string {
	return strings.NewReplacer("{service}", service, "{version}", version).Replace(r.Tag)
}

func actor(tx *db.Tx) string { return ledger.ActorOf(tx.Context()).ID }

func entry(tx *db.Tx, r Repository, action string, payload map[string]any) {
	payload["key"] = r.Key
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "repository", ID: r.ID}, Scope: string(catalog.Scope(r.Product)), Payload: payload})
}

// said is what the record keeps of a repository.
func said(r Repository) map[string]any {
	return map[string]any{"key": r.Key, "service": r.ServiceKey, "url": r.URL, "pattern": r.Pattern, "excuse": r.Excuse, "tag": r.Tag, "secret": r.Secret}
}
