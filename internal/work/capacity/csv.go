package capacity

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
)

// WriteCSV writes the table as comma-separated values: one line for each week of each row, times in hours.
func (t Table) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"kind", "key", "name", "week", "planned hours", "available hours", "percent", "over"}); err != nil {
		return err
	}
	for _, r := range t.Rows {
		for _, c := range r.Cells {
			if err := out.Write([]string{r.Kind, r.Key, r.Name, string(c.Week), hours(c.Planned), hours(c.Available), strconv.FormatInt(c.Percent, 10), strconv.FormatBool(c.Over)}); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// hours writes minutes as hours, to the hundredth.
func hours(minutes int64) string {
	return strconv.FormatFloat(math.Round(float64(minutes)*100/60)/100, 'f', -1, 64)
}
