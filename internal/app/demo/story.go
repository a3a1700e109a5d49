package demo

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"slipway/internal/app"
	"slipway/internal/catalog"
	"slipway/internal/decide"
	"slipway/internal/deploy"
	"slipway/internal/errs"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

//go:embed data/*.yaml
var data embed.FS

// story tells the past of the bank: each thing at its instant, done by the person who did it.
type story struct {
	app    *app.App
	clock  *Clock
	bank   *Bank
	ctx    context.Context
	people map[string]context.Context
	things []thing
}

type thing struct {
	at time.Time
	do func() error
}

var stockholm = time.FixedZone("CET", 3600)

// day is an instant in November 2026 (or, from 31 on, in the days after it), Stockholm time.
func day(d, hour, minute int) time.Time { return time.Date(2026, 11, d, hour, minute, 0, 0, stockholm) }

// at adds what happens at an instant. Things of the same instant happen in the order in which they are added.
func (s *story) at(t time.Time, do func() error) { s.things = append(s.things, thing{t, do}) }

// tell makes everything happen in its order.
func (s *story) tell() error {
	slices.SortStableFunc(s.things, func(a, b thing) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	for _, t := range s.things {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		s.clock.Set(t.at)
		if err := t.do(); err != nil {
			return fmt.Errorf("demo: on %s: %w", t.at.Format("2 Jan 15:04"), err)
		}
	}
	return nil
}

// as returns the context in which a person acts.
func (s *story) as(person string) context.Context {
	if c, ok := s.people[person]; ok {
		return c
	}
	var who id.Person
	err := s.app.DB.Read(auth.WithSystem(s.ctx), func(tx *db.Tx) error {
		p, err := auth.PersonByKey(tx, person)
		who = p.ID
		return err
	})
	if err == nil {
		var c context.Context
		if c, err = s.app.Auth.WithPerson(s.ctx, who); err == nil {
			s.people[person] = c //nolint:fatcontext // one context for each person, all made from s.ctx: none nests in another
			return c
		}
	}
	// Nobody acts in this context, so whatever is done with it is refused and names the person.
	return auth.WithSystem(s.ctx)
}

// files applies embedded files as somebody.
func (s *story) files(ctx context.Context, names ...string) error {
	var fs []apply.File
	for _, n := range names {
		b, err := data.ReadFile("data/" + n)
		if err != nil {
			return err
		}
		fs = append(fs, apply.File{Name: n, Text: strings.ReplaceAll(string(b), "{{bank}}", s.bank.Address)})
	}
	_, err := s.app.Kinds.Apply(ctx, fs, false)
	return err
}

func (s *story) text(ctx context.Context, name, text string) error {
	_, err := s.app.Kinds.Apply(ctx, []apply.File{{Name: name, Text: text}}, false)
	return err
}

// roles are the functions that approvals, criteria and polls name. They carry no permission of their own.
var roles = []string{"payments-engineering", "quality-assurance", "database", "service-operations", "information-security", "compliance",
	"site-reliability", "fraud", "customer-support", "product-management"}

func (s *story) foundations() error {
	system := auth.WithSystem(s.ctx)
	err := s.app.DB.Write(system, func(tx *db.Tx) error {
		for _, r := range roles {
			name := strings.ToUpper(r[:1]) + strings.ReplaceAll(r[1:], "-", " ")
			if _, err := s.app.Auth.PutRole(tx, auth.Role{Key: r, Name: name, Text: "Speaks for " + strings.ToLower(name) + " in approvals and polls"}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.files(system, "10-people.yaml", "20-catalog.yaml", "30-templates.yaml", "40-calendar.yaml"); err != nil {
		return err
	}
	return s.install()
}

// installed is what ran where when the story begins.
var installed = map[string]string{
	"payments-core": "8.31.2", "ledger": "5.14.0", "cards-auth": "9.3.5", "accounts": "4.8.3", "identity": "6.1.9", "onboarding-kyc": "3.0.4",
	"fraud-scoring": "2.17.2", "notifications": "3.9.1", "mobile-bff": "12.8.4", "web-bank": "7.3.1", "open-banking-api": "4.6.2", "statements": "2.3.0",
}

func (s *story) install() error {
	for _, service := range slices.Sorted(keys(installed)) {
		for _, e := range []string{"staging", "pre-prod", "prod-north", "prod-west", "dr"} {
			v := installed[service]
			if service == "ledger" && e == "dr" {
				v = "5.13.1"
			}
			if err := s.deployed(service, e, v); err != nil {
				return err
			}
		}
	}
	return nil
}

func keys[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// deployed records that a pipeline brought a version somewhere, and installs it there.
func (s *story) deployed(service, environment, version string) error {
	s.bank.Install(environment, service, version)
	_, err := s.app.Catalog.RecordDeployment(auth.WithSystem(s.ctx), catalog.NewDeployment{Service: service, Environment: environment, Version: version, Source: "pipeline"})
	return err
}

// release is one release of the story.
type release struct {
	key, product, name, title, version, template, owner string
	from, to                                            time.Time
	services                                            []plan.ItemSpec
	scope                                               []plan.ScopeSpec
	runbook                                             string // its own file; "" makes a rolling one
}

func item(service, version string) plan.ItemSpec {
	return plan.ItemSpec{Service: service, Version: version, Digest: digestOf(service + "@" + version), Commit: digestOf(service + "#" + version)[7:14]}
}

// create makes a release with its runbook and takes it to active, at the instants given.
func (s *story) create(r release, planned, active time.Time) {
	s.at(planned, func() error {
		book := r.key
		if r.runbook != "" {
			if err := s.files(s.as("jonas"), r.runbook); err != nil {
				return err
			}
		} else {
			var services []string
			for _, i := range r.services {
				services = append(services, i.Service)
			}
			if err := s.text(s.as("jonas"), r.key+".yaml", rolling(book, r.name, s.bank.Address, services, []string{"prod-north", "prod-west"})); err != nil {
				return err
			}
		}
		_, err := s.app.Plans.Create(s.as("maya"), plan.Spec{Key: r.key, Product: r.product, Name: r.name, Title: r.title, Version: r.version, Template: r.template,
			Owner: r.owner, Window: &plan.Window{Start: db.At(r.from), End: db.At(r.to)}, Environments: []string{"prod-north", "prod-west"},
			Services: r.services, Scope: r.scope, Runbook: book})
		return err
	})
	if !active.IsZero() {
		s.at(active, func() error {
			if _, err := s.app.Plans.Plan(s.as("maya"), r.key); err != nil {
				return err
			}
			_, err := s.app.Plans.Activate(s.as("maya"), r.key)
			return err
		})
		if r.template == "routine" {
			s.routineProgress(r, active)
		}
	}
}

// fact sends a posted fact as evidence.
func (s *story) fact(t time.Time, who, key, criterion, source, json string) {
	s.at(t, func() error {
		_, err := s.app.Gate.Receive(s.as(who), key, gate.NewEvidence{Kind: "fact", Criterion: criterion, Source: source}, []byte(json))
		return err
	})
}

// tests sends a JUnit report of n passing cases.
func (s *story) tests(t time.Time, key, source string, n int) {
	s.at(t, func() error {
		var b strings.Builder
		fmt.Fprintf(&b, `<testsuites><testsuite name="regression" tests="%d" failures="0">`, n)
		for i := range n {
			fmt.Fprintf(&b, `<testcase classname="regression" name="case %d" time="0.1"/>`, i+1)
		}
		b.WriteString("</testsuite></testsuites>")
		_, err := s.app.Gate.Receive(s.as("priya"), key, gate.NewEvidence{Kind: "junit", Criterion: "regression", Source: source}, []byte(b.String()))
		return err
	})
}

func (s *story) confirm(t time.Time, who, key, criterion, note string) {
	s.at(t, func() error {
		_, err := s.app.Gate.Confirm(s.as(who), key, criterion, gate.Confirmed, note)
		return err
	})
}

func (s *story) sign(t time.Time, who, key, role, comment string) {
	s.at(t, func() error {
		_, err := s.app.Decisions.Sign(s.as(who), key, role, decide.NewSignature{Comment: comment})
		return err
	})
}

// evidenceRoutine proves what the template Routine asks for.
func (s *story) evidenceRoutine(key string, t time.Time) {
	s.fact(t, "tomas", key, "traceable", "trace", `{"commits": 12, "unmatched": 0}`)
	s.fact(t.Add(4*time.Minute), "daniel", key, "no-critical", "scan", `{"critical": 0, "medium": 1}`)
	s.tests(t.Add(40*time.Minute), key, "pipeline", 214)
	s.confirm(t.Add(50*time.Minute), "jonas", key, "alerts-live", "Test-fired.")
}

// carry runs a release live: it starts at its window, each question of the runbook is answered by somebody who may, and
// it ends as it ends.
func (s *story) carry(key string, start time.Time, after time.Duration) {
	s.at(start, func() error {
		r, err := s.app.Runs.StartRun(s.as("maya"), key, deploy.NewRun{})
		if err != nil {
			return err
		}
		return s.answer(r.ID, after, "")
	})
}

// patience is how often the story looks at a run that does not move, 200 ms each time, before it gives up.
const patience = 100

// answer confirms whatever a run asks, minute by minute, until it ends or reaches the step stop.
func (s *story) answer(run id.Run, pace time.Duration, stop string) error {
	quiet := 0
	for {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		v, err := s.app.Runs.View(s.as("maya"), run)
		if err != nil {
			return err
		}
		if v.State.Ended() {
			return nil
		}
		asked := ""
		for _, st := range v.Steps {
			if string(st.State) == "awaiting" {
				asked = st.Def.Key
				break
			}
		}
		if asked == stop && stop != "" {
			return nil
		}
		if asked == "" {
			if quiet++; quiet > patience {
				return errs.Internal("demo.stuck", fmt.Errorf("run %s of the story does not go on", run))
			}
			if _, err := s.app.Runs.Await(s.as("maya"), run, v.Rev, 200*time.Millisecond); err != nil {
				return err
			}
			continue
		}
		s.clock.Set(s.clock.Now().Add(pace))
		if _, err := s.app.Runs.Confirm(s.as(s.confirmer(asked)), run, asked, deploy.Answer{}); err != nil {
			return err
		}
		quiet = 0
	}
}

// confirmer is who answers a step of the story.
func (s *story) confirmer(step string) string {
	switch step {
	case "baseline", "shift-5":
		return "jonas"
	case "snapshot", "expand", "drop":
		return "elena"
	case "shift-25":
		return "lukasz"
	}
	return "maya"
}
