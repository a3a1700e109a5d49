package forecast

// Shape is the kind of a distribution.
type Shape uint8

// The shapes of durations.
const (
	Fixed      Shape = iota // always M
	PERT                    // O to P, most likely M: beta with shape 1+4(M-O)/(P-O) and 1+4(P-M)/(P-O), mean (O+4M+P)/6 (Malcolm et al. 1959)
	Triangular              // O to P, most likely M
	LogNormal               // median M, standard deviation of the logarithm Sigma
)

// Duration is how long a task takes: one number or a distribution. The zero value takes no time.
type Duration struct {
	Shape   Shape
	O, M, P float64 // optimistic, most likely, pessimistic; not negative and in this order
	Sigma   float64 // of LogNormal; 0 to SigmaMax
}

// Certain is a duration without doubt.
func Certain(d float64) Duration { return Duration{Shape: Fixed, M: d} }

// Estimate is the PERT distribution of a three-point estimate; three equal numbers are Certain.
func Estimate(o, m, p float64) Duration { return Duration{Shape: PERT, O: o, M: m, P: p} }

// Kind says which ends of two tasks a link ties.
type Kind uint8

// The kinds of links. The first word is of the giver, the second of the taker.
const (
	FinishStart  Kind = iota // the taker starts after the giver has finished
	StartStart               // the taker starts after the giver has started
	FinishFinish             // the taker finishes after the giver has finished
	StartFinish              // the taker finishes after the giver has started
)

// Link ties two tasks, each given as its index in Problem.Tasks. Lag lies between the two ends; a negative one lets them overlap.
type Link struct {
	From, To int
	Kind     Kind
	Lag      float64
	Calendar *Calendar // of the lag, which is work then; nil: it passes always
}

// Step changes a capacity from At on, until the next step.
type Step struct {
	At       float64
	Capacity int
}

// Resource is renewable: what a task uses is free again when the task finishes. Capacity holds until the first step; steps stand
// in ascending order.
type Resource struct {
	Capacity int
	Steps    []Step
}

// Need is what a task uses of a resource while it lasts.
type Need struct{ Resource, Units int }

// Task is a node of the network.
type Task struct {
	Name      string   // names it in refusals; "" is its index
	Duration  Duration // of the whole task; of one that has begun, what is left
	NotBefore float64  // it does not start earlier; ignored if before Problem.From

	Begun  bool    // it has started, at Start. What is left is done not before Problem.From and still waits for its links
	Done   bool    // it happened from Start to Finish; neither links nor needs touch it
	Start  float64 // actual
	Finish float64 // actual
	Needs  []Need

	Calendar *Calendar // when it is worked on: Duration is work then; nil: always
}

// Problem is a network and where it stands. Tasks, links and resources refer to each other by index. It has resources or calendars, not both.
type Problem struct {
	Tasks     []Task
	Links     []Link
	Resources []Resource
	From      float64 // the date the facts are from: no work that is not done lies before it

	// Priority orders the tasks where resources are short: lower goes first. A levelled schedule's starts make
	// a forecast of that schedule. nil: the best of several rules on the mean durations.
	Priority []float64
}

// The sizes up to which a problem is accepted.
const (
	TasksMax     = 50_000
	LinksMax     = 500_000
	ResourcesMax = 1_000
	StepsMax     = 100_000   // over all resources
	NeedsMax     = 200_000   // over all tasks
	StretchesMax = 5_000_000 // over all calendars
	ValueMax     = 1e12      // of any duration, lag or time, either sign
	SigmaMax     = 3         // of the logarithm of a duration: the 95th percentile is 140 times the median
)
