package level

import "slices"

// profile is what is free of all resources over time.
type profile struct{ tracks []track }

// copyOf returns an empty profile that shares what never changes.
func copyOf(tracks []track) profile {
	p := profile{tracks: slices.Clone(tracks)}
	for i := range p.tracks {
		t := &p.tracks[i]
		t.cells = slices.Clone(t.empty)
		t.used = 0
		t.at, t.free = slices.Clone(t.emptyAt), slices.Clone(t.emptyF)
	}
	return p
}

func (p *profile) reset() {
	for i := range p.tracks {
		p.tracks[i].reset()
	}
}

// earliest returns the first time at or after t at which all demands are met for d units of time, or -1.
func (p *profile) earliest(t, d int, demands []demand) int {
	if d == 0 {
		return t
	}
	if len(demands) == 1 {
		return p.tracks[demands[0].track].earliest(t, d, demands[0].need)
	}
	for agreed := 0; agreed < len(demands); {
		for i := range demands {
			f := p.tracks[demands[i].track].earliest(t, d, demands[i].need)
			if f < 0 {
				return -1
			}
			if f == t {
				agreed++
			} else {
				t, agreed = f, 1
			}
			if agreed == len(demands) {
				break
			}
		}
	}
	return t
}

// latest returns the last time at or before t, and at or after floor, at which all demands are met for d units of time, or -1.
func (p *profile) latest(t, floor, d int, demands []demand) int {
	if t < floor {
		return -1
	}
	if d == 0 {
		return t
	}
	for agreed := 0; agreed < len(demands); {
		for i := range demands {
			f := p.tracks[demands[i].track].latest(t, floor, d, demands[i].need)
			if f < 0 {
				return -1
			}
			if f == t {
				agreed++
			} else {
				t, agreed = f, 1
			}
			if agreed == len(demands) {
				break
			}
		}
	}
	return t
}

func (p *profile) take(t, d int, demands []demand) {
	if d == 0 {
		return
	}
	for i := range demands {
		p.tracks[demands[i].track].take(t, d, demands[i].need)
	}
}

// change returns the first time after t at which what is free changes, or -1.
func (p *profile) change(t int) int {
	next := -1
	for i := range p.tracks {
		if c := p.tracks[i].change(t); c >= 0 && (next < 0 || c < next) {
			next = c
		}
	}
	return next
}

// earliestUntil is earliest with an end: -1 when there is no time up to until.
func (p *profile) earliestUntil(t, until, d int, demands []demand) int {
	for t <= until {
		ok := true
		if d > 0 {
			for i := range demands {
				tr := &p.tracks[demands[i].track]
				if f := tr.earliest(t, d, demands[i].need); f != t {
					if f < 0 {
						return -1
					}
					t, ok = f, false
					break
				}
			}
		}
		if ok {
			return t
		}
	}
	return -1
}

// give undoes take.
func (p *profile) give(t, d int, demands []demand) {
	for i := range demands {
		p.tracks[demands[i].track].give(t, d, demands[i].need)
	}
}
