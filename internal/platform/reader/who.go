package reader

import (
	"maps"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
)

// Who are the people whom a page names.
type Who struct {
	nobody string
	known  map[id.Person]auth.Person
}

// Nobody knows nobody yet, and calls whoever it does not know by a word: "Nobody", "Slipway".
func Nobody(word string) Who { return Who{word, map[id.Person]auth.Person{}} }

// WhoIs reads people with one statement; whoever is not among them is called nobody.
func WhoIs[P ~string](tx *db.Tx, nobody string, people ...P) (Who, error) {
	ids := make([]id.Person, len(people))
	for i, p := range people {
		ids[i] = id.Person(p)
	}
	w := Nobody(nobody)
	return w, w.Learn(tx, ids...)
}

// Learn reads those who are not known yet, with one statement at most. What is no identifier is left out.
func (w Who) Learn(tx *db.Tx, people ...id.Person) error {
	seen := map[id.Person]bool{}
	var ids []id.Person
	for _, p := range people {
		if _, known := w.known[p]; !known && !seen[p] && id.Is(string(p)) {
			seen[p] = true
			ids = append(ids, p)
		}
	}
	found, err := auth.PeopleByID(tx, ids...)
	maps.Copy(w.known, found)
	return err
}

// Person returns a person, the zero value for whoever is not known.
func (w Who) Person(p id.Person) auth.Person { return w.known[p] }

// Name returns the name of a person, "" for whoever is not known.
func (w Who) Name(p id.Person) string { return w.known[p].Name }

// Of returns a person as pages show them.
func (w Who) Of(p id.Person) ui.Person {
	if x, ok := w.known[p]; ok {
		return ui.Person{ID: string(p), Name: x.Name}
	}
	return ui.Person{ID: string(p), Name: w.nobody}
}
