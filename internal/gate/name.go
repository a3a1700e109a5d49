package gate

import (
	"regexp"
	"strings"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

var identifier = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// named computes a verdict with names of people in its texts and keys as its owners, for one statement more.
func (g *Gate) named(tx *db.Tx, r plan.Release, without ...string) (Verdict, error) {
	of, err := g.verdicts(tx, []plan.Release{r}, without...)
	if err != nil {
		return Verdict{}, err
	}
	v := of[r.ID]
	var ids []id.Person
	seen := map[string]bool{}
	find := func(texts ...string) {
		for _, t := range texts {
			for _, m := range identifier.FindAllString(t, -1) {
				if !seen[m] {
					seen[m] = true
					ids = append(ids, id.Person(m))
				}
			}
		}
	}
	v.Each(func(text, owner *string) { find(*text, *owner) })
	if len(ids) == 0 {
		return v, nil
	}
	people, err := auth.PeopleByID(tx, ids...)
	if err != nil {
		return v, err
	}
	names := make([]string, 0, 2*len(people))
	for p, x := range people {
		names = append(names, string(p), x.Name)
	}
	in := strings.NewReplacer(names...)
	v.Each(func(text, owner *string) {
		*text = in.Replace(*text)
		if p, ok := people[id.Person(*owner)]; ok {
			*owner = p.Key
		}
	})
	return v, nil
}
