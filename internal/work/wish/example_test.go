package wish_test

import (
	"fmt"

	"slipway/internal/work/forecast"
	"slipway/internal/work/wish"
)

func ExampleFind() {
	q := wish.Question{
		Problem: forecast.Problem{
			Tasks: []forecast.Task{
				{Name: "build", Duration: forecast.Estimate(4, 6, 12)},
				{Name: "reports", Duration: forecast.Estimate(2, 3, 6)},
				{Name: "test", Duration: forecast.Estimate(3, 5, 9)},
			},
			Links: []forecast.Link{{From: 0, To: 1}, {From: 1, To: 2}},
		},
		Target: 14, // day 14
		Chance: 0.8,
		Moves: []wish.Move{
			{Name: "drop reports", Cost: 3, Drop: []int{1}},
			{Name: "one more developer", Cost: 4, Scale: []wish.Scale{{Task: 0, Factor: 0.7}, {Task: 1, Factor: 0.7}}},
			{Name: "window two days later", Cost: 2, Later: 2},
			{Name: "test on more machines", Cost: 1, Scale: []wish.Scale{{Task: 2, Factor: 0.8}}},
		},
	}
	a, err := wish.Find(q, wish.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("now: %.0f %%\n", 100*a.Now.Chance)
	for _, s := range a.Sets {
		fmt.Printf("cost %g: %.0f %%, P80 on day %.1f:", s.Cost, 100*s.Chance, s.P80)
		for _, i := range s.Moves {
			fmt.Printf(" %s;", q.Moves[i].Name)
		}
		fmt.Println()
	}
	// Output:
	// now: 26 %
	// cost 3: 86 %, P80 on day 13.5: drop reports;
	// cost 3: 82 %, P80 on day 15.8: window two days later; test on more machines;
	// cost 4: 85 %, P80 on day 13.6: one more developer;
}
