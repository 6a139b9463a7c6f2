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

// Format writes bytes for people, with three or four significant digits.
func Format(n int64) string {
	value, unit := split(n)
	return value + " " + unit
}

// Of writes how much of how much, with the unit once where it is the same:
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
	units := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}
	v, i := float64(n), 0
	for v >= 1024 && i < len(units)-1 {
		v, i = v/1024, i+1
	}
	if i == 0 {
		return fmt.Sprint(n), "B"
	}
	return fmt.Sprintf("%.1f", v), units[i]
}
