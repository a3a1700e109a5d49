package network

import (
	"slipway/internal/work/forecast"
)

// OutlineForecast says by when the network is finished, and how likely.
type OutlineForecast struct {
	P50      float64 `json:"p50"` // units: half of the samples are finished by then
	P80      float64 `json:"p80"`
	P95      float64 `json:"p95"`
	Mean     float64 `json:"mean"`
	Samples  int     `json:"samples"`  // drawn
	Complete bool    `json:"complete"` // all that were asked for
	Seed     uint64  `json:"seed"`
}

// forecast draws the durations. levelled, if not nil, is the order in which tasks get the resources they share.
func (n Network) forecast(out *Outline, o Options, levelled []int, expired func() bool) error {
	p := forecast.Problem{Tasks: make([]forecast.Task, len(n.tasks)), Links: make([]forecast.Link, len(n.links))}
	for i, t := range n.tasks {
		p.Tasks[i] = forecast.Task{Name: t.Key, Duration: forecast.Certain(float64(t.Duration))}
		if e := n.Tasks[i].Estimate; e != nil {
			p.Tasks[i].Duration = forecast.Estimate(e[0], e[1], e[2])
		}
	}
	for i, l := range n.links {
		p.Links[i] = forecast.Link{From: l.From, To: l.To, Kind: forecast.Kind(l.Kind), Lag: float64(l.Lag)}
	}
	if levelled != nil {
		n.supply(&p, levelled)
	}
	r, err := forecast.Run(p, forecast.Options{Samples: o.Samples, Seed: o.Seed, Expired: expired})
	if err != nil {
		return n.placed(err)
	}
	out.Forecast = &OutlineForecast{P50: r.Finish.Percentile(0.5), P80: r.Finish.Percentile(0.8), P95: r.Finish.Percentile(0.95), Mean: r.Finish.Mean(),
		Samples: len(r.Finish.Samples), Complete: r.Complete, Seed: o.Seed}
	for i := range out.Tasks {
		out.Tasks[i].Criticality = &r.Critical[i]
	}
	return nil
}

func (n Network) supply(p *forecast.Problem, levelled []int) {
	p.Priority = make([]float64, len(n.tasks))
	for i, at := range levelled {
		p.Priority[i] = float64(at)
		if !n.lasts(i) {
			continue
		}
		for _, x := range n.needs[i] {
			p.Tasks[i].Needs = append(p.Tasks[i].Needs, forecast.Need(x))
		}
	}
	for _, r := range n.Resources {
		p.Resources = append(p.Resources, forecast.Resource{Capacity: int(r.Capacity)})
	}
}
