// Package bytesize reads and writes numbers of bytes as people do. It is the only
// place that does: a size means the same wherever one can be given.
//
//	4096  1_048_576        bytes
//	64K 1M 1.5G 2T         powers of 1024, as disk tools and dd(1) have them
//	64KiB 1MiB 1.5 GiB     the same, spelled out (IEC 80000-13)
//	64KB 1MB 4TB           powers of 1000, as makers print them on a drive
//	2048s                  sectors of 512 bytes
//	0x1000                 hexadecimal
//
// Case does not count. What is no whole number of bytes is refused, not rounded:
// most sizes are offsets, and one that is nearly right is wrong.
package bytesize

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// form is a number and a unit. Underscores stand between digits only, blanks only
// between number and unit. Twenty digits are more than any size has.
var form = regexp.MustCompile(`^([0-9]+(?:_[0-9]+)*(?:\.[0-9]{1,20})?) *([a-z]*)$`)

var hexForm = regexp.MustCompile(`^0x[0-9a-f]+(?:_[0-9a-f]+)*$`)

// Sector is what the unit s stands for, whatever the medium's own blocks are.
const Sector = 512

// unit gives the bytes of a unit in small letters, or 0.
func unit(name string) int64 {
	switch name {
	case "", "b", "byte", "bytes":
		return 1
	case "s", "sector", "sectors":
		return Sector
	}
	power := strings.IndexByte("kmgtpe", name[0]) + 1
	base := int64(1024)
	switch name[1:] {
	case "", "i", "ib":
	case "b":
		base = 1000
	default:
		return 0
	}
	if power == 0 {
		return 0
	}
	n := int64(1)
	for range power {
		n *= base
	}
	return n
}

// Parse reads a size.
func Parse(text string) (int64, error) {
	s := strings.ToLower(strings.Trim(text, " "))
	if hexForm.MatchString(s) {
		n, ok := new(big.Int).SetString(strings.ReplaceAll(s[2:], "_", ""), 16)
		return whole(text, new(big.Rat).SetInt(n), ok)
	}
	m := form.FindStringSubmatch(s)
	if m == nil || len(s) > 64 {
		return 0, noSize(text)
	}
	bytes := unit(m[2])
	if bytes == 0 {
		return 0, noSize(text)
	}
	n, ok := new(big.Rat).SetString(strings.ReplaceAll(m[1], "_", ""))
	if !ok {
		return 0, noSize(text)
	}
	return whole(text, n.Mul(n, new(big.Rat).SetInt64(bytes)), true)
}

func whole(text string, n *big.Rat, ok bool) (int64, error) {
	switch {
	case !ok || n.IsInt() && !n.Num().IsInt64():
		return 0, fmt.Errorf("%.80q is no size: it is more than a medium can have", text)
	case !n.IsInt():
		return 0, fmt.Errorf("%.80q is no size: it is no whole number of bytes", text)
	}
	return n.Num().Int64(), nil
}

func noSize(text string) error {
	return fmt.Errorf("%.80q is no size: write bytes, or a number with K, M, G, T (powers of 1024, also KiB, MiB ...), KB, MB, GB, TB (powers of 1000) or s (512-byte sectors)", text)
}

// Sizes are written in more ways than one, each for its readers. A new place takes one
// of these; a table test has them side by side.

var (
	binary  = scale{1024, []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}}
	decimal = scale{1000, []string{"B", "kB", "MB", "GB", "TB", "PB"}}
)

// scale is a row of units, each so many times the one before.
type scale struct {
	base  float64
	units []string
}

// of gives n in the largest unit in which it is below the limit, and which that is.
func (s scale) of(n, limit float64) (float64, int) {
	u := 0
	for ; n >= limit && u < len(s.units)-1; u++ {
		n /= s.base
	}
	return n, u
}

// Format is for lines that a person watches: a decimal that does not come and go, and
// bytes as they are. 1.0 KiB, 3.6 TiB.
func Format(n int64) string {
	value, unit := split(n)
	return value + " " + unit
}

// Of is Format of how much of how much, with the unit once where it is the same:
// "1.2 of 4.0 TiB".
func Of(n, all int64) string {
	value, unit := split(n)
	allValue, allUnit := split(all)
	if unit == allUnit {
		return value + " of " + allValue + " " + unit
	}
	return value + " " + unit + " of " + allValue + " " + allUnit
}

func split(n int64) (value, unit string) {
	v, u := binary.of(float64(n), binary.base)
	if u == 0 {
		return fmt.Sprint(n), "B"
	}
	return fmt.Sprintf("%.1f", v), binary.units[u]
}

// Report is for reports, where most sizes are whole: a decimal only where there is one.
// 1 KiB, 96 MiB, 3.6 TiB.
func Report(n int64) string {
	v, u := binary.of(float64(n), binary.base)
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0") + " " + binary.units[u]
}

// Stated is for what a structure on a medium says of itself, which may be anything.
// 512 bytes, 1.0 KiB, 16.0 EiB.
func Stated(n uint64) string {
	v, u := binary.of(float64(n), binary.base)
	if u == 0 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.1f %s", v, binary.units[u])
}

// Label is as the label of a drive has it, where 1 TB is 10^12 bytes: two or three
// digits, and less than nothing is nothing. 1.0 TB, 20 TB, 0 B.
func Label(n int64) string {
	v, u := decimal.of(float64(max(n, 0)), 999.5)
	if v < 9.95 && u > 0 {
		return fmt.Sprintf("%.1f %s", v, decimal.units[u])
	}
	return fmt.Sprintf("%.0f %s", v, decimal.units[u])
}

// Drive is Label of a drive's size, which it may not give.
func Drive(n int64) string {
	if n <= 0 {
		return "no size"
	}
	return Label(n)
}
