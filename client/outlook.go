package client

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// Schedule says when the work of a release can be done.
type Schedule struct {
	Release    string       `json:"release"`
	ReleaseKey string       `json:"releaseKey"`
	At         time.Time    `json:"at"`
	Ready      *time.Time   `json:"ready,omitempty"` // when the work before the window can be finished
	Finish     *time.Time   `json:"finish,omitempty"`
	Start      *time.Time   `json:"windowStart,omitempty"`
	End        *time.Time   `json:"windowEnd,omitempty"`
	Margin     *int64       `json:"margin,omitempty"` // minutes from Ready to the window
	Levelled   bool         `json:"levelled"`
	Vague      int          `json:"withoutEstimate"`
	Unreached  int          `json:"unreached"`
	Critical   []string     `json:"critical"`
	Tasks      []TaskTiming `json:"tasks"`
	Marks      []Mark       `json:"marks"`
	Shortages  []Shortage   `json:"shortages,omitempty"`
}

// TaskTiming is when a task can run. Work and floats are minutes of working time.
type TaskTiming struct {
	Key        string      `json:"key"`
	Name       string      `json:"name"`
	Owner      string      `json:"owner,omitempty"`
	Phase      string      `json:"phase,omitempty"`
	Status     string      `json:"status"`
	Work       int64       `json:"work"`
	Start      *time.Time  `json:"start,omitempty"`
	Finish     *time.Time  `json:"finish,omitempty"`
	LateStart  *time.Time  `json:"lateStart,omitempty"`
	LateFinish *time.Time  `json:"lateFinish,omitempty"`
	Float      int64       `json:"float"`
	FreeFloat  int64       `json:"freeFloat"`
	Critical   bool        `json:"critical"`
	Due        *time.Time  `json:"due,omitempty"`
	Late       bool        `json:"late"`
	Driver     *TaskDriver `json:"driver,omitempty"`
	Shift      int64       `json:"shift,omitempty"`
}

// TaskDriver is what the dates of a task come from: link, resource, date, now, start or hours.
type TaskDriver struct {
	Cause string `json:"cause"`
	Task  string `json:"task,omitempty"`
	Type  string `json:"type,omitempty"`
}

// Mark is the window or a milestone of a schedule.
type Mark struct {
	Kind    string     `json:"kind"`
	Key     string     `json:"key,omitempty"`
	Name    string     `json:"name"`
	Planned *time.Time `json:"planned,omitempty"`
	Finish  *time.Time `json:"finish,omitempty"`
	Reached bool       `json:"reached"`
	Tasks   int        `json:"tasks"`
	Late    bool       `json:"late"`
}

// Shortage is a role or skill of which tasks use more than there is.
type Shortage struct {
	Kind string `json:"kind"`
	Key  string `json:"key"`
	Need int    `json:"need"`
	Have int    `json:"have"`
}

// Forecast says by when the work of a release is done, and how likely.
type Forecast struct {
	Release    string            `json:"release"`
	ReleaseKey string            `json:"releaseKey"`
	At         time.Time         `json:"at"`
	Digest     string            `json:"digest"`
	Changed    bool              `json:"changed"`
	Stale      bool              `json:"stale"`
	Seed       uint64            `json:"seed"`
	Samples    int               `json:"samples"`
	P50        *time.Time        `json:"p50,omitempty"`
	P80        *time.Time        `json:"p80,omitempty"`
	P95        *time.Time        `json:"p95,omitempty"`
	Mean       *time.Time        `json:"mean,omitempty"`
	Done       *time.Time        `json:"done,omitempty"` // when the work before the window was done
	Window     *time.Time        `json:"window,omitempty"`
	Chance     *float64          `json:"chance,omitempty"`
	Milestones []MilestoneChance `json:"milestones"`
	Drivers    []ForecastDriver  `json:"drivers"`
	Histogram  []HistogramBar    `json:"histogram"`
	Critical   []Criticality     `json:"criticality"`
	Ratios     int               `json:"ratios"`
	Vague      int               `json:"withoutEstimate"`
	Before     *EarlierForecast  `json:"before,omitempty"`
}

