package dependency

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// View is what the map is of.
type View string

// The views.
const (
	Services View = "services" // who uses whom
	Teams    View = "teams"    // the same, by the teams that run the services, and what teams give each other
	Releases View = "releases" // what waits for what, in the order of time
)

// Views returns every view.
func Views() []View { return []View{Services, Teams, Releases} }

// Question says what the map shows.
type Question struct {
	View    View
	Focus   string // a party as people write it, or the key or name of one in the view; "" for the whole map
	Depth   int    // how far around the focus; 0 is everything that hangs together with it
	Release string // key or identifier: what it changes is marked
}

// Place is a party on the map.
type Place struct {
	Party
	Under    string // what stands below the name: a product, a team, a window's day is left to the page
	Version  string // that the marked release brings
	Distance int    // from the focus; -1 beyond the depth, 0 everywhere without a focus
	Dated    db.Time
}

// Way joins two places of the map by index, in the direction in which it is read: who calls leads to whom it calls, who
// gives to who takes.
type Way struct {
	From, To     int
	Dependencies []int // of Map.Dependencies
	Changes      bool  // the marked release changes something of it
	Late         bool
}

// Map is what a question shows.
type Map struct {
	Question
	Places       []Place
	Ways         []Way
	Dependencies []Dependency
	At           int // the place in focus; -1 without one
	Outside      int // places that are outside parties
	Beyond       int // places that were left out because they are too far from the focus, or too many
	Marked       plan.Release
	Order        []string // in which the services of the marked release go: who gives before who takes
}

// Limits of a map.
const (
	placesMost = 300 // that are drawn
	fewPlaces  = 24  // a map as small as this keeps what lies beyond the depth
)

// Map returns what the caller may see of what depends on what. It fails with errs.Invalid for an unknown view, focus, depth
// or release.
func (s *Dependencies) Map(ctx context.Context, q Question) (Map, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) (Map, error) { return MapOf(tx, q) })
}

// MapOf is Dependencies.Map inside the caller's snapshot. It costs one statement for the rows, and a few for names.
func MapOf(tx *db.Tx, q Question) (Map, error) {
	q.View = cmp.Or(q.View, Services)
	if !slices.Contains(Views(), q.View) {
		return Map{}, errs.InvalidField("view", "dependency.view_unknown", "The map is of services, teams or releases, not %.30q.", string(q.View))
	}
	if q.Depth < 0 || q.Depth > 9 {
		return Map{}, errs.InvalidField("depth", "dependency.depth_unknown", "A depth is 1 to 9, or 0 for everything.")
	}
	all, scopes, err := auth.Scopes(tx, "dependency.read")
	if err != nil {
		return Map{}, err
	}
	b := builder{Map: Map{Question: q, At: -1}, at: map[string]int{}, ways: map[[2]int]int{}}
	var w db.Where
	seen(&w, all, scopes)
	w.And("d.open = ?", true)
	if b.Dependencies, err = list(tx, w, openMax); err != nil {
		return Map{}, err
	}
	if err := b.mark(tx); err != nil {
		return Map{}, err
	}
	if err := b.join(tx); err != nil {
		return Map{}, err
	}
	b.sequence()
	return b.Map, b.focus()
}

type builder struct {
	Map
	at       map[string]int // place by kind and identifier
	ways     map[[2]int]int
	products map[id.Product]string
	teams    map[id.Team]auth.Team
	versions map[string]string // that the marked release brings, by service
	carried  []string
}

// mark reads what the marked release brings.
func (b *builder) mark(tx *db.Tx) error {
	b.versions = map[string]string{}
	if b.Question.Release == "" {
		return nil
	}
	r, err := plan.ReleaseByRef(tx, b.Question.Release)
	if errs.Is(err, errs.CodeNotFound) {
		return errs.InvalidField("release", "release.unknown", "There is no release %.100q, or you may not see it.", b.Question.Release)
	}
	if err != nil {
		return err
	}
	b.Marked = r
	items, err := plan.Manifest(tx, r.ID)
	for _, i := range items {
		b.versions[string(i.Service)] = i.Version
		b.carried = append(b.carried, string(i.Service))
	}
	return err
}

