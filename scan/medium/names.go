package medium

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"shokyo.dev/shokyo/entropy"
)

// FillNames are bytes in hex, each made once: fill is what most of an erased medium may be.
var FillNames = func() (names [256]string) {
	for c := range names {
		names[c] = hex.EncodeToString([]byte{byte(c)})
	}
	return names
}()

// PatternName is the period in hex, turned to its smallest rotation so that the
// name does not depend on where in the pattern a sector begins; of a long one its
// length.
func PatternName(b []byte, period int) string {
	if period > 8 {
		return fmt.Sprint(periodReason, period)
	}
	p := b[:period]
	best := p
	for i := 1; i < len(p); i++ {
		if r := slices.Concat(p[i:], p[:i]); bytes.Compare(r, best) < 0 {
			best = r
		}
	}
	return hex.EncodeToString(best)
}

// periodReason begins the name of a pattern whose period is not written out.
const periodReason = "period-"

// MayBeCipher says of a pattern's name that this may be what a block cipher makes of zeros: its period is a
// multiple of 8 bytes, the shortest block (NIST SP 800-67), or longer than any
// pattern that is used for overwriting.
func MayBeCipher(reason string) bool {
	if n, ok := strings.CutPrefix(reason, periodReason); ok {
		period, _ := strconv.Atoi(n)
		return period > entropy.MaxPeriod || period%8 == 0
	}
	return len(reason) == 16
}