// PastForecast is a forecast that was made; chance is that of the window as it was planned then.
type PastForecast struct {
	At      time.Time  `json:"at"`
	Samples int        `json:"samples"`
	P50     *time.Time `json:"p50,omitempty"`
	P80     *time.Time `json:"p80,omitempty"`
	P95     *time.Time `json:"p95,omitempty"`
	Window  *time.Time `json:"window,omitempty"`
	Chance  *float64   `json:"chance,omitempty"`
}

// EarlierForecast is the forecast of a week earlier, or the first of the days since, and how many tasks have been added or changed since.
type EarlierForecast struct {
	PastForecast
	Tasks int `json:"tasks"`
}

// MilestoneChance is how likely a milestone is reached as planned.
type MilestoneChance struct {
	Key     string     `json:"key"`
	Name    string     `json:"name"`
	Planned *time.Time `json:"planned,omitempty"`
	Chance  *float64   `json:"chance,omitempty"`
	P50     *time.Time `json:"p50,omitempty"`
	P80     *time.Time `json:"p80,omitempty"`
}

// ForecastDriver is a task that drives the date; gains are minutes of usual working time.
type ForecastDriver struct {
	Task     string  `json:"task"`
	Name     string  `json:"name"`
	Critical float64 `json:"critical"`
	Gain     int64   `json:"gain"`
	MeanGain int64   `json:"meanGain"`
}

// HistogramBar is a bar of a histogram.
type HistogramBar struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Count int       `json:"count"`
}

// Criticality is the share of samples in which a task decides the date.
type Criticality struct {
	Task  string  `json:"task"`
	Share float64 `json:"share"`
}

// Move is something that can be done for a wanted date: drop, person, earlier, shorten or later. A drop names a task or a scope item.
type Move struct {
	Kind  string  `json:"kind"`
	Task  string  `json:"task,omitempty"`
	Item  string  `json:"item,omitempty"`
	Hours float64 `json:"hours,omitempty"`
	Cost  float64 `json:"cost,omitempty"`
}

// Wish is a date that is wanted; the usual moves are weighed without any.
type Wish struct {
	By     *time.Time `json:"by,omitempty"`
	Chance float64    `json:"chance,omitempty"`
	Moves  []Move     `json:"moves,omitempty"`
}

// WishAnswer is what must be true for a wanted date.
type WishAnswer struct {
	By     time.Time `json:"by"`
	At     time.Time `json:"at"`
	Kept   bool      `json:"kept"` // the chance and P80 are those of the last forecast
	Wanted float64   `json:"wanted"`
	Chance float64   `json:"chance"`
	P80    time.Time `json:"p80"`
	All    float64   `json:"all"`
	Moves  []struct {
		Move
		Text   string     `json:"text"`
		Chance float64    `json:"chance"`
		P80    *time.Time `json:"p80,omitempty"`
	} `json:"moves"`
	Sets []struct {
		Moves  []int      `json:"moves"`
		Cost   float64    `json:"cost"`
		Chance float64    `json:"chance"`
		P80    *time.Time `json:"p80,omitempty"`
	} `json:"sets"`
	Complete bool `json:"complete"`
}

// Baseline is what a release was planned to be at an instant.
type Baseline struct {
	ID      string    `json:"id"`
	Release string    `json:"release"`
	Number  int64     `json:"number"`
	Name    string    `json:"name"`
	Note    string    `json:"note,omitempty"`
	SavedAt time.Time `json:"savedAt"`
	SavedBy string    `json:"savedBy"`
}

// Comparison sets a release beside a baseline. What is positive is later, or more, than planned.
type Comparison struct {
	Baseline   Baseline         `json:"baseline"`
	At         time.Time        `json:"at"`
	Ready      Against          `json:"ready"`
	Work       int64            `json:"work"`
	Tasks      []TaskAgainst    `json:"tasks"`
	Milestones []StretchAgainst `json:"milestones"`
	Phases     []StretchAgainst `json:"phases"`
}

