package jpeg

import _ "embed"

// The model says how likely a symbol is, given what was read of its block and of the one
// before it. It does not know the code: the same figures serve every book. They are -log2 of
// chances in sixteenths of a bit, rounded up, so that the chances of all symbols of a context add up to no
// more than 1 (a test adds them up). train_test.go counts them on files of many encoders.

const (
	unit = 16 // of scores, in a bit

	bands     = 9
	sizes     = 5
	runs      = 2
	actives   = 4
	acCells   = 2 * bands * sizes * runs * actives
	dcCells   = 2 * 6
	acSymbols = 256
	dcSymbols = 16
)

//go:embed model.bin
var figures string

func acFigure(cell int, symbol byte) int { return int(figures[cell*acSymbols+int(symbol)]) }
func dcFigure(cell int, symbol byte) int {
	return int(figures[acCells*acSymbols+cell*dcSymbols+int(symbol&15)])
}

// bandOf is the part of a block a coefficient lies in; the last is for those of which
// it is not known.
var bandOf = func() (band [66]uint8) {
	for k := range band {
		for _, from := range []int{2, 3, 4, 6, 10, 16, 28} {
			if k >= from {
				band[k]++
			}
		}
	}
	band[unknown] = bands - 1
	return band
}()

// unknown stands for the number of a coefficient.
const unknown = 65

// active is how much there was in a block, by its number of coefficients.
func active(coefficients int) int {
	switch {
	case coefficients < 2:
		return 0
	case coefficients < 6:
		return 1
	case coefficients < 14:
		return 2
	}
	return 3
}