// join makes the places and the ways between them.
func (b *builder) join(tx *db.Tx) error {
	if err := b.name(tx); err != nil {
		return err
	}
	teams, err := auth.EachTeam(tx)
	if err != nil {
		return err
	}
	b.teams = map[id.Team]auth.Team{}
	for _, t := range teams {
		b.teams[t.ID] = t
	}
	for i := range b.Dependencies {
		d := &b.Dependencies[i]
		giver, taker, ok := b.ends(d)
		if !ok {
			continue
		}
		from, to := b.place(taker), b.place(giver)
		if b.View == Releases || d.Type != Calls && b.View == Teams {
			from, to = to, from
		}
		if from == to {
			continue
		}
		k, known := b.ways[[2]int{from, to}]
		if !known {
			k = len(b.Ways)
			b.ways[[2]int{from, to}] = k
			b.Ways = append(b.Ways, Way{From: from, To: to})
		}
		w := &b.Ways[k]
		w.Dependencies = append(w.Dependencies, i)
		w.Changes = w.Changes || b.Marked.ID != "" && d.forRelease() == b.Marked.ID
		w.Late = w.Late || d.Late > 0
	}
	return nil
}

// name reads the names of the products that the caller may see.
func (b *builder) name(tx *db.Tx) error {
	b.products = map[id.Product]string{}
	const page = 200
	for f := (catalog.Filter{Limit: page}); ; {
		ps, err := catalog.Products(tx, f)
		if err != nil {
			return err
		}
		for _, p := range ps {
			b.products[p.ID], f.After = p.Name, p.Key
		}
		if len(ps) < page {
			return nil
		}
	}
}

// ends returns the two places of a dependency in the view, and whether it stands on the map at all.
func (b *builder) ends(d *Dependency) (giver, taker Party, ok bool) {
	giver, taker = d.Giver, d.Taker
	switch b.View {
	case Services:
		fits := func(p Party) bool { return p.Kind == Service || p.Kind == Outside }
		return giver, taker, fits(giver) && fits(taker)
	case Teams:
		giver, taker = b.team(giver), b.team(taker)
		fits := func(p Party) bool { return p.Kind == Team || p.Kind == Outside }
		return giver, taker, fits(giver) && fits(taker)
	}
	if d.Type == Calls && (d.Release == "" || giver.Kind != Outside) {
		return giver, taker, false
	}
	if taker.Kind != Release && d.Release != "" {
		taker = Party{Kind: Release, ID: string(d.Release), Key: d.ReleaseKey, Name: d.ReleaseName, Product: d.ReleaseProduct, Start: d.ReleaseStart, End: d.ReleaseEnd}
	}
	return giver, taker, taker.Kind == Release || giver.Kind == Release
}

// team returns the team that runs a service; other parties stay what they are.
func (b *builder) team(p Party) Party {
	t, ok := b.teams[p.Team]
	if p.Kind != Service || !ok {
		return p
	}
	return Party{Kind: Team, ID: string(t.ID), Key: t.Key, Name: t.Name}
}

func (b *builder) place(p Party) int {
	key := string(p.Kind) + ":" + p.ID
	k, known := b.at[key]
	if !known {
		k = len(b.Places)
		b.at[key] = k
		b.Places = append(b.Places, Place{Party: p, Under: b.under(p), Version: b.versions[p.ID], Dated: p.Start})
		if p.Kind == Outside {
			b.Outside++
		}
	}
	return k
}

func (b *builder) under(p Party) string {
	switch p.Kind {
	case Service:
		return cmp.Or(b.teams[p.Team].Name, b.products[p.Product])
	case Release:
		return b.products[p.Product]
	case Team:
		return "Team"
	}
	return "Outside"
}

