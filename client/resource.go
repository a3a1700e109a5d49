package client

import (
	"context"
	"io"
	"net/url"
	"time"
)

// Items is a list that comes whole.
type Items[T any] struct {
	Items []T `json:"items"`
}

// items reads a list that comes whole.
func items[T any](ctx context.Context, c *Client, path string, query url.Values) ([]T, error) {
	var out Items[T]
	err := c.Get(ctx, path, query, &out)
	return out.Items, err
}

// CapacityCell is one week of a row: times in minutes.
type CapacityCell struct {
	Week      string `json:"week"`
	Planned   int64  `json:"planned"`
	Available int64  `json:"available"`
	Percent   int64  `json:"percent"`
	Over      bool   `json:"over"`
	Away      bool   `json:"away,omitempty"`
}

// CapacityRow is a team, a person, a role, a tool or an environment week by week.
type CapacityRow struct {
	Kind  string         `json:"kind"`
	Key   string         `json:"key"`
	ID    string         `json:"id"`
	Name  string         `json:"name"`
	Note  string         `json:"note"`
	Cells []CapacityCell `json:"cells"`
	First string         `json:"firstOver,omitempty"`
	Cause *CapacityCause `json:"firstCause,omitempty"`
}

// CapacityCause is what takes time in a week.
type CapacityCause struct {
	Kind        string `json:"kind"`
	Name        string `json:"name"`
	Release     string `json:"release,omitempty"`
	ReleaseName string `json:"releaseName,omitempty"`
	Task        string `json:"task,omitempty"`
	TaskID      string `json:"taskId,omitempty"`
	Person      string `json:"person,omitempty"`
	PersonName  string `json:"personName,omitempty"`
	Minutes     int64  `json:"minutes"`
	From        string `json:"from,omitempty"`
	To          string `json:"to,omitempty"`
	Due         string `json:"due,omitempty"`
	Critical    bool   `json:"critical,omitempty"`
	Late        bool   `json:"late,omitempty"`
}

// CapacityFirst is the first week over 100 percent.
type CapacityFirst struct {
	Kind    string        `json:"kind"`
	Key     string        `json:"key"`
	Name    string        `json:"name"`
	Week    string        `json:"week"`
	Percent int64         `json:"percent"`
	Over    int64         `json:"over"`
	Cause   CapacityCause `json:"cause"`
}

// Capacity is the capacity of everybody and everything for some weeks.
type Capacity struct {
	Weeks    []string       `json:"weeks"`
	Rows     []CapacityRow  `json:"rows"`
	First    *CapacityFirst `json:"first,omitempty"`
	Over     int64          `json:"over"`
	Undated  int64          `json:"undated"`
	Unheld   int64          `json:"unheld"`
	Holidays []string       `json:"holidays"`

	Scheduled bool `json:"scheduled"`
}

// CapacityWay is a way out of a week over 100 percent.
type CapacityWay struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"`
	Title   string `json:"title"`
	Effect  string `json:"effect"`
	Clears  bool   `json:"clears"`
	Percent int64  `json:"percent"`
	Release string `json:"release,omitempty"`
	Task    string `json:"task,omitempty"`
	TaskID  string `json:"taskId,omitempty"`
	Person  string `json:"person,omitempty"`
	Skill   string `json:"skill,omitempty"`
	Weekly  int64  `json:"weekly,omitempty"`
	First   string `json:"first,omitempty"`
	Last    string `json:"last,omitempty"`
	Days    int64  `json:"days,omitempty"`
	MoveTo  string `json:"moveTo,omitempty"`
	Takes   bool   `json:"takes"`

	Shifts []CapacityShift `json:"shifts,omitempty"`
}

// CapacityShift is a task that a way out does later.
type CapacityShift struct {
	Release   string    `json:"release"`
	Task      string    `json:"task"`
	TaskID    string    `json:"taskId"`
	Name      string    `json:"name"`
	Days      int64     `json:"days"`
	NotBefore time.Time `json:"notBefore"`
	MoveTo    string    `json:"moveTo"`
}

// CapacityDetail explains one week of a row.
type CapacityDetail struct {
	Kind   string          `json:"kind"`
	Key    string          `json:"key"`
	ID     string          `json:"id"`
	Name   string          `json:"name"`
	Cell   CapacityCell    `json:"cell"`
	Causes []CapacityCause `json:"causes"`
	Ways   []CapacityWay   `json:"ways"`
}

