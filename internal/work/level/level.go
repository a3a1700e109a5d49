package level

// Link is a minimal time lag between starts: start[To] >= start[From] + Lag. A negative lag lets To start before From.
// Every relation between tasks becomes one once durations are fixed: finish-start with lag g is Duration(From)+g, start-start is g,
// finish-finish is Duration(From)+g-Duration(To), start-finish is g-Duration(To).
type Link struct{ From, To, Lag int }

// Step changes a capacity from At on, until the next step.
type Step struct{ At, Capacity int }

// Resource is renewable: what a task uses is free again when the task ends. Capacity holds until the first step; steps stand in
// ascending order of At. A person who is away is a step to 0 and one back.
type Resource struct {
	Capacity int
	Steps    []Step
}

// Need is what a task uses of a resource during all of its duration.
type Need struct{ Resource, Units int }

// Task runs without interruption for Duration units of time and starts at NotBefore or later. Time begins at 0; a negative NotBefore
// means 0. A task of duration 0 is an event: it uses nothing, whatever its needs say.
type Task struct {
	Duration, NotBefore int
	Needs               []Need
}

// Problem is what has to be levelled. Tasks, resources and links refer to each other by index.
type Problem struct {
	Tasks     []Task
	Links     []Link
	Resources []Resource
}

// Options bound the search. The result depends on Seed and Schedules alone as long as Expired does not end the search.
type Options struct {
	Seed      uint64
	Schedules int         // schedules generated at most; 0: no limit
	Expired   func() bool // asked every few schedules, the search ends when it says true; nil: never
}

// Result is the best schedule found.
type Result struct {
	Start      []int // of each task, by its index
	Finish     int   // the largest end of a task
	LowerBound int   // no schedule finishes earlier
	Schedules  int   // generated
	Found      int   // generated when the best one was
	Proven     bool  // Finish equals LowerBound
}

// defaultSchedules bounds a search for which neither a limit nor an end in time is given.
const defaultSchedules = 50_000

// Solve finds a schedule with an early finish that keeps every link, every capacity and every NotBefore. The first schedules are
// made whatever Expired says, so a solvable problem has a result however short the time; after them the search ends when Expired
// says so, when Schedules are made, or when the finish is proven to be the earliest possible. With neither limit it ends after
// 50,000 schedules.
//
// It fails with errs.Invalid and one of the reasons
// work.level_size (more than MaxTasks tasks and so on), work.level_number (a number beyond MaxNumber), work.duration,
// work.capacity, work.units (a negative one), work.task_unknown, work.resource_unknown, work.step_order,
// work.dependency_cycle (with the tasks of the cycle as fields, in order), work.need_over_capacity (no time at which the capacity
// is enough for as long as the task takes), work.level_impossible (links and absences leave a task no place) and
// work.level_unplaced (none found, though none is excluded: only possible when capacity falls for good). Fields name the place.
//
// A schedule costs about tasks times the number of capacity changes that a task meets on its way to its place.
func Solve(p Problem, o Options) (Result, error) {
	if err := check(p); err != nil {
		return Result{}, err
	}
	q, unit := scaled(p)
	n, err := compile(q)
	if err != nil {
		return Result{}, err
	}
	if o.Schedules <= 0 && o.Expired == nil {
		o.Schedules = defaultSchedules
	}
	s := newSearch(n, o)
	if err := s.run(); err != nil {
		return Result{}, err
	}
	return s.result(unit), nil
}

func (s *search) result(unit int) Result {
	r := Result{
		Start: make([]int, s.size), Finish: s.best.finish * unit, LowerBound: min(s.bound, s.best.finish) * unit,
		Schedules: s.made, Found: s.foundAt, Proven: s.bound >= s.best.finish,
	}
	for i, t := range s.best.start {
		r.Start[s.name[i]] = t * unit
	}
	return r
}
