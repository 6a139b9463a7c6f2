package main

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

// interval gives the share in percent with its 95 % interval. Pieces of a file are alike,
// so files are drawn anew, not pieces (bootstrap). Where all pieces or none were noticed
// there is nothing to draw from: the interval is never narrower than that of as many
// independent pieces (Wilson).
func (m *measured) interval(seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	counts := make([][]int, 0, len(m.byFile))
	for _, name := range slices.Sorted(maps.Keys(m.byFile)) { // in an order of its own a seed would mean nothing
		counts = append(counts, m.byFile[name])
	}
	const draws = 1000
	shares := make([]float64, draws)
	for i := range shares {
		pieces, noticed := 0, 0
		for range counts {
			c := counts[rng.IntN(len(counts))]
			pieces, noticed = pieces+c[0], noticed+c[1]
		}
		shares[i] = float64(noticed) / float64(pieces)
	}
	slices.Sort(shares)
	low, high := wilson(m.Noticed, m.Pieces)
	m.Percent = tenth(float64(m.Noticed) / float64(m.Pieces))
	m.Low = tenth(min(low, shares[draws/40]))
	m.High = 100 - tenth(1-max(high, shares[draws-draws/40-1]))
}

// wilson is the 95 % interval of a share (Wilson 1927).
func wilson(k, n int) (low, high float64) {
	const z = 1.96
	p, m := float64(k)/float64(n), float64(n)
	mid := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(0, mid-half), min(1, mid+half)
}

// tenth is a share in percent, rounded down to a tenth.
func tenth(share float64) float64 { return math.Floor(1000*share+1e-9) / 10 }