// Capacity returns the coming weeks. query narrows them: weeks, kind, team, role, q, over.
func (c *Client) Capacity(ctx context.Context, query url.Values) (out Capacity, err error) {
	return out, c.Get(ctx, "/capacity", query, &out)
}

// CapacityCSV returns the same as CSV; the caller closes it.
func (c *Client) CapacityCSV(ctx context.Context, query url.Values) (io.ReadCloser, error) {
	return c.Open(ctx, "/capacity/export", query)
}

// CapacityDetail explains one week of a row.
func (c *Client) CapacityDetail(ctx context.Context, kind, key, week string) (out CapacityDetail, err error) {
	return out, c.Get(ctx, Path("capacity", kind, key, week), nil, &out)
}

// TakeCapacityWay takes a way out of a week, and returns the week as it is then.
func (c *Client) TakeCapacityWay(ctx context.Context, kind, key, week, way string) (out CapacityDetail, err error) {
	return out, c.Post(ctx, Path("capacity", kind, key, week, "take"), map[string]string{"way": way}, &out)
}

// Named is a team or a person.
type Named struct {
	ID   string `json:"id"`
	Key  string `json:"key"`
	Name string `json:"name"`
}

// PersonCapacity is what is known of one person's time and skills.
type PersonCapacity struct {
	Person      string         `json:"person"`
	Key         string         `json:"key"`
	Name        string         `json:"name"`
	Zone        string         `json:"zone,omitempty"`
	Teams       []Named        `json:"teams"`
	Times       []WorkingTime  `json:"times"`
	Hours       string         `json:"hours"`
	Share       int64          `json:"share"`
	Absences    []Absence      `json:"absences"`
	Skills      []Skill        `json:"skills"`
	Deputies    []Named        `json:"deputies"`
	Holidays    []Holiday      `json:"holidays"`
	Allocations []Allocation   `json:"allocations"`
	Cells       []CapacityCell `json:"cells"`
	MayState    bool           `json:"mayState"`
	MayAnswer   bool           `json:"mayAnswer"`
}

// PersonCapacity returns what is known of a person's time and skills.
func (c *Client) PersonCapacity(ctx context.Context, person string) (out PersonCapacity, err error) {
	return out, c.Get(ctx, Path("people", person, "capacity"), nil, &out)
}

// WorkingTime is working time from a day on.
type WorkingTime struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"`
	Subject   string    `json:"subject"`
	Since     string    `json:"since"`
	Hours     string    `json:"hours"`
	Zone      string    `json:"zone,omitempty"`
	Share     int64     `json:"share"`
	ChangedAt time.Time `json:"changedAt"`
	ChangedBy string    `json:"changedBy"`
}

// NewWorkingTime states working time.
type NewWorkingTime struct {
	Since string `json:"since"`
	Hours string `json:"hours"`
	Zone  string `json:"zone,omitempty"`
	Share int64  `json:"share,omitempty"`
}

// WorkingTimes returns what is stated of "people", "teams" or "environments", the newest first.
func (c *Client) WorkingTimes(ctx context.Context, of, subject string) ([]WorkingTime, error) {
	return items[WorkingTime](ctx, c, Path(of, subject, "working-times"), nil)
}

// StateWorkingTime states working time of one of "people", "teams" or "environments".
func (c *Client) StateWorkingTime(ctx context.Context, of, subject string, in NewWorkingTime) (out WorkingTime, err error) {
	return out, c.Post(ctx, Path(of, subject, "working-times"), in, &out)
}

// RemoveWorkingTime takes a statement back.
func (c *Client) RemoveWorkingTime(ctx context.Context, period string) error {
	return c.Delete(ctx, Path("working-times", period), nil)
}

// NameLead says who leads a team; "" for nobody.
func (c *Client) NameLead(ctx context.Context, team, person string) error {
	return c.Put(ctx, Path("teams", team, "lead"), map[string]string{"person": person}, nil)
}

// Holiday is a day without work.
type Holiday struct {
	Day  string `json:"day"`
	Name string `json:"name"`
}

// Follower is a person, a team or an environment for which holidays hold.
type Follower struct {
	Kind    string `json:"kind"`
	Subject string `json:"subject"`
}

// Holidays are a named set of days without work; what is written states it whole.
type Holidays struct {
	Key       string     `json:"key,omitempty"`
	Name      string     `json:"name"`
	Feed      string     `json:"feed,omitempty"`
	Days      []Holiday  `json:"days"`
	Followers []Follower `json:"followers"`
	Rev       int64      `json:"rev,omitempty"`
}

