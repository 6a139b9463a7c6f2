package entropy

import "math"

// coin is the one formula that all models come down to: the e-value (natural
// logarithm) of a coin of unknown bias against a coin that shows heads with probability p.
//
// Let the bias have the prior Beta(a, b). A given sequence with s heads and r tails then has
// probability B(a+s, b+r)/B(a, b) under the model (B is Euler's beta function; this is the
// beta-binomial, or Pólya's urn: each toss is predicted by (a + heads so far)/(a + b + tosses so far)),
// and p^s (1-p)^r under the null hypothesis. So
//
//	ln E = C(a+s, b+r) - C(a, b),   C(x, y) = ln B(x, y) - x ln p - y ln(1-p).
func coin(s, r uint64, a, b, p float64) float64 {
	return excess(a+float64(s), b+float64(r), p) - excess(a, b, p)
}

// excess is C(x, y) of coin. For as many tosses as a disk has bytes, ln B(x, y) and
// the two powers are of the order of 10^13 and cancel but for a few units, more than a float64 holds.
// Stirling's formula with Binet's remainder μ,
//
//	lnΓ(x) = (x-½) ln x - x + ½ ln 2π + μ(x)                       (DLMF 5.11.1)
//
// turns them into a divergence whose two terms are each as small as the deviation from p:
//
//	C(x, y) = x ln(x/Tp) + y ln(y/T(1-p)) - ½ ln(xy/T) + ½ ln 2π + μ(x) + μ(y) - μ(T),   T = x+y.
func excess(x, y, p float64) float64 {
	t := x + y
	q := 1 - p
	return x*logRatio(t*p, x) + y*logRatio(t*q, y) - 0.5*math.Log(x*y/(2*math.Pi*t)) +
		binet(x) + binet(y) - binet(t)
}

// logRatio is ln(y/x) for x > 0, exact near y = x as well.
func logRatio(x, y float64) float64 {
	d := (y - x) / x
	if math.Abs(d) > 0.5 {
		return math.Log(y / x)
	}
	return math.Log1p(d)
}

// binet is μ(x), the remainder of Stirling's formula. For x ≥ 10 the series of
// DLMF 5.11.1, cut after four terms, is off by less than 1/(1188 x⁹) < 10^-12.
func binet(x float64) float64 {
	if x < 10 {
		lg, _ := math.Lgamma(x)
		return lg - ((x-0.5)*math.Log(x) - x + 0.5*math.Log(2*math.Pi))
	}
	r := 1 / x
	s := r * r
	return r * (1./12 - s*(1./360-s*(1./1260-s/1680)))
}
