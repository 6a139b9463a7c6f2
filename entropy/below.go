package entropy

const (
	// mostBelow is how many bytes Below answers for: the logarithms of Γ that cancel are below 2^31 bits then, a
	// thousand of them, so that rounding comes to less than 2^-11 bits.
	mostBelow = 16 << 20
	// belowSlack is more than what was rounded.
	belowSlack = 1. / 1024
)

// Below says that Window.Bits is below a limit, of a window whose history counts as 0, from tables: the logarithms of
// Bits itself take thirty times as long, and most windows are far below any limit. False says nothing.
func (m *Meter) Below(w *Window, limit float64) bool {
	if !w.History.Lacks {
		return false
	}
	m.prepare()
	n := fill(&m.coins, &w.Bytes)
	if n == 0 || n > mostBelow {
		return false
	}
	var score average
	score.add(windowUniformWeight*floorWeight, 0)
	if m.coins.suspicious(n) {
		score.add(windowUniformWeight, m.histogram(n))
	}
	score.add(windowStuffingWeight, w.StuffingBits())
	w.Lanes.add(&score, windowLanesWeight)
	return score.bits()+belowSlack < limit
}
