package home

import (
	"strings"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/deploy"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
	"slipway/internal/risk"
)

// Found is what a search found, group by group.
type Found struct {
	Releases []plan.Release
	Services []catalog.Service
	Runs     []deploy.Run
	Risks    []risk.Risk
	People   []auth.Person
	Periods  []calendar.Listed
	Entry    *ledger.Record
}

// Empty reports whether nothing was found.
func (f Found) Empty() bool {
	return len(f.Releases)+len(f.Services)+len(f.Runs)+len(f.Risks)+len(f.People)+len(f.Periods) == 0 && f.Entry == nil
}

const (
	foundMost = 5
	queryMost = 100
)

// Search finds what the caller may see by words of keys and names, five of each kind. "#48196" finds an entry of the
// record. It costs about ten statements.
func (h *Home) Search(tx *db.Tx, query string) (Found, error) {
	var f Found
	_, may, err := viewer(tx)
	query = strings.TrimSpace(query)
	if err != nil || !may || len(query) < 2 || len(query) > queryMost {
		return f, err
	}
	if number, ok := strings.CutPrefix(query, "#"); ok {
		err = findEntry(tx, number, &f)
		return f, err
	}
	if f.Releases, err = plan.Releases(tx, plan.Filter{Query: query, Newest: true, Limit: foundMost}); err != nil {
		return f, err
	}
	m, err := catalog.ReadMatrix(tx, catalog.MatrixFilter{Filter: catalog.Filter{Query: query, Limit: foundMost}})
	if err != nil {
		return f, err
	}
	for _, r := range m.Rows {
		f.Services = append(f.Services, r.Service)
	}
	if f.Risks, err = risk.Risks(tx, risk.Filter{Query: query, Limit: foundMost}); err != nil {
		return f, err
	}
	if f.Periods, err = h.periods(tx, calendar.Filter{Query: query, From: tx.Now, Limit: foundMost}); err != nil {
		return f, err
	}
	for _, r := range f.Releases[:min(len(f.Releases), 3)] {
		rs, err := deploy.ListRuns(tx, deploy.RunFilter{Release: r.ID, Limit: 2})
		if err != nil {
			return f, err
		}
		f.Runs = append(f.Runs, rs...)
	}
	err = findPeople(tx, query, &f)
	return f, err
}

func findEntry(tx *db.Tx, number string, f *Found) error {
	seq, err := ParseSeq("q", strings.ReplaceAll(number, " ", ""))
	if err != nil {
		return nil //nolint:nilerr // not a number yet: somebody is typing
	}
	r, err := ledger.BySeq(tx, seq)
	if err == nil {
		err = auth.CheckSeen(tx, "record.read", auth.Scope(r.Scope), "entry")
	}
	if errs.Is(err, errs.CodeNotFound) {
		return nil
	}
	f.Entry = &r
	return err
}

func findPeople(tx *db.Tx, query string, f *Found) error {
	may, err := auth.Allowed(tx, "people.read", auth.Everywhere)
	if err != nil || !may {
		return err
	}
	all, err := auth.EachPerson(tx)
	if err != nil {
		return err
	}
	words := strings.Fields(strings.ToLower(query))
	for _, p := range all {
		name := strings.ToLower(p.Name + " " + p.Key)
		match := true
		for _, w := range words {
			match = match && strings.Contains(name, w)
		}
		if match && len(f.People) < foundMost {
			f.People = append(f.People, p)
		}
	}
	return nil
}