// Against is one date beside what was planned.
type Against struct {
	Planned  *time.Time `json:"planned,omitempty"`
	Now      *time.Time `json:"now,omitempty"`
	Actual   bool       `json:"actual"`
	Moved    int64      `json:"moved"`    // minutes around the clock
	Variance int64      `json:"variance"` // the same in minutes of usual working hours
}

// TaskAgainst is a task beside what was planned of it.
type TaskAgainst struct {
	Key    string  `json:"key"`
	Name   string  `json:"name"`
	Phase  string  `json:"phase,omitempty"`
	Status string  `json:"status,omitempty"`
	Change string  `json:"change,omitempty"` // added or dropped
	Start  Against `json:"start"`
	Finish Against `json:"finish"`
	Work   int64   `json:"work"`
}

// StretchAgainst is a phase or a milestone beside what was planned of it.
type StretchAgainst struct {
	Key    string  `json:"key"`
	Name   string  `json:"name"`
	Change string  `json:"change,omitempty"`
	Start  Against `json:"start"`
	Finish Against `json:"finish"`
}

// Schedule returns when the work of a release can be done; levelled, so that nobody does two tasks at once.
func (c *Client) Schedule(ctx context.Context, release string, levelled bool) (Schedule, error) {
	var out Schedule
	query := url.Values{}
	if levelled {
		query.Set("levelled", "true")
	}
	return out, c.Get(ctx, Path("releases", release, "schedule"), query, &out)
}

// Forecast returns the last forecast of a release.
func (c *Client) Forecast(ctx context.Context, release string) (Forecast, error) {
	var out Forecast
	return out, c.Get(ctx, Path("releases", release, "forecast"), nil, &out)
}

// Forecasts returns the forecasts of a release that were made, the last of each day, newest first.
func (c *Client) Forecasts(ctx context.Context, release string) ([]PastForecast, error) {
	var out struct {
		Items []PastForecast `json:"items"`
	}
	err := c.Get(ctx, Path("releases", release, "forecasts"), nil, &out)
	return out.Items, err
}

// MakeForecast makes a forecast now; samples and seed may be 0 for the usual ones.
func (c *Client) MakeForecast(ctx context.Context, release string, samples int, seed uint64) (Forecast, error) {
	var out Forecast
	body := struct {
		Samples int    `json:"samples,omitempty"`
		Seed    uint64 `json:"seed,omitempty"`
	}{samples, seed}
	return out, c.Post(ctx, Path("releases", release, "forecast"), body, &out)
}

// AskWish asks what must be true for a date.
func (c *Client) AskWish(ctx context.Context, release string, in Wish) (WishAnswer, error) {
	var out WishAnswer
	return out, c.Post(ctx, Path("releases", release, "wish"), in, &out)
}

// Baselines returns the baselines of a release, the last one first.
func (c *Client) Baselines(ctx context.Context, release string) ([]Baseline, error) {
	var out struct {
		Items []Baseline `json:"items"`
	}
	return out.Items, c.Get(ctx, Path("releases", release, "baselines"), nil, &out)
}

// SaveBaseline keeps the plan of a release as it stands.
func (c *Client) SaveBaseline(ctx context.Context, release, name, note string) (Baseline, error) {
	var out Baseline
	body := struct {
		Name string `json:"name,omitempty"`
		Note string `json:"note,omitempty"`
	}{name, note}
	return out, c.Post(ctx, Path("releases", release, "baselines"), body, &out)
}

// CompareBaseline sets a release beside a baseline; 0 is the last one.
func (c *Client) CompareBaseline(ctx context.Context, release string, number int64) (Comparison, error) {
	var out Comparison
	return out, c.Get(ctx, Path("releases", release, "baselines", strconv.FormatInt(number, 10), "comparison"), nil, &out)
}