// sequence puts the services that the marked release brings into the order in which they go.
func (b *builder) sequence() {
	if len(b.carried) < 2 {
		return
	}
	left, onward := map[string]int{}, map[string][]string{}
	joined := false
	for _, d := range b.Dependencies {
		g, t := d.Giver.ID, d.Taker.ID
		if b.versions[g] != "" && b.versions[t] != "" && d.Giver.Kind == Service && d.Taker.Kind == Service && !slices.Contains(onward[g], t) {
			onward[g] = append(onward[g], t)
			left[t]++
			joined = true
		}
	}
	if !joined {
		return
	}
	done := map[string]bool{}
	for range b.carried {
		at := slices.IndexFunc(b.carried, func(s string) bool { return !done[s] && left[s] <= 0 })
		if at < 0 {
			b.Order = nil // they run in circles: no order is right
			return
		}
		s := b.carried[at]
		done[s] = true
		for _, t := range onward[s] {
			left[t]--
		}
		if k, ok := b.at["service:"+s]; ok {
			b.Order = append(b.Order, b.Places[k].Name)
		}
	}
}

// focus finds the place in focus, measures how far the others are, and leaves out what is too far.
func (b *builder) focus() error {
	if b.Question.Focus != "" {
		want := strings.ToLower(strings.TrimSpace(b.Question.Focus))
		b.At = slices.IndexFunc(b.Places, func(p Place) bool {
			return want == strings.ToLower(p.Ref()) || want == strings.ToLower(p.Key) || want == strings.ToLower(p.Name)
		})
		if b.At < 0 {
			b.At = slices.IndexFunc(b.Places, func(p Place) bool { return strings.Contains(strings.ToLower(p.Key+" "+p.Name), want) })
		}
		if b.At < 0 {
			return errs.InvalidField("focus", "dependency.focus_unknown", "Nothing on this map is called %.60q.", b.Question.Focus)
		}
		b.measure()
	}
	b.trim()
	return nil
}

// measure walks from the focus, either way.
func (b *builder) measure() {
	near := make([][]int, len(b.Places))
	for _, w := range b.Ways {
		near[w.From] = append(near[w.From], w.To)
		near[w.To] = append(near[w.To], w.From)
	}
	for i := range b.Places {
		b.Places[i].Distance = -1
	}
	b.Places[b.At].Distance = 0
	queue := []int{b.At}
	for i := 0; i < len(queue); i++ {
		at := b.Places[queue[i]].Distance
		if b.Depth > 0 && at == b.Depth {
			continue
		}
		for _, k := range near[queue[i]] {
			if b.Places[k].Distance < 0 {
				b.Places[k].Distance = at + 1
				queue = append(queue, k)
			}
		}
	}
}

// trim leaves out what lies beyond the depth unless the map is small, and what is too much for any picture.
func (b *builder) trim() {
	var keep []int
	for i, p := range b.Places {
		if p.Distance >= 0 || len(b.Places) <= fewPlaces {
			keep = append(keep, i)
		}
	}
	slices.SortStableFunc(keep, func(x, y int) int { return cmp.Compare(b.far(x), b.far(y)) })
	keep = keep[:min(len(keep), placesMost)]
	slices.Sort(keep)
	if b.Beyond = len(b.Places) - len(keep); b.Beyond == 0 {
		return
	}
	to := make([]int, len(b.Places))
	for i := range to {
		to[i] = -1
	}
	places := make([]Place, len(keep))
	for i, k := range keep {
		to[k], places[i] = i, b.Places[k]
	}
	var ways []Way
	for _, w := range b.Ways {
		if w.From, w.To = to[w.From], to[w.To]; w.From >= 0 && w.To >= 0 {
			ways = append(ways, w)
		}
	}
	b.Places, b.Ways = places, ways
	if b.At >= 0 {
		b.At = to[b.At]
	}
}

func (b *builder) far(k int) int {
	if d := b.Places[k].Distance; d >= 0 {
		return d
	}
	return 1 << 30
}
