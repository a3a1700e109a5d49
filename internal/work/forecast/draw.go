package forecast

import "math/bits"

// width is the number of samples that go through the network together. Rows of that many finishes fit the first cache, the compiler drops
// bounds checks, and a set of samples is one word.
const width = 64

type row = [width]int32

const (
	weyl = 0xa0761d6478bd642f // odd: the step of the counter
	flip = 0xe7037ed1a0b428db
)

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// stream is where the counter of a task starts.
func stream(seed uint64, task int32) uint64 { return mix(seed ^ mix(uint64(task)+1)) }

// draw fills dst with the samples first to first+width of a task. first is even. Each step of the counter gives two draws
// of 32 bits by a folded multiplication (wyrand, Wang Yi 2019).
func draw(dst *row, t *[knots]int32, key uint64, first int) {
	x := key + uint64(first/2)*weyl
	for k := 0; k < width; k += 2 {
		hi, lo := bits.Mul64(x, x^flip)
		x += weyl
		r := hi ^ lo
		a, b := uint32(r), uint32(r>>32)
		i, j := uint8(a>>24), uint8(b>>24)
		if i-1 >= cells-2 || j-1 >= cells-2 { // the first or the last cell
			dst[k], dst[k+1] = outcome(t, a), outcome(t, b)
			continue
		}
		p, q := t[i], t[j]
		dst[k] = p + int32(int64(t[int(i)+1]-p)*int64(a&(1<<24-1))>>24)
		dst[k+1] = q + int32(int64(t[int(j)+1]-q)*int64(b&(1<<24-1))>>24)
	}
}

// outcome is the quantile of r/2^32.
func outcome(t *[knots]int32, r uint32) int32 {
	i, shift := int(r>>24), 24
	if i == 0 || i == cells-1 {
		end := lowEnd
		if i > 0 {
			end = highEnd
		}
		i, shift = end+int(r<<8>>26), 18
	}
	p := t[i]
	return p + int32(int64(t[i+1]-p)*int64(r&(1<<shift-1))>>shift)
}

// luck returns the draw of one sample of a stream.
func luck(key uint64, sample int) uint32 {
	x := key + uint64(sample/2)*weyl
	hi, lo := bits.Mul64(x, x^flip)
	return uint32((hi ^ lo) >> (sample % 2 * 32))
}
