package level

import "math/bits"

// track is what is still free of a few resources over time. Their free units stand side by side in one word, each field with a
// guard bit above it: after subtracting a need, the guards that are still set tell which fields did not go below zero, so one
// subtraction answers for all resources of the track. Time is either cells of one unit, or, where that would be far more cells than
// tasks, stretches between changes.
type track struct {
	guard uint64
	span  int // no task ends later

	cells, empty []uint64 // nil for stretches
	used         int      // cells from here on are as in empty

	at      []int    // where each stretch begins; at[0] is 0 and the last stretch goes on for ever
	free    []uint64 // in each stretch
	emptyAt []int
	emptyF  []uint64
}

// demand is what a task uses of a track.
type demand struct {
	track int
	need  uint64
}

// place says where the units of a resource stand.
type place struct {
	track int
	shift uint
}

// layout gives each resource a field that is wide enough for its largest capacity, and returns the guards of the tracks.
func layout(largest []int) (places []place, guards []uint64) {
	places = make([]place, len(largest))
	left := uint(0)
	for r, c := range largest {
		width := uint(bits.Len64(uint64(c))) + 1
		if left < width {
			guards = append(guards, 0)
			left = 64
		}
		left -= width
		places[r] = place{track: len(guards) - 1, shift: left}
		guards[len(guards)-1] |= 1 << (left + width - 1)
	}
	return places, guards
}

// densify replaces the empty stretches by cells.
func (t *track) densify() {
	t.empty = make([]uint64, t.span)
	for i, from := range t.emptyAt {
		to := t.span
		if i+1 < len(t.emptyAt) {
			to = min(to, t.emptyAt[i+1])
		}
		for k := from; k < to; k++ {
			t.empty[k] = t.emptyF[i]
		}
	}
	t.cells = append([]uint64(nil), t.empty...)
}

func (t *track) reset() {
	if t.cells != nil {
		copy(t.cells[:t.used], t.empty)
		t.used = 0
		return
	}
	t.at = append(t.at[:0], t.emptyAt...)
	t.free = append(t.free[:0], t.emptyF...)
}

// earliest returns the first time at or after from at which need is free for d > 0 units of time, or -1.
func (t *track) earliest(from, d int, need uint64) int {
	if t.cells == nil {
		return t.earliestStretch(from, d, need)
	}
	guard := t.guard
	for from+d <= t.span {
		w := t.cells[from : from+d]
		k := len(w) - 1
		for k >= 0 && (w[k]-need)&guard == guard {
			k--
		}
		if k < 0 {
			return from
		}
		from += k + 1
	}
	return -1
}

// latest returns the last time at or before from, and at or after floor >= 0, at which need is free for d > 0 units of time, or -1.
func (t *track) latest(from, floor, d int, need uint64) int {
	from = min(from, t.span-d)
	if t.cells == nil {
		return t.latestStretch(from, floor, d, need)
	}
	guard := t.guard
	for from >= floor {
		w := t.cells[from : from+d]
		k := 0
		for k < len(w) && (w[k]-need)&guard == guard {
			k++
		}
		if k == len(w) {
			return from
		}
		from += k - d
	}
	return -1
}

// take uses need from a time on for d units; the caller knows that it fits.
func (t *track) take(from, d int, need uint64) {
	if t.cells == nil {
		i, to := t.split(from), t.split(from+d)
		for ; i < to; i++ {
			t.free[i] -= need
		}
		return
	}
	t.used = max(t.used, from+d)
	w := t.cells[from : from+d]
	for k := range w {
		w[k] -= need
	}
}

// give undoes take.
func (t *track) give(from, d int, need uint64) {
	if t.cells == nil {
		i, to := t.split(from), t.split(from+d)
		for ; i < to; i++ {
			t.free[i] += need
		}
		return
	}
	w := t.cells[from : from+d]
	for k := range w {
		w[k] += need
	}
}

// change returns the first time after from at which what is free changes, or -1.
func (t *track) change(from int) int {
	if t.cells == nil {
		if i := t.stretch(from) + 1; i < len(t.at) {
			return t.at[i]
		}
		return -1
	}
	for k := from + 1; k < t.span; k++ {
		if t.cells[k] != t.cells[k-1] {
			return k
		}
	}
	return -1
}

// stretch returns the index of the stretch that contains a time of at least 0.
func (t *track) stretch(time int) int {
	low, high := 0, len(t.at)
	for high-low > 1 {
		if mid := int(uint(low+high) >> 1); t.at[mid] <= time {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

func (t *track) earliestStretch(from, d int, need uint64) int {
	for i := t.stretch(from); ; i++ {
		last := i+1 == len(t.at)
		if (t.free[i]-need)&t.guard != t.guard {
			if last {
				return -1
			}
			from = t.at[i+1]
			continue
		}
		if last || t.at[i+1] >= from+d {
			if from+d > t.span {
				return -1
			}
			return from
		}
	}
}

func (t *track) latestStretch(from, floor, d int, need uint64) int {
	if from < floor {
		return -1
	}
	for i := t.stretch(from + d - 1); i >= 0; i-- {
		if (t.free[i]-need)&t.guard != t.guard {
			if from = t.at[i] - d; from < floor {
				return -1
			}
			continue
		}
		if t.at[i] <= from {
			return from
		}
	}
	return -1
}

// split makes a time the begin of a stretch and returns its index.
func (t *track) split(time int) int {
	i := t.stretch(time)
	if t.at[i] == time {
		return i
	}
	t.at = append(t.at, 0)
	copy(t.at[i+2:], t.at[i+1:])
	t.at[i+1] = time
	t.free = append(t.free, 0)
	copy(t.free[i+1:], t.free[i:])
	return i + 1
}
