package level

// byEnergy is energetic reasoning (Erschler, Lopez and Thuriot 1991; Baptiste, Le Pape and Nuijten 1999): between two times, tasks
// use of a resource at least what they use when pushed out of the interval to the left or to the right as far as their windows
// allow. That must not exceed what there is, and what is left over bounds the overlap of each task.
func (v *prover) byEnergy() (changed, ok bool) {
	if v.avail == nil {
		return false, true
	}
	for r := range v.users {
		c, ok := v.energyOf(r)
		if !ok {
			return false, false
		}
		changed = changed || c
	}
	return changed, true
}

func (v *prover) energyOf(r int) (changed, ok bool) {
	users := v.users[r]
	largest := 0 // a task cannot use more within any interval
	for _, u := range users {
		v.isEnd[v.lst[u.task]+v.dur[u.task]] = true
		largest = max(largest, u.units*v.dur[u.task])
	}
	defer func() {
		clear(v.isEnd[:v.end+1])
	}()
	for i, x := range users {
		a := v.est[x.task]
		if v.seen(users[:i], a) {
			continue
		}
		c, ok := v.energyFrom(r, a, largest)
		if !ok {
			return false, false
		}
		changed = changed || c
		if v.over() {
			break
		}
	}
	return changed, true
}

// seen says that an earlier user begins at the same time; missing one costs time only.
func (v *prover) seen(users []use, a int) bool {
	for _, u := range users {
		if v.est[u.task] == a {
			return true
		}
	}
	return false
}

// energyFrom looks at the intervals that begin at a. What a task surely uses of [a, b) grows by one unit of time with b from the
// later of a and its latest start on, until it reaches what its earliest end leaves of it; so the sum over tasks is found by slopes.
func (v *prover) energyFrom(r, a, largest int) (changed, ok bool) {
	users, avail := v.users[r], v.avail[r]
	clear(v.slope[a : v.end+2])
	for _, u := range users {
		j := u.task
		if m := min(v.dur[j], v.est[j]+v.dur[j]-a); m > 0 {
			b := max(a, v.lst[j])
			v.slope[b] += u.units
			v.slope[b+m] -= u.units
		}
	}
	v.work += len(users) + (v.end-a)/4
	energy, slope := 0, 0
	for b := a; b <= v.end; b++ {
		slack := avail[b] - avail[a] - energy
		if slack < 0 {
			return false, false
		}
		if slack < largest && v.isEnd[b] && b > a {
			c, ok := v.squeeze(users, a, b, slack)
			if !ok {
				return false, false
			}
			changed = changed || c
		}
		slope += v.slope[b]
		energy += slope
	}
	return changed, true
}

// squeeze narrows the windows of tasks that would overlap [a, b) by more than what the others leave.
func (v *prover) squeeze(users []use, a, b, slack int) (changed, ok bool) {
	v.work += len(users)
	for _, u := range users {
		j, d := u.task, v.dur[u.task]
		est, lst := v.est[j], v.lst[j]
		if est >= b || lst+d <= a || est == lst {
			continue
		}
		sure := max(0, min(b-max(a, lst), d, est+d-a))
		allowed := sure + slack/u.units
		if min(est+d, b)-max(est, a) > allowed {
			v.est[j], changed = b-allowed, true
		}
		if min(lst+d, b)-max(lst, a) > allowed {
			v.lst[j], changed = a+allowed-d, true
		}
		if v.est[j] > v.lst[j] {
			return false, false
		}
	}
	return changed, true
}
