package forecast_test

import (
	"fmt"

	"slipway/internal/work/forecast"
)

func ExampleRun() {
	build := forecast.Task{Name: "build", Duration: forecast.Estimate(2, 4, 10)}
	test := forecast.Task{Name: "test", Duration: forecast.Estimate(3, 5, 9)}
	papers := forecast.Task{Name: "papers", Duration: forecast.Estimate(1, 2, 3)}
	ship := forecast.Task{Name: "ship", Duration: forecast.Certain(1)}
	r, err := forecast.Run(forecast.Problem{
		Tasks: []forecast.Task{build, test, papers, ship},
		Links: []forecast.Link{{From: 0, To: 1}, {From: 0, To: 2}, {From: 1, To: 3}, {From: 2, To: 3}},
	}, forecast.Options{Seed: 7, Milestones: []int{1}, Drivers: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	n := len(r.Finish.Samples)
	chance := r.Finish.Chance(12)
	fmt.Printf("P50 %.0f, P80 %.0f, P95 %.0f of %d samples\n", r.Finish.Percentile(0.5), r.Finish.Percentile(0.8), r.Finish.Percentile(0.95), n)
	fmt.Printf("by day 12: %.0f %% ± %.0f; tested by day 10: %.0f %%\n", 100*chance, 100*forecast.Margin(chance, n), 100*r.Milestones[0].Chance(10))
	fmt.Printf("papers decide the date in %.0f %% of samples\n", 100*r.Critical[2])
	for _, d := range r.Drivers {
		fmt.Printf("task %d at its best gains %.1f days\n", d.Task, d.MeanGain)
	}
	// Output:
	// P50 11, P80 13, P95 14 of 10000 samples
	// by day 12: 71 % ± 1; tested by day 10: 52 %
	// papers decide the date in 0 % of samples
	// task 0 at its best gains 2.7 days
	// task 1 at its best gains 2.4 days
}
