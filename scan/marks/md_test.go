package marks

import "testing"

// mdSum is the sum of a superblock's words with its own, at the given place, as zero.
func mdSum(b []byte, own int) uint32 {
	var sum uint64
	for at := 0; at+4 <= len(b); at += 4 {
		if at != own {
			sum += uint64(words32(b[at : at+4]))
		}
	}
	return uint32(sum) + uint32(sum>>32)
}

func mdVolume() []byte {
	b := make([]byte, 16<<10)
	s := b[4096:]
	put(s, 0, []uint32{uint32(0xA92B4EFC), 1, 1, 0})
	copy(s[16:], random(20, 16))
	copy(s[32:], "host:0")
	put(s, 64, uint64(1700000000))
	put(s, 72, []uint32{1, 0})
	put(s, 92, uint32(2))
	put(s, 220, uint32(128))
	put(s, 216, mdSum(s[:256+256], 216))
	return b
}

func TestMDExplains(t *testing.T) {
	tests := []struct {
		name        string
		change      func(b []byte)
		ok, explain bool
	}{
		{"as made", func([]byte) {}, true, true},
		{"faulty, journal and spare", func(b []byte) { put(b, 258, []uint16{0xFFFE, 0xFFFD, 0xFFFF}) }, true, true},
		{"role that is none", func(b []byte) { put(b, 258, uint16(2)) }, true, false},
		{"a byte behind the roles", func(b []byte) { put(b, 220, uint32(100)); b[500] = 1 }, true, false},
		{"bytes in the padding", func(b []byte) { b[230] = 1 }, true, false},
		{"name that is none", func(b []byte) { b[40] = 7 }, true, false},
		{"name in two parts", func(b []byte) { b[50] = 'x' }, true, false},
	}
	for _, tt := range tests {
		b := mdVolume()[4096:]
		tt.change(b)
		put(b, 216, mdSum(b[:256+2*int(b[220])], 216))
		if s, ok := recognize(b, 0); ok != tt.ok || s.Explained != tt.explain || s.End != 512 {
			t.Errorf("%s: %v %+v", tt.name, ok, s)
		}
		b[100] ^= 1
		if s, ok := recognize(b, 0); !ok || s.Explained {
			t.Errorf("%s, one bit changed: %v %+v", tt.name, ok, s)
		}
	}
}

func mdOldVolume() []byte {
	b := make([]byte, 4096)
	put(b, 0, []uint32{0xA92B4EFC, 0, 90, 0, 0, 0x37C76B91, 1200000000, 1, 10176, 2, 2, 0, 0, 0x011A05C5, 0xD30C1FD4, 0xC5C3DBBC})
	put(b, 128, []uint32{1200000000, 1, 2, 2, 0, 0, 0, 4, 0, 4, 0, 0xFFFFFFFF})
	for i, at := range []int{512, 640, 992 * 4} {
		put(b, at, []uint32{uint32(i % 2), 7, uint32(i % 2), uint32(i % 2), 6})
	}
	sum := uint64(0)
	for i := 0; i < len(b); i += 4 {
		sum += uint64(words32(b[i : i+4]))
	}
	put(b, 152, uint32(sum)+uint32(sum>>32))
	return b
}
