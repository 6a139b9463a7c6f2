package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// parseSize reads a number of bytes as people write it: 4096, 64K, 1M, 2G, 3T
// (binary) or 2048s (512-byte sectors); 0x is hexadecimal.
func parseSize(s string) (int64, error) {
	unit, number := int64(1), s
	if i := len(s) - 1; i > 0 && !strings.HasPrefix(s, "0x") {
		if shift := strings.IndexByte("KMGT", s[i]&^0x20); shift >= 0 && s[i] != 's' {
			unit, number = 1<<(10*(shift+1)), s[:i]
		} else if s[i] == 's' {
			unit, number = 512, s[:i]
		}
	}
	base := 10
	if hex, ok := strings.CutPrefix(number, "0x"); ok {
		base, number = 16, hex
	}
	n, err := strconv.ParseInt(number, base, 64)
	if err != nil || n < 0 || n > math.MaxInt64/unit {
		return 0, fmt.Errorf("%q is no size: write bytes, or a number with K, M, G, T or s (512-byte sectors)", s)
	}
	return n * unit, nil
}

// humanSize writes bytes for people, with three or four significant digits.
func humanSize(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB"}
	v, i := float64(n), 0
	for v >= 1024 && i < len(units)-1 {
		v, i = v/1024, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", v, units[i])
}
