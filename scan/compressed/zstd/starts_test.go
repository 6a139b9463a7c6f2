package zstd

import "testing"

// mayStart is the definition of a start.
func mayStart(b []byte, at int) (block, tables bool) {
	return b[at]&6 == 4 && b[at+2] < 16 && b[at+3]&2 == 2, b[at]&^0x14 == 0xA8 && b[at+1]&15 <= 4
}

// check holds both ways to find starts against the definition, and what a buffer ends with against that.
func check(t *testing.T, b []byte) (blocks, tables int) {
	t.Helper()
	n := max(0, len(b)-startsReach) / startsBytes
	for name, find := range map[string]func([]byte, []starts){"generic": findStartsGeneric, "here": findStarts} {
		marks := make([]starts, n)
		find(b, marks)
		blocks, tables = 0, 0
		for at := range n * startsBytes {
			m, bit := marks[at/startsBytes], at%startsBytes
			block, table := mayStart(b, at)
			if m.blocks>>bit&1 == 1 != block || m.tables>>bit&1 == 1 != table {
				t.Fatalf("%s: %x at %d: %x", name, b[at:at+4], at, m)
			}
			if block {
				blocks++
			}
			if table {
				tables++
			}
		}
	}
	return blocks, tables
}

func TestStarts(t *testing.T) {
	if blocks, tables := check(t, random(9, 1<<16)); blocks < 400 || tables < 200 {
		t.Errorf("%d blocks, %d tables", blocks, tables)
	}
	for v := range 1 << 16 {
		b := make([]byte, startsBytes+startsReach)
		for i := range b {
			b[i] = byte(v >> (8 * (i & 1)))
		}
		check(t, b)
	}
}

// The starts of a buffer are those that have 16 bytes left from a multiple of 8 on.
func TestStartsAtTheEnd(t *testing.T) {
	all := random(10, 400)
	for i := 0; i+16 <= len(all); i += 3 {
		copy(all[i:], []byte{0xAC, 0, 0, 2})
	}
	for n := range all {
		b := all[:n]
		var marks [4]starts
		filled := fill(b, marks[:])
		for at := range filled * startsBytes {
			block, tables := false, false
			if at&^7+16 <= n {
				block, tables = mayStart(b, at)
			}
			if m, bit := marks[at/startsBytes], at%startsBytes; m.blocks>>bit&1 == 1 != block || m.tables>>bit&1 == 1 != tables {
				t.Fatalf("%d bytes, at %d: %x", n, at, m)
			}
		}
		if filled < len(marks) && filled*startsBytes < n-8 {
			t.Fatalf("%d bytes: %d marks", n, filled)
		}
	}
}

func FuzzStarts(f *testing.F) {
	f.Add(random(9, 2*startsBytes+startsReach))
	f.Fuzz(func(t *testing.T, b []byte) { check(t, b) })
}
