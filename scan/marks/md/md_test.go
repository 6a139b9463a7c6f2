package md

import (
	"encoding/binary"
	"testing"
)

func TestMDSum(t *testing.T) {
	b := make([]byte, 258)
	binary.LittleEndian.PutUint64(b, 3<<32|0xFFFFFFFF)
	b[216] = 99 // left out
	b[256], b[257] = 0x34, 0x12
	if got := mdSum(b, 216); got != 2+1+0x1234 {
		t.Errorf("sum %#x: the carry is added to the low word", got)
	}
}
