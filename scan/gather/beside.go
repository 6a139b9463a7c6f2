package gather

import (
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/look"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/seen"
)

// What lies beside residue is rarely alone: a piece of a file that raised an alarm in one block goes on in the next, too
// weakly for an alarm of its own. So the neighbours of residue are held against a lower mark. It is no test: where residue was
// proven, uniform bytes are refuted already; it describes how far it goes. By chance a neighbour that is ciphertext
// is taken along once in a thousand times.

// beside is that mark, in bits.
const beside = 10

// extendParts condemns the smallest windows that hold residue, or touch it, and score enough, before they
// are forgotten.
func (p *Page) extendParts() {
	for i := range p.parts {
		p.extendPart(&p.parts[i])
	}
	for i := len(p.parts) - 1; i >= 0; i-- {
		p.extendPart(&p.parts[i])
	}
}

func (p *Page) extendPart(x *part) {
	if x.condemned || !p.touched(x.from, x.to) {
		return
	}
	if bits := x.counts.Bits(); bits >= beside {
		x.condemned = true
		p.Findings = append(p.Findings, Condemn(p.Pieces[x.from:x.to], p.Windows[0].WindowBytes, bits))
	}
}

// touched says whether any of the pieces [from, to), or of those they touch, is residue.
func (p *Page) touched(from, to int) bool {
	for i := max(from-1, 0); i < min(to+1, len(p.Pieces)); i++ {
		if p.Pieces[i].Class == medium.Residue && (i >= from || p.meet(i)) && (i < to || p.meet(i-1)) {
			return true
		}
	}
	return false
}

// meet says whether a piece ends where the next begins.
func (p *Page) meet(i int) bool { return p.Pieces[i].End() == p.Pieces[i+1].Start }

// extendBlocks does the same with blocks, in the whole page.
func (p *Page) extendBlocks() {
	for i := 1; i < len(p.Pieces); i++ {
		p.extendBlock(i, i-1)
	}
	for i := len(p.Pieces) - 2; i >= 0; i-- {
		p.extendBlock(i, i+1)
	}
}

func (p *Page) extendBlock(i, neighbour int) {
	x := &p.Pieces[i]
	if x.Class == medium.Ciphertext && x.Bits >= beside && p.Pieces[neighbour].Class == medium.Residue && p.meet(min(i, neighbour)) {
		x.Class, x.Reason = medium.Residue, detector.Statistics.String()
		p.addFinding(seen.Finding{Offset: x.Start, Length: x.Length, Detector: detector.Statistics, Kind: look.BlockKind, Bits: x.Bits})
	}
}
