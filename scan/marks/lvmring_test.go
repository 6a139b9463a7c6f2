package marks

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// ring writes a metadata area as LVM does (lib/format_text/format-text.c): each
// text begins with the next sector behind the one before and goes on at the
// beginning of the ring; with old versions what its last sector held before stays.
func ring(size int, texts []string, tidy bool) []byte {
	b := make([]byte, size)
	at, start, length := 512, 0, 0
	for _, text := range texts {
		start, length = at, len(text)+1
		for i := range length {
			if at == size {
				at = 512
			}
			b[at] = 0
			if i < len(text) {
				b[at] = text[i]
			}
			at++
		}
		for ; at%512 != 0; at++ {
			if tidy {
				b[at] = 0
			}
		}
		if at == size {
			at = 512
		}
	}
	copy(b[4:], lvmMagic)
	put(b, 20, uint32(1))
	put(b, 24, []uint64{4096, uint64(size), uint64(start), uint64(length)})
	put(b, 56, lvmCRC(append([]byte(texts[len(texts)-1]), 0)))
	put(b, 0, lvmCRC(b[4:512]))
	return b
}

// history is the texts of a group that grows by a tag or two at each change, and
// shrinks again.
func history(n, most int) (texts []string) {
	for i := range n {
		var tags strings.Builder
		for j := range i * most / 40 % most {
			fmt.Fprintf(&tags, `, "customer%d"`, j)
		}
		text := strings.TrimSuffix(volumeGroup, "\x00")
		text = strings.Replace(text, `tags = ["a"`, `tags = ["a"`+tags.String(), 1)
		texts = append(texts, strings.Replace(text, "seqno = 2", fmt.Sprintf("seqno = %d", i+2), 1))
	}
	return texts
}

// TestLVMRing: after any number of changes every byte of the area is explained,
// and every name in it is handed on.
func TestLVMRing(t *testing.T) {
	for _, tidy := range []bool{true, false} {
		for n := 1; n < 90; n++ {
			size, most := 32<<10, 40
			if n%7 == 0 { // lines longer than any buffer of lines
				size, most = 256<<10, 4000
			}
			area := ring(size, history(n, most), tidy)
			b := append(make([]byte, 4096), area...)
			covered := explainedBytes(b)
			for at, c := range b {
				if c != 0 && !covered[at] {
					t.Fatalf("tidy %v, %d changes: byte %#x (%q) is not explained", tidy, n, at, b[at:min(len(b), at+40)])
				}
			}
		}
	}
}

// TestLVMRingHides nothing: other text in the ring is not explained.
func TestLVMRingHides(t *testing.T) {
	b := append(make([]byte, 4096), ring(32<<10, history(60, 40), true)...)
	for at := 4096 + 512; at < len(b); at += 1111 {
		hidden := "\nmeet me at noon\nby the old harbour wall\nand bring the ledger with you\n"
		whole := bytes.Clone(b)
		copy(whole[at:], hidden)
		covered := explainedBytes(whole)
		if covered[at+1] && covered[at+20] && covered[at+45] {
			t.Errorf("at %#x it is explained", at)
		}
	}
}

func explainedBytes(b []byte) []bool {
	covered := make([]bool, len(b))
	for off := 0; off+sector <= len(b); off += sector {
		if s, ok := recognize(b, off); ok && s.Explained {
			for i := s.Start; i < s.End; i++ {
				covered[i] = true
			}
		}
	}
	return covered
}
