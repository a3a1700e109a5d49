package planfile

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The schema's namespace. Files without it are read as well.
const mspdiSpace = "http://schemas.microsoft.com/project"

// Fields of a task that Microsoft Project leaves to its users; ours keep what it has no field for.
const (
	fieldKey    = "188743731" // Text1
	fieldStatus = "188743734" // Text2
	fieldLow    = "188743783" // Duration1, which its PERT analysis calls optimistic
	fieldLikely = "188743784" // Duration2, expected
	fieldHigh   = "188743785" // Duration3, pessimistic
)

// Kinds of links, by their number in the schema.
var linkNumbers = []string{"FF", "FS", "SF", "SS"}

// Constraints, by their number in the schema.
const (
	asSoonAsPossible = iota
	asLateAsPossible
	mustStartOn
	mustFinishOn
	startNoEarlier
	startNoLater
	finishNoEarlier
	finishNoLater
)

// xmlPlan is what of a file is written; reading takes it element by element. The order of elements is the schema's.
type xmlPlan struct {
	XMLName  xml.Name `xml:"Project"`
	Space    string   `xml:"xmlns,attr"`
	Version  int      `xml:"SaveVersion"`
	Name     string   `xml:"Name"`
	Title    string   `xml:"Title,omitempty"`
	From     int      `xml:"ScheduleFromStart"`
	Start    string   `xml:"StartDate,omitempty"`
	Calendar int      `xml:"CalendarUID"`
	DayStart string   `xml:"DefaultStartTime"`
	DayEnd   string   `xml:"DefaultFinishTime"`
	Day      int      `xml:"MinutesPerDay"`
	Week     int      `xml:"MinutesPerWeek"`
	Month    int      `xml:"DaysPerMonth"`

	Extended    []xmlField      `xml:"ExtendedAttributes>ExtendedAttribute"`
	Calendars   []xmlCalendar   `xml:"Calendars>Calendar"`
	Tasks       []xmlTask       `xml:"Tasks>Task"`
	Resources   []xmlResource   `xml:"Resources>Resource"`
	Assignments []xmlAssignment `xml:"Assignments>Assignment"`
}

type xmlField struct {
	ID    string `xml:"FieldID"`
	Name  string `xml:"FieldName"`
	Alias string `xml:"Alias"`
}

type xmlCalendar struct {
	UID  int      `xml:"UID"`
	Name string   `xml:"Name"`
	Base int      `xml:"IsBaseCalendar"`
	Over int      `xml:"BaseCalendarUID"`
	Days []xmlDay `xml:"WeekDays>WeekDay"`
}

type xmlDay struct {
	Type    int        `xml:"DayType"`
	Working int        `xml:"DayWorking"`
	Times   []xmlTimes `xml:"WorkingTimes>WorkingTime,omitempty"`
}

type xmlTimes struct {
	From string `xml:"FromTime"`
	To   string `xml:"ToTime"`
}

type xmlTask struct {
	UID         string     `xml:"UID"`
	ID          string     `xml:"ID"`
	Name        string     `xml:"Name"`
	Null        int        `xml:"IsNull"`
	WBS         string     `xml:"WBS,omitempty"`
	Level       int        `xml:"OutlineLevel"`
	Start       string     `xml:"Start,omitempty"`
	Finish      string     `xml:"Finish,omitempty"`
	Duration    string     `xml:"Duration,omitempty"`
	Format      int        `xml:"DurationFormat"`
	Estimated   int        `xml:"Estimated"`
	Milestone   int        `xml:"Milestone"`
	Summary     int        `xml:"Summary"`
	Percent     int        `xml:"PercentComplete"`
	ActualStart string     `xml:"ActualStart,omitempty"`
	ActualEnd   string     `xml:"ActualFinish,omitempty"`
	Remaining   string     `xml:"RemainingDuration,omitempty"`
	Constraint  int        `xml:"ConstraintType"`
	Date        string     `xml:"ConstraintDate,omitempty"`
	Deadline    string     `xml:"Deadline,omitempty"`
	Notes       string     `xml:"Notes,omitempty"`
	Links       []xmlLink  `xml:"PredecessorLink"`
	Extended    []xmlValue `xml:"ExtendedAttribute"`
	Active      *int       `xml:"Active"`
	Manual      int        `xml:"Manual,omitempty"` // its dates are set by hand
	Baselines   []struct{} `xml:"Baseline"`
}

type xmlLink struct {
	UID    string `xml:"PredecessorUID"`
	Type   int    `xml:"Type"`
	Cross  int    `xml:"CrossProject"`
	Lag    int64  `xml:"LinkLag"` // tenths of a minute
	Format int    `xml:"LagFormat"`
}

type xmlValue struct {
	Field  string `xml:"FieldID"`
	Value  string `xml:"Value"`
	Format int    `xml:"DurationFormat,omitempty"`
}

type xmlResource struct {
	UID   string `xml:"UID"`
	ID    string `xml:"ID"`
	Name  string `xml:"Name"`
	Type  int    `xml:"Type"` // 1 works; 0 is used up, 2 is a cost
	Email string `xml:"EmailAddress,omitempty"`
}

type xmlAssignment struct {
	UID      string `xml:"UID"`
	Task     string `xml:"TaskUID"`
	Resource string `xml:"ResourceUID"`
	Units    string `xml:"Units"`
}

// The lag formats that count time around the clock, and those that are shares of a duration.
var (
	elapsedFormats = map[int]bool{4: true, 6: true, 8: true, 10: true, 12: true, 20: true, 52: true, 36: true, 38: true, 40: true, 42: true, 44: true}
	shareFormats   = map[int]bool{19: true, 20: true, 51: true, 52: true}
)

const (
	formatHours   = 5
	formatDays    = 7
	formatElapsed = 4 // minutes around the clock
	formatMinutes = 3
)

// ISO 8601 durations as the schema has them: PT16H0M0S. Days and longer are of the calendar there and do not occur.
var isoDuration = regexp.MustCompile(`^PT(?:([0-9]{1,8})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,10})(?:\.[0-9]+)?S)?$`)

func mspdiMinutes(s string) (int64, error) {
	m := isoDuration.FindStringSubmatch(s)
	if m == nil || s == "PT" {
		return 0, fmt.Errorf("a duration has the form PT16H0M0S, not %.40q", s)
	}
	var n [3]int64
	for i, x := range m[1:] {
		n[i], _ = strconv.ParseInt("0"+x, 10, 64)
	}
	sum := n[0]*60 + n[1] + (n[2]+30)/60
	if sum > minutesMax {
		return 0, fmt.Errorf("%.40q is longer than ten years", s)
	}
	return sum, nil
}

func mspdiDuration(n int64) string { return fmt.Sprintf("PT%dH%dM0S", n/60, n%60) }

const mspdiLayout = "2006-01-02T15:04:05"

// mspdiTime reads a wall time of the file; some writers add a zone.
func mspdiTime(s string, zone *time.Location) (time.Time, error) {
	if s == "" || strings.HasPrefix(s, "NA") || strings.HasPrefix(s, "1984-01-01T00:00") { // how some say none
		return time.Time{}, nil
	}
	return instant(s, zone)
}

func mspdiDate(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(mspdiLayout)
}
