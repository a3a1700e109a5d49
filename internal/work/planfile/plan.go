package planfile

import (
	"slices"
	"time"

	"slipway/internal/errs"
)

// Format is how a file keeps a plan.
type Format string

// The formats.
const (
	CSV   Format = "csv"
	XLSX  Format = "xlsx"
	MSPDI Format = "mspdi" // Microsoft Project's XML
)

// Formats returns the formats that are read.
func Formats() []Format { return []Format{CSV, XLSX, MSPDI} }

// Column names what a file may say about a task.
type Column string

// The columns, by the words that a spreadsheet of ours has for them.
const (
	Key        Column = "key"
	Name       Column = "name"
	Owner      Column = "owner"
	Phase      Column = "phase"
	Status     Column = "status"
	Low        Column = "optimistic"
	Likely     Column = "likely"
	High       Column = "pessimistic"
	Percent    Column = "percent"
	Remaining  Column = "remaining"
	NotBefore  Column = "not before"
	FixedStart Column = "fixed start"
	FixedEnd   Column = "fixed finish"
	Due        Column = "due"
	Started    Column = "started"
	Ended      Column = "ended"
	Links      Column = "after"
	Items      Column = "items" // of the scope, that the task serves
	Text       Column = "text"
	number     Column = "id" // what links of other tools name tasks by
	start      Column = "start"
)

// columns are those of a file of ours, in order.
var columns = []Column{Key, Name, Owner, Phase, Status, Low, Likely, High, Remaining, NotBefore, FixedStart, FixedEnd, Due, Started, Ended, Links, Items, Text}

// Plan is the tasks of a file.
type Plan struct {
	Name    string
	Start   time.Time // of the project, where the format has one
	Columns []Column  // what the file speaks of; a task says nothing of the others
	Tasks   []Task
	Notes   []Note
	OneDate bool // the format has room for one of a task's earliest start, fixed start and fixed finish
}

// Has reports whether the file speaks of a column.
func (p Plan) Has(c Column) bool { return slices.Contains(p.Columns, c) }

// Note is something of the file that was left out or read in a way that its author should know.
type Note struct {
	Place string `json:"place"` // "row 7", "task 12"
	Line  int    `json:"line,omitempty"`
	Text  string `json:"text"`
}

// Task is one task of a file. Times are minutes of work, -1 for none stated.
type Task struct {
	Place      string // as people find it: "row 7", "task 12"
	Line       int    // 1-based line or row, 0 if unknown
	ID         string // what links of the file name it by, beside the key
	Key        string // "" where the file has none
	Name       string
	Owner      string
	Phase      string
	Status     string // todo, doing, blocked, done, dropped or ""
	Low        int64
	Likely     int64
	High       int64
	Percent    int // of the work that is done, -1 for none stated
	Remaining  int64
	NotBefore  time.Time
	FixedStart time.Time
	FixedEnd   time.Time
	Due        time.Time
	Started    time.Time
	Ended      time.Time
	Links      []Link
	Items      []string // keys of scope items
	Text       string

	Milestone bool   // a dated point and no work; only Microsoft Project tells
	Owners    string // the names of further owners, for a note
}

// blank returns a task of which nothing is stated.
func blank(place string, line int) Task {
	return Task{Place: place, Line: line, Low: -1, Likely: -1, High: -1, Percent: -1, Remaining: -1}
}

// Link says what a task hangs on.
type Link struct {
	Task    string // key or ID of the other task, as the file has it; after Read the index's key is in To
	To      int    // index of the other task in Plan.Tasks, -1 if the file has no such task
	Kind    string // FS, SS, FF or SF
	Lag     int64  // minutes, of work unless Elapsed
	Elapsed bool
}

// Limits of what is read.
const (
	BytesMax = 20 << 20 // of a file
	tasksMax = 5_000
	cellMax  = 32_767 // bytes of a cell or text, as Excel has it
	faultMax = 20
	linksMax = 200 // of one task
	colsMax  = 200
	// unpackedMax bounds what a workbook may unpack to, in all and by its greatest part.
	unpackedMax = 64 << 20
	depthMax    = 40
	tokensMax   = 5_000_000
)

// Hours of the working calendar that durations in days and weeks stand for, as Microsoft Project's standard calendar has them.
const (
	minutesADay   = 8 * 60
	minutesAWeek  = 5 * minutesADay
	minutesAMonth = 20 * minutesADay
)

// Read reads a file of a format. Wall times without a zone are of the zone given. It fails with errs.Invalid naming every fault
// by row, line or task; 20 at most.
func Read(f Format, data []byte, zone *time.Location) (Plan, error) {
	if len(data) > BytesMax {
		return Plan{}, errs.Invalid("file.too_long", "The file has %d bytes. At most %d are read.", len(data), BytesMax)
	}
	switch f {
	case CSV:
		return readCSV(data, zone)
	case XLSX:
		return readXLSX(data, zone)
	case MSPDI:
		return readMSPDI(data, zone)
	}
	return Plan{}, errs.Invalid("file.format_unknown", "A plan is read from csv, xlsx or mspdi, not %.20q.", string(f))
}

// Write writes a plan in a format, with wall times of the zone. It fails with errs.Invalid for a format that is unknown.
func Write(f Format, p Plan, zone *time.Location) ([]byte, error) {
	switch f {
	case CSV:
		return writeCSV(p, zone)
	case XLSX:
		return writeXLSX(p, zone)
	case MSPDI:
		return writeMSPDI(p, zone)
	}
	return nil, errs.Invalid("file.format_unknown", "A plan is written as csv, xlsx or mspdi, not %.20q.", string(f))
}

// Guess returns the format that the first bytes of a file speak for.
func Guess(data []byte) Format {
	switch {
	case len(data) > 3 && string(data[:4]) == "PK\x03\x04":
		return XLSX
	case startsAsXML(data):
		return MSPDI
	}
	return CSV
}

// join finds the tasks that links name, by key first and by ID second, and says which do not exist.
func (p *Plan) join(bad *faults) {
	at := map[string]int{}
	for i, t := range p.Tasks {
		if t.ID != "" {
			at[t.ID] = i
		}
	}
	for i, t := range p.Tasks {
		if t.Key != "" {
			at[t.Key] = i
		}
	}
	for i := range p.Tasks {
		for k := range p.Tasks[i].Links {
			l := &p.Tasks[i].Links[k]
			to, ok := at[l.Task]
			if l.To = to; !ok {
				l.To = -1
				bad.say(p.Tasks[i], Links, "work.task_unknown", "The file has no task %.60q.", l.Task)
			}
		}
	}
}
