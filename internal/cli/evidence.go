package cli

import (
	"fmt"
	"strconv"
	"strings"

	"slipway/client"
)

type evidenceCommand struct {
	Add      evidenceAdd      `cmd:"" help:"Send evidence for a release."`
	List     evidenceList     `cmd:"" help:"List the evidence of a release."`
	Show     evidenceShow     `cmd:"" help:"Show a piece of evidence."`
	Original evidenceOriginal `cmd:"" help:"Download the original bytes of evidence."`
}

type evidenceAdd struct {
	Key       string `arg:"" help:"Key of the release."`
	Kind      string `required:"" enum:"junit,fact" placeholder:"junit|fact" help:"A test report in JUnit's XML, or a JSON document that a condition judges."`
	Criterion string `help:"Key of the criterion; the only one that asks for it without it."`
	Service   string `help:"Key of the service that was tested; the whole manifest without it."`
	Source    string `help:"What sends it, as people say it: \"pipeline 88213\"."`
	URL       string `name:"url" help:"Where it came from."`
	File      string `arg:"" help:"The file, or - for standard input."`
}

const evidenceMax = 32 << 20

// Run sends a file.
func (c *evidenceAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	content, err := s.ReadFile(c.File, evidenceMax)
	if err != nil {
		return err
	}
	e, err := api.AddEvidence(s.Context(), c.Key, client.NewEvidence{Kind: c.Kind, Criterion: c.Criterion, Service: c.Service, Source: c.Source, URL: c.URL}, content)
	if err != nil {
		return err
	}
	if e.Report != nil {
		for _, w := range e.Report.Warnings {
			if _, err := fmt.Fprintf(s.Err(), "line %d: %s\n", w.Line, plain(w.Text)); err != nil {
				return err
			}
		}
	}
	if e.Criterion == "" {
		return s.Say(e, "Received as %s. No criterion of %s asks for it.", e.ID, c.Key)
	}
	return s.Say(e, "Received as %s for %s: %s.", e.ID, e.Criterion, contentOf(e))
}

// contentOf says what evidence holds.
func contentOf(e client.Evidence) string {
	if e.Kind != "junit" {
		return "a fact"
	}
	return strings.Join([]string{counted(e.Tests, "test"), counted(e.Failures, "failure"), counted(e.Errors, "error"), strconv.Itoa(e.Skipped) + " skipped"}, ", ")
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

type evidenceList struct {
	Key       string `arg:"" help:"Key of the release."`
	Criterion string `help:"Only evidence for this criterion."`
	Kind      string `enum:"junit,fact," default:"" help:"Only this kind: junit or fact."`
	Service   string `help:"Only evidence of this service."`
	Limit     int    `default:"50" help:"How many at most; 0 for all."`
}

// Run lists evidence, newest first.
func (c *evidenceList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	list, err := api.ReleaseEvidence(s.Context(), c.Key, client.EvidenceFilter{Criterion: c.Criterion, Kind: c.Kind, Service: c.Service}, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(list, func() *Table {
		t := &Table{Heads: []string{"RECEIVED", "ID", "CRITERION", "KIND", "SERVICE", "STATE", "CONTENT", "SOURCE"}, Empty: "No evidence. Send some with slipway evidence add " + c.Key + "."}
		for _, e := range list {
			t.Add(since(&e.ReceivedAt), e.ID, e.Criterion, e.Kind, e.Service, evidenceState(e), contentOf(e), e.Source)
		}
		return t
	})
}

func evidenceState(e client.Evidence) string {
	state := "failed"
	if e.Passed {
		state = "passed"
	}
	switch {
	case e.Criterion == "":
		return "kept"
	case e.Stale:
		return state + ", stale"
	case !e.Counts:
		return state + ", replaced"
	}
	return state + ", counts"
}

type evidenceShow struct {
	ID string `arg:"" help:"Identifier of the evidence."`
}

// Run shows a piece of evidence.
func (c *evidenceShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	e, err := api.Evidence(s.Context(), c.ID)
	if err != nil {
		return err
	}
	return s.Print(e, func() *Table {
		t := &Table{}
		t.Add("criterion", e.Criterion)
		t.Add("received", since(&e.ReceivedAt))
		t.Add("state", evidenceState(e))
		t.Add("content", contentOf(e))
		t.Add("finding", e.Finding)
		t.Add("service", e.Service+" "+e.Version)
		t.Add("source", e.Source)
		t.Add("url", e.URL)
		t.Add("original", "sha256:"+e.Digest+", "+strconv.FormatInt(e.Size, 10)+" bytes")
		if e.Report != nil {
			for _, f := range e.Report.Failing {
				t.Add(f.Outcome, f.Class+" "+f.Name+": "+f.Message)
			}
		}
		return t
	})
}

type evidenceOriginal struct {
	ID   string `arg:"" help:"Identifier of the evidence."`
	File string `arg:"" optional:"" default:"-" help:"Where to write it, or - for standard output."`
}

// Run downloads the original bytes.
func (c *evidenceOriginal) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.OriginalEvidence(s.Context(), c.ID)
	if err != nil {
		return err
	}
	defer r.Close()
	return s.save(r, c.File)
}
