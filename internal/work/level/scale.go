package level

// scaled divides all times by their greatest common divisor, which it returns. Starts that cannot be moved earlier are sums of such
// times, so no schedule is lost, and a problem in minutes whose tasks last half hours is searched as one in half hours.
func scaled(p Problem) (Problem, int) {
	unit := 0
	for _, t := range p.Tasks {
		unit = divisor(divisor(unit, t.Duration), max(0, t.NotBefore))
	}
	for _, l := range p.Links {
		unit = divisor(unit, l.Lag)
	}
	for _, r := range p.Resources {
		for _, s := range r.Steps {
			unit = divisor(unit, max(0, s.At))
		}
	}
	if unit <= 1 {
		return p, 1
	}
	q := Problem{Tasks: make([]Task, len(p.Tasks)), Links: make([]Link, len(p.Links)), Resources: make([]Resource, len(p.Resources))}
	for i, t := range p.Tasks {
		q.Tasks[i] = Task{Duration: t.Duration / unit, NotBefore: max(0, t.NotBefore) / unit, Needs: t.Needs}
	}
	for i, l := range p.Links {
		q.Links[i] = Link{From: l.From, To: l.To, Lag: l.Lag / unit}
	}
	for i, r := range p.Resources {
		q.Resources[i].Capacity = r.Capacity
		for _, s := range r.Steps {
			q.Resources[i].Steps = append(q.Resources[i].Steps, Step{At: max(0, s.At) / unit, Capacity: s.Capacity})
		}
	}
	return q, unit
}

func divisor(a, b int) int {
	if b < 0 {
		b = -b
	}
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