// HolidaySets returns every set of holidays.
func (c *Client) HolidaySets(ctx context.Context) ([]Holidays, error) {
	return items[Holidays](ctx, c, "/holidays", nil)
}

// SetHolidays states a set whole.
func (c *Client) SetHolidays(ctx context.Context, key string, in Holidays) (out Holidays, err error) {
	in.Key = ""
	return out, c.Put(ctx, Path("holidays", key), in, &out)
}

// RemoveHolidays takes a set away.
func (c *Client) RemoveHolidays(ctx context.Context, key string) error {
	return c.Delete(ctx, Path("holidays", key), nil)
}

// Skill is how well somebody masters something, 1 to 5.
type Skill struct {
	Skill string `json:"skill"`
	Level int64  `json:"level"`
}

// Skilled is a person with a skill.
type Skilled struct {
	Person string `json:"person"`
	Key    string `json:"key"`
	Name   string `json:"name"`
	Skill
}

// Skills returns who has which skill; only one unless it is "".
func (c *Client) Skills(ctx context.Context, skill string) ([]Skilled, error) {
	q := url.Values{}
	if skill != "" {
		q.Set("skill", skill)
	}
	return items[Skilled](ctx, c, "/skills", q)
}

// SetSkills states the skills of a person whole.
func (c *Client) SetSkills(ctx context.Context, person string, in []Skill) ([]Skill, error) {
	var out Items[Skill]
	err := c.Put(ctx, Path("people", person, "skills"), map[string]any{"skills": append([]Skill{}, in...)}, &out)
	return out.Items, err
}

// SetDeputies names the deputies of a person.
func (c *Client) SetDeputies(ctx context.Context, person string, in []string) error {
	return c.Put(ctx, Path("people", person, "deputies"), map[string]any{"deputies": append([]string{}, in...)}, nil)
}

// Absence is a stretch of days on which somebody does not work.
type Absence struct {
	ID         string     `json:"id"`
	Person     string     `json:"person"`
	First      string     `json:"first"`
	Last       string     `json:"last"`
	Kind       string     `json:"kind,omitempty"`
	Note       string     `json:"note,omitempty"`
	State      string     `json:"state"`
	Answer     string     `json:"answer,omitempty"`
	AnsweredBy string     `json:"answeredBy,omitempty"`
	AnsweredAt *time.Time `json:"answeredAt,omitempty"`
	Rev        int64      `json:"rev"`
}

// NewAbsence states days away; oneself's unless Person says whose.
type NewAbsence struct {
	Person string `json:"person,omitempty"`
	First  string `json:"first"`
	Last   string `json:"last,omitempty"`
	Kind   string `json:"kind,omitempty"`
	Note   string `json:"note,omitempty"`
}

// Absences returns days away. query narrows them: person, state, first, last.
func (c *Client) Absences(ctx context.Context, query url.Values) ([]Absence, error) {
	return items[Absence](ctx, c, "/absences", query)
}

// AskAbsence states days away.
func (c *Client) AskAbsence(ctx context.Context, in NewAbsence) (out Absence, err error) {
	return out, c.Post(ctx, "/absences", in, &out)
}

// AnswerAbsence does "grant" or "refuse"; "withdraw" takes no answer.
func (c *Client) AnswerAbsence(ctx context.Context, absence, verb, answer string) (out Absence, err error) {
	var body any
	if verb != "withdraw" {
		body = map[string]string{"answer": answer}
	}
	return out, c.Post(ctx, Path("absences", absence, verb), body, &out)
}

// Tool is a tool, a licence or equipment with a capacity; what is written states it whole.
type Tool struct {
	ID     string `json:"id,omitempty"`
	Key    string `json:"key,omitempty"`
	Name   string `json:"name"`
	Text   string `json:"text,omitempty"`
	Kind   string `json:"kind"`
	Team   string `json:"team,omitempty"`
	Units  int64  `json:"units"`
	Weekly int64  `json:"weekly"` // minutes
	Closed bool   `json:"closed,omitempty"`
	Rev    int64  `json:"rev,omitempty"`
}

// Tools returns every tool.
func (c *Client) Tools(ctx context.Context) ([]Tool, error) {
	return items[Tool](ctx, c, "/tools", nil)
}

// SetTool states a tool whole.
func (c *Client) SetTool(ctx context.Context, key string, in Tool) (out Tool, err error) {
	in.ID, in.Key = "", ""
	return out, c.Put(ctx, Path("tools", key), in, &out)
}

