package clash

import "slipway/internal/platform/db"

// FreeAt returns those of some starts at which a time as it is wanted is free, in their order. It reads what FreeSlots reads, once for
// all of them. It checks no permission. It fails with db.ErrNone for a release that does not exist.
func (c *Conflicts) FreeAt(tx *db.Tx, w Want, starts []db.Time) ([]Slot, error) {
	s := search{Conflicts: c, tx: tx, want: w}
	if err := s.prepare(); err != nil {
		return nil, err
	}
	out := []Slot{}
	if s.want.Length <= 0 {
		return out, nil
	}
	for _, t := range starts {
		slot := Slot{Start: t, End: t.Add(s.want.Length)}
		if slot.Start < s.want.From || slot.End > s.want.To || s.bad(slot.Start, slot.End) != 0 {
			continue
		}
		if err := s.harm(&slot); err != nil {
			return nil, err
		}
		out = append(out, slot)
	}
	return out, nil
}
