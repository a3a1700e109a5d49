package planfile

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"slipway/internal/errs"
)

// packed refuses a workbook that unpacks to more than unpackedMax, by what its directory says and then by what it holds.
func packed(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return errs.Invalid("xlsx.malformed", "The file is not an Excel workbook.")
	}
	if len(z.File) > 2_000 {
		return errs.Invalid("xlsx.too_many_parts", "The workbook has %d parts. At most 2,000 are read.", len(z.File))
	}
	left := int64(unpackedMax)
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, ".xml") && !strings.HasSuffix(f.Name, ".rels") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return errs.Invalid("xlsx.malformed", "The part %.60q of the workbook cannot be read.", f.Name)
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, left+1))
		r.Close()
		if left -= n; left < 0 {
			return errs.Invalid("xlsx.unpacks_too_far", "The workbook unpacks to more than %d MB.", unpackedMax>>20)
		}
		if err != nil {
			return errs.Invalid("xlsx.malformed", "The part %.60q of the workbook cannot be read.", f.Name)
		}
	}
	return nil
}

// readXLSX reads the first sheet of a workbook that is not empty. Formulas count by the value that they had when it was saved.
func readXLSX(data []byte, zone *time.Location) (p Plan, err error) {
	if err := packed(data); err != nil {
		return Plan{}, err
	}
	// Every limit is the same, so that nothing is unpacked to a file.
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true, UnzipSizeLimit: unpackedMax, UnzipXMLSizeLimit: unpackedMax})
	if err != nil {
		return Plan{}, errs.Invalid("xlsx.malformed", "The file is not an Excel workbook that can be read. Save it as .xlsx without a password.")
	}
	defer shut(f, &err)
	for _, name := range f.GetSheetList() {
		t, err := sheet(f, name)
		if err != nil {
			return Plan{}, err
		}
		if t.header == nil {
			continue
		}
		p, err := t.plan(zone)
		p.Name = name
		return p, err
	}
	return Plan{}, errs.Invalid("file.empty", "The workbook has no sheet with rows.")
}

// shut closes c, and puts why that failed into err unless something failed before.
func shut(c io.Closer, err *error) {
	if e := c.Close(); *err == nil {
		*err = e
	}
}

func sheet(f *excelize.File, name string) (t table, err error) {
	rows, err := f.Rows(name)
	if err != nil {
		return t, errs.Invalid("xlsx.malformed", "The sheet %.60q cannot be read.", name)
	}
	defer shut(rows, &err)
	epoch1904 := false
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		epoch1904 = *props.Date1904
	}
	var dates map[int]bool
	for number := 1; rows.Next(); number++ {
		if number > 20*tasksMax {
			return t, lined(number, "list.too_long", "The sheet has too many rows.")
		}
		cells, err := rows.Columns()
		if err != nil {
			return t, lined(number, "xlsx.malformed", "The row cannot be read.")
		}
		if t.header != nil {
			for i, c := range cells {
				if i < len(t.header) && cellErrors[c] {
					return t, lined(number, "xlsx.malformed", fmt.Sprintf("The cell under %.60q holds an error, %s. Mend its formula.", t.header[i], c))
				}
				if dates[i] {
					cells[i] = serial(c, epoch1904)
				}
			}
		}
		if err := t.take(number, cells); err != nil {
			return t, err
		}
		if t.header != nil && dates == nil {
			dates = dateColumns(t.header)
		}
	}
	if err := rows.Error(); err != nil && !errors.Is(err, io.EOF) {
		return t, errs.Invalid("xlsx.malformed", "The sheet %.60q cannot be read.", name)
	}
	return t, nil
}

// cellErrors are what a formula that failed leaves in its cell.
var cellErrors = map[string]bool{"#DIV/0!": true, "#N/A": true, "#NAME?": true, "#NULL!": true, "#NUM!": true, "#REF!": true, "#VALUE!": true, "#SPILL!": true, "#CALC!": true}

// dateColumns are those whose numbers are dates.
func dateColumns(header []string) map[int]bool {
	out := map[int]bool{}
	for i, h := range header {
		switch headings[strings.ToLower(strings.TrimSpace(h))] {
		case NotBefore, FixedStart, FixedEnd, Due, Started, Ended, start:
			out[i] = true
		}
	}
	return out
}

// serial turns a workbook's number of days into a wall time; what is no number stays.
func serial(s string, epoch1904 bool) string {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v < 1 || v > 200_000 {
		return s
	}
	t, err := excelize.ExcelDateToTime(v, epoch1904)
	if err != nil {
		return s
	}
	if t = t.Round(time.Minute); t.Hour() == 0 && t.Minute() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04")
}

const sheetName = "Plan"

func writeXLSX(p Plan, zone *time.Location) (out []byte, err error) {
	f := excelize.NewFile()
	defer shut(f, &err)
	if err := f.SetSheetName("Sheet1", sheetName); err != nil {
		return nil, err
	}
	w, err := f.NewStreamWriter(sheetName)
	if err != nil {
		return nil, err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	for i, c := range columns {
		width := 14.0
		switch c {
		case Name, Links:
			width = 42
		case Text:
			width = 60
		}
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return nil, err
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	t := p.table(zone)
	for i, r := range append([]row{{1, t.header}}, t.rows...) {
		cells := make([]any, len(r.cells))
		for k, c := range r.cells {
			cells[k] = c // a string cell is never a formula
			if i == 0 {
				cells[k] = excelize.Cell{StyleID: bold, Value: c}
			}
		}
		if err := w.SetRow("A"+strconv.Itoa(i+1), cells); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
