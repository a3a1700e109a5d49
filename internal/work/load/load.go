package load

import (
	"cmp"
	"slices"
)

// DaysPerWeek is how many days of the horizon make one week.
const DaysPerWeek = 7

// Level is how well somebody masters a skill, 1 to 5.
type Level struct{ Skill, Level int }

// Person is somebody, or something, with working time.
type Person struct {
	Minutes []int   // working minutes of each day of the horizon; missing days have none
	Skills  []Level // by skill, each at most once
	Teams   []int   // whom the person may be replaced by, where no skill tells

	Deputies []int // people who stand in by name, the first choice first
}

// Task is work of one person between two days.
type Task struct {
	Person  int
	Release int  // tasks and allocations of one person for one release are set off against each other; negative for none
	From    int  // first day
	To      int  // day after the last; a task without a day in it is done on its first
	Minutes int  // that are left to do
	Float   int  // days that it may move later without harm to anything else
	Skill   int  // skill that it takes; negative where nobody has said
	Level   int  // level that it takes at least
	Fixed   bool // nobody else can take it
}

// Allocation promises minutes of every week between two weeks to a release.
type Allocation struct {
	Person, Release int
	From, To        int // weeks, To being the week after the last
	Minutes         int // a week
}

// Problem is everything that the weeks are computed from.
type Problem struct {
	Weeks       int
	Today       int // work that is left is done from this day on
	People      []Person
	Tasks       []Task
	Allocations []Allocation
}

// Share is how many minutes of a week one cause takes.
type Share struct {
	Week    int
	Cause   int // index of a task; from len(Tasks) on of an allocation
	Minutes int
}

// Load is supply and demand of every person in every week.
type Load struct {
	Weeks          int
	supply, demand []int // of person p in week w at p*Weeks+w
	shares         [][]Share
	before         [][]int // minutes of a person before each day
}

// Compute sets demand against supply. An allocation counts as far as the tasks of the same person, release and week do not
// use it up. Weeks of tasks that reach behind the horizon take their part alone. It costs time in proportion to people ×
// days and tasks × weeks, with one sort of the shares of each person.
func Compute(p Problem) Load {
	l := Load{Weeks: p.Weeks, supply: make([]int, len(p.People)*p.Weeks), demand: make([]int, len(p.People)*p.Weeks),
		shares: make([][]Share, len(p.People)), before: make([][]int, len(p.People))}
	days := p.Weeks * DaysPerWeek
	all := make([]int, len(p.People)*(days+1))
	for i, x := range p.People {
		sums := all[i*(days+1) : (i+1)*(days+1)]
		for d := range days {
			m := 0
			if d < len(x.Minutes) {
				m = max(x.Minutes[d], 0)
			}
			sums[d+1] = sums[d] + m
			l.supply[i*p.Weeks+d/DaysPerWeek] += m
		}
		l.before[i] = sums
	}
	for i, t := range p.Tasks {
		l.spread(p, t.Person, t, func(week, minutes int) {
			l.demand[t.Person*p.Weeks+week] += minutes
			l.shares[t.Person] = append(l.shares[t.Person], Share{week, i, minutes})
		})
	}
	l.allocate(p)
	for _, s := range l.shares {
		slices.SortFunc(s, func(a, b Share) int {
			return cmp.Or(cmp.Compare(a.Week, b.Week), cmp.Compare(b.Minutes, a.Minutes), cmp.Compare(a.Cause, b.Cause))
		})
	}
	return l
}

