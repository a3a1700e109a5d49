package planfile_test

import (
	"slices"
	"testing"
	"time"

	"slipway/internal/work/planfile"
)

func TestItemsOfTheScope(t *testing.T) {
	p, err := planfile.Read(planfile.CSV, []byte("task,scope items\nBuild,\"PAY-1, PAY-2;\"\nTest,\n"), time.UTC)
	if err != nil || !p.Has(planfile.Items) || !slices.Equal(p.Tasks[0].Items, []string{"PAY-1", "PAY-2"}) || len(p.Tasks[1].Items) != 0 {
		t.Fatalf("%+v %v", p, err)
	}
	for _, f := range []planfile.Format{planfile.CSV, planfile.XLSX} {
		b, err := planfile.Write(f, p, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := planfile.Read(f, b, time.UTC); err != nil || !slices.Equal(back.Tasks[0].Items, p.Tasks[0].Items) {
			t.Errorf("%s: %+v %v", f, back.Tasks, err)
		}
	}
}