// ResourceRequest asks for time of a person, of somebody with a skill, or of a tool.
type ResourceRequest struct {
	ID         string `json:"id"`
	Release    string `json:"release"`
	ReleaseKey string `json:"releaseKey"`
	Task       string `json:"task,omitempty"`
	Person     string `json:"person,omitempty"`
	PersonKey  string `json:"personKey,omitempty"`
	Skill      string `json:"skill,omitempty"`
	Level      int64  `json:"level,omitempty"`
	Tool       string `json:"tool,omitempty"`
	Weekly     int64  `json:"weekly"`
	First      string `json:"first"`
	Last       string `json:"last"`
	Reason     string `json:"reason"`
	State      string `json:"state"`
	Answer     string `json:"answer,omitempty"`
	Rev        int64  `json:"rev"`
}

// NewResourceRequest states one.
type NewResourceRequest struct {
	Release string `json:"release"`
	Task    string `json:"task,omitempty"`
	Person  string `json:"person,omitempty"`
	Skill   string `json:"skill,omitempty"`
	Level   int64  `json:"level,omitempty"`
	Tool    string `json:"tool,omitempty"`
	Weekly  int64  `json:"weekly"`
	First   string `json:"first"`
	Last    string `json:"last,omitempty"`
	Reason  string `json:"reason"`
}

// ResourceAnswer says what becomes of a request.
type ResourceAnswer struct {
	Person string `json:"person,omitempty"`
	Answer string `json:"answer,omitempty"`
	Anyway bool   `json:"anyway,omitempty"`
}

// ResourceRequests returns requests, the newest first. query narrows them: release, person, state.
func (c *Client) ResourceRequests(ctx context.Context, query url.Values) ([]ResourceRequest, error) {
	return items[ResourceRequest](ctx, c, "/resource-requests", query)
}

// AskResource makes a request.
func (c *Client) AskResource(ctx context.Context, in NewResourceRequest) (out ResourceRequest, err error) {
	return out, c.Post(ctx, "/resource-requests", in, &out)
}

// AnswerResource does "grant" or "refuse"; "withdraw" takes no answer.
func (c *Client) AnswerResource(ctx context.Context, request, verb string, in ResourceAnswer) (out ResourceRequest, err error) {
	var body any
	if verb != "withdraw" {
		body = in
	}
	return out, c.Post(ctx, Path("resource-requests", request, verb), body, &out)
}

// Allocation promises minutes of every week of a person or a tool.
type Allocation struct {
	ID         string `json:"id"`
	Release    string `json:"release,omitempty"`
	ReleaseKey string `json:"releaseKey,omitempty"`
	Task       string `json:"task,omitempty"`
	Name       string `json:"name,omitempty"`
	Person     string `json:"person,omitempty"`
	PersonKey  string `json:"personKey,omitempty"`
	Tool       string `json:"tool,omitempty"`
	Weekly     int64  `json:"weekly"`
	First      string `json:"first"`
	Last       string `json:"last"`
	Request    string `json:"request,omitempty"`
	Rev        int64  `json:"rev"`
}

// NewAllocation states one.
type NewAllocation struct {
	Release string `json:"release,omitempty"`
	Task    string `json:"task,omitempty"`
	Name    string `json:"name,omitempty"`
	Person  string `json:"person,omitempty"`
	Tool    string `json:"tool,omitempty"`
	Weekly  int64  `json:"weekly"`
	First   string `json:"first"`
	Last    string `json:"last,omitempty"`
}

// AllocationEdit says what to change; what is nil stays, and 0 minutes take the allocation back.
type AllocationEdit struct {
	Rev    int64   `json:"rev"`
	Weekly *int64  `json:"weekly,omitempty"`
	Last   *string `json:"last,omitempty"`
}

// Allocations returns what is promised. query narrows it: release, person, since.
func (c *Client) Allocations(ctx context.Context, query url.Values) ([]Allocation, error) {
	return items[Allocation](ctx, c, "/allocations", query)
}

// Allocate promises time of a person or a tool.
func (c *Client) Allocate(ctx context.Context, in NewAllocation) (out Allocation, err error) {
	return out, c.Post(ctx, "/allocations", in, &out)
}

// Reallocate changes what is promised, or takes it back.
func (c *Client) Reallocate(ctx context.Context, allocation string, in AllocationEdit) (out Allocation, err error) {
	return out, c.Patch(ctx, Path("allocations", allocation), in, &out)
}