// spread calls add for each week in which the person would work on the task: in proportion to the working time of its
// days, or to its weekdays where there is none. The parts of a task that ends within the horizon add up to its minutes.
func (l Load) spread(p Problem, person int, t Task, add func(week, minutes int)) {
	days := p.Weeks * DaysPerWeek
	from := max(t.From, p.Today, 0)
	to := max(t.To, from+1)
	if t.Minutes <= 0 || from >= days {
		return
	}
	sums := l.before[person]
	weight := func(d int) int { return sums[d] - sums[from] }
	total := weight(min(to, days))
	if total == 0 {
		weight = func(d int) int { return weekdays(d) - weekdays(from) }
		if total = weight(min(to, days)); total == 0 {
			weight, total = func(d int) int { return d - from }, min(to, days)-from
		}
	}
	if to > days {
		// Days behind the horizon weigh as those within it do on the average.
		total += (to - days) * total / (days - from)
	}
	done := 0
	for w := from / DaysPerWeek; w < p.Weeks && w*DaysPerWeek < to; w++ {
		sum := t.Minutes * weight(min((w+1)*DaysPerWeek, to)) / total
		if sum > done {
			add(w, sum-done)
			done = sum
		}
	}
}

// weekdays counts those before a day of the horizon, which begins on a Monday.
func weekdays(d int) int { return d/DaysPerWeek*5 + min(d%DaysPerWeek, 5) }

type reserved struct{ person, release, week int }

// allocate adds what allocations take beside the tasks.
func (l Load) allocate(p Problem) {
	if len(p.Allocations) == 0 {
		return
	}
	used := map[reserved]int{}
	for person, shares := range l.shares {
		for _, s := range shares {
			if r := p.Tasks[s.Cause].Release; r >= 0 {
				used[reserved{person, r, s.Week}] += s.Minutes
			}
		}
	}
	for i, a := range p.Allocations {
		for w := max(a.From, 0); w < min(a.To, p.Weeks); w++ {
			rest := a.Minutes
			if k := (reserved{a.Person, a.Release, w}); a.Release >= 0 {
				taken := min(used[k], rest)
				used[k] -= taken
				rest -= taken
			}
			if rest > 0 {
				l.demand[a.Person*p.Weeks+w] += rest
				l.shares[a.Person] = append(l.shares[a.Person], Share{w, len(p.Tasks) + i, rest})
			}
		}
	}
}

// Supply returns the working minutes of a person in a week.
func (l Load) Supply(person, week int) int { return l.supply[person*l.Weeks+week] }

// Demand returns the minutes that are asked of a person in a week.
func (l Load) Demand(person, week int) int { return l.demand[person*l.Weeks+week] }

// Causes returns what takes the time of people in a week, the greatest first.
func (l Load) Causes(week int, people ...int) []Share {
	var out []Share
	for _, p := range people {
		s := l.shares[p]
		at, _ := slices.BinarySearchFunc(s, week, func(x Share, w int) int { return cmp.Compare(x.Week, w) })
		for ; at < len(s) && s[at].Week == week; at++ {
			out = append(out, s[at])
		}
	}
	if len(people) > 1 {
		slices.SortStableFunc(out, func(a, b Share) int { return cmp.Compare(b.Minutes, a.Minutes) })
	}
	return out
}

// Cell is one week of a row.
type Cell struct{ Supply, Demand int }

// Row adds people up to the row of a team, week by week. Somebody who stands in two rows counts in both, with all they do.
func (l Load) Row(people ...int) []Cell {
	out := make([]Cell, l.Weeks)
	for _, p := range people {
		for w := range out {
			out[w].Supply += l.Supply(p, w)
			out[w].Demand += l.Demand(p, w)
		}
	}
	return out
}

// Endless is the percentage of work in a week without working time.
const Endless = 999

// Over reports whether more is asked than there is.
func (c Cell) Over() bool { return c.Demand > c.Supply }

// Percent returns demand in percent of supply to the nearest, at least 101 where there is too much, at most Endless.
func (c Cell) Percent() int {
	switch {
	case c.Demand == 0:
		return 0
	case c.Supply == 0:
		return Endless
	}
	n := (c.Demand*200 + c.Supply) / (2 * c.Supply)
	if c.Over() {
		n = max(n, 101)
	} else {
		n = min(n, 100)
	}
	return min(n, Endless)
}

// FirstOver returns the first week in which more is asked than there is, and false if there is none.
func FirstOver(row []Cell) (int, bool) {
	i := slices.IndexFunc(row, Cell.Over)
	return max(i, 0), i >= 0
}
