package level

import "slices"

// sorter turns a key for each task into an order that respects links.
type sorter struct {
	*network
	key    []int
	count  []int
	packed []uint64
	strict bool // orders respect negative lags too
}

// taskBits is enough for MaxTasks; a time takes at most 45 bits beside it.
const taskBits = 14

func newSorter(n *network) *sorter {
	return &sorter{network: n, key: make([]int, n.size), packed: make([]uint64, n.size)}
}

// ascending fills out with the tasks by rising key, each after those it is linked from even where keys say otherwise, save
// for links with a negative lag when the order need not be strict; equal keys stand
// in the order of tasks.
func (s *sorter) ascending(key, out []int) {
	low, high := 0, 0
	for j, k := range key {
		for a := s.predAt[j]; a < s.predAt[j+1]; a++ {
			if s.strict || s.predLag[a] >= 0 {
				k = max(k, s.key[s.pred[a]])
			}
		}
		s.key[j] = k
		if j == 0 {
			low, high = k, k
		}
		low, high = min(low, k), max(high, k)
	}
	s.sort(low, high, out)
}

// descending fills out with the tasks by falling key, each after those it links to; equal keys stand in reverse order of tasks.
func (s *sorter) descending(key, out []int) {
	low, high := 0, 0
	for j := len(key) - 1; j >= 0; j-- {
		k := key[j]
		for a := s.succAt[j]; a < s.succAt[j+1]; a++ {
			if s.strict || s.succLag[a] >= 0 {
				k = min(k, s.key[s.succ[a]])
			}
		}
		s.key[j] = k
		if j == len(key)-1 {
			low, high = k, k
		}
		low, high = min(low, k), max(high, k)
	}
	s.sort(low, high, out)
	slices.Reverse(out)
}

func (s *sorter) sort(low, high int, out []int) {
	width := high - low + 1
	if width > 8*s.size+256 {
		for j, k := range s.key {
			s.packed[j] = uint64(k-low)<<taskBits | uint64(j)
		}
		slices.Sort(s.packed)
		for i, p := range s.packed {
			out[i] = int(p & (1<<taskBits - 1))
		}
		return
	}
	if width+1 > len(s.count) {
		s.count = make([]int, 2*width+2)
	}
	count := s.count[:width+1]
	clear(count)
	for _, k := range s.key {
		count[k-low+1]++
	}
	for i := 1; i <= width; i++ {
		count[i] += count[i-1]
	}
	for j, k := range s.key {
		out[count[k-low]] = j
		count[k-low]++
	}
}
