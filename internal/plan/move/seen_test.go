package move

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func hitsOf(rnd *rand.Rand) []Hit {
	words := []Word{Fits, Stands, Voids, Settle}
	var out []Hit
	for i := range rnd.IntN(12) {
		if rnd.IntN(3) > 0 {
			out = append(out, Hit{ID: fmt.Sprint("windows/", i), Area: Windows, Thing: fmt.Sprint("thing ", i), Text: fmt.Sprint(rnd.IntN(2)), Word: words[rnd.IntN(len(words))]})
		}
	}
	return out
}

// What is sealed and read again differs from hits exactly where they are not the same.
func TestSealTellsWhatDiffers(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		was, is := hitsOf(rnd), hitsOf(rnd)
		s, err := seal(was)
		if err != nil {
			t.Fatal(err)
		}
		read, err := opened(s)
		if err != nil {
			t.Fatal(err)
		}
		want, before := map[string]bool{}, map[string]Hit{}
		for _, h := range was {
			before[h.ID], want[h.Thing] = h, true
		}
		for _, h := range is {
			if want[h.Thing] = true; before[h.ID] == h {
				delete(want, h.Thing)
			}
		}
		got := differ(read, is)
		for _, x := range got {
			if !want[x.Thing] {
				t.Fatalf("%s differs: %+v and %+v", x.Thing, was, is)
			}
			delete(want, x.Thing)
		}
		if len(want) > 0 {
			t.Fatalf("%v do not differ: %+v and %+v", want, was, is)
		}
	}
}

func FuzzOpened(f *testing.F) {
	s, err := seal([]Hit{{ID: "windows/a", Thing: "A", Word: Fits}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(s)
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, s string) {
		list, err := opened(s)
		if err == nil {
			differ(list, []Hit{{ID: "windows/a", Thing: "A"}})
		}
	})
}
