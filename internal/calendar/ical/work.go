package ical

// maxWork bounds what the rules of one text may cost together, in days that are looked at and times that are made of them: a
// second or two. Twenty thousand yearly rules cost half of it for the years that an import reads.
const maxWork = 15_000_000

// spend adds to what the rules of a text have cost and reports whether they may cost more. A rule of no text is not bounded.
func (r *rule) spend(n int) bool {
	if r.spent == nil {
		return true
	}
	*r.spent += n
	return *r.spent <= maxWork
}

// listed is how many numbers a day is held against.
func (r *rule) listed() int {
	return len(r.months) + len(r.days) + len(r.yearDays) + len(r.weeks) + len(r.weekdays)
}

// perDay is what the times of one day cost: each is made, sorted and held against the positions.
func (r *rule) perDay() int {
	return max(1, len(r.hours)) * max(1, len(r.minutes)) * (3 + len(r.positions))
}

// tooMuch refuses a text whose rules cost more than maxWork.
func tooMuch(line int) error {
	return refuse(line, "ical.too_much", "The rules up to here take too long to work out: they look at more than %d days.", maxWork)
}
