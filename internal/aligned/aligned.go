// Package aligned makes buffers at addresses that O_DIRECT takes: the kernel hands
// them to the drive, which wants them at a multiple of a unit (open(2), "O_DIRECT").
package aligned

import "reflect"

// Bytes makes n bytes whose address is a multiple of unit, which is more than zero.
// Go does not move what lies on the heap, so it stays one.
func Bytes(n, unit int) []byte {
	b := make([]byte, n+unit)
	skip := (unit - behind(b, unit)) % unit
	return b[skip : skip+n : skip+n]
}

// To says whether the address of p is a multiple of unit.
func To(p []byte, unit int) bool { return behind(p, unit) == 0 }

// behind is how many bytes behind a multiple of unit the first byte of p lies.
func behind(p []byte, unit int) int {
	if len(p) == 0 {
		return 0
	}
	return int(reflect.ValueOf(&p[0]).Pointer() % uintptr(unit))
}
