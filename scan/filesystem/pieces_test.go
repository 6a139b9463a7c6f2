package filesystem

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

// pieceKinds are the kinds that the rooms recognise.
var pieceKinds = []string{"ext-groups", "ext-extents", "fat-table", "btrfs-node", "hfs-node", "iso9660-directory", "iso9660-path-table",
	"f2fs-node", "f2fs-directory", "f2fs-checkpoint", "f2fs-table", "jfs-log", "jfs-inodes", "reiserfs-node", "nilfs2-segment", "erofs-inodes", "erofs-directory",
	"ufs-inodes", "ufs-directory", "minix-directory", "ntfs-case-table"}

// checkPieces holds the first of each kind of piece to what it claims.
func checkPieces(t *testing.T, buf []byte, hits []hit) {
	t.Helper()
	for _, kind := range pieceKinds {
		if places := at(hits, kind); len(places) > 0 {
			decided(t, buf, places[len(places)/2])
		}
	}
}

// decided lays the structure at an offset alone into random bytes, where it is recognised as before, and
// changes each of its bits: it claims no more than the number of those that decide.
func decided(t *testing.T, buf []byte, off int) {
	t.Helper()
	s, _ := Recognize(proof.Place{Buf: buf, Off: off})
	alone := random(77, 2*maxBlock)
	copy(alone, buf[off:max(s.End, off+sector)])
	whole, ok := Recognize(proof.Place{Buf: alone})
	if !ok || whole.Kind != s.Kind || whole.End != s.End-off {
		t.Errorf("%s at %d: alone %v %+v", s.Kind, off, ok, whole)
		return
	}
	decide := 0
	for at := 0; at < whole.End && float64(decide) < whole.Bits; at++ {
		for bit := range 8 {
			alone[at] ^= 1 << bit
			if o, ok := Recognize(proof.Place{Buf: alone}); !ok || o.Kind != whole.Kind || o.Bits != whole.Bits {
				decide++
			}
			alone[at] ^= 1 << bit
		}
	}
	if float64(decide) < whole.Bits {
		t.Errorf("%s at %d: %.0f bits claimed, %d decide", whole.Kind, off, whole.Bits, decide)
	}
}

// gates make random sectors that come to the parsers of what has no magic number.
var gates = []func(b []byte, r *rand.Rand){
	func(b []byte, r *rand.Rand) { b[63], b[54], b[55], b[100] = 1, 0, 0, byte(r.IntN(8)) },
	func(b []byte, r *rand.Rand) { clear(b[4:32]); b[63], b[54], b[55], b[100] = 1, 0, 0, 0 },
	func(b []byte, r *rand.Rand) { put(b, 48+12, proof.LE64(b[48:])+0x0000000300000003) },
	func(b []byte, r *rand.Rand) { put(b, 12, proof.LE64(b)+0x0006000600060006) },
	func(b []byte, r *rand.Rand) { put(b, 96+12, proof.LE64(b[96:])+0x0080080080080080) },
	func(b []byte, r *rand.Rand) {
		put(b, 68, proof.LE32(b[4:])+proof.LE32(b[64:])-proof.LE32(b))
		put(b, 36, proof.LE32(b[4:])+proof.LE32(b[32:])-proof.LE32(b))
	},
	func(b []byte, r *rand.Rand) {
		copy(b[24:], []byte{byte(2 + r.IntN(2)), 0, 0, 0x40})
		clear(b[14:16])
		clear(b[22:24])
	},
	func(b []byte, r *rand.Rand) {
		b[8], b[9], b[10], b[12], b[13] = byte(r.IntN(4)-1), byte(r.IntN(3)), 0, 0, 0
		copy(b[510:], "\x00\x0E")
	},
	func(b []byte, r *rand.Rand) { b[0], b[1] = 34, 0; big(b, 6, proof.LE32(b[2:])) },
	func(b []byte, r *rand.Rand) { copy(b, "\x01\x00") },
	func(b []byte, r *rand.Rand) { clear(b[36:40]); clear(b[44:48]); clear(b[52:56]) },
	func(b []byte, r *rand.Rand) { put(b, 16, proof.LE64(b[8:])+0x0000000200000002) },
	func(b []byte, r *rand.Rand) { clear(b[70:74]); clear(b[144:148]) },
	func(b []byte, r *rand.Rand) { b[4], b[13], b[22], b[31] = 0, 0, 0, 0 },
	func(b []byte, r *rand.Rand) { b[3], b[10], b[17], b[24] = 0, 0, 0, 0 },
	func(b []byte, r *rand.Rand) { b[0], b[39], b[40] = b[0]|1, 0, 1; clear(b[27:30]) },
	func(b []byte, r *rand.Rand) { copy(b[48:], "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF") },
	func(b []byte, r *rand.Rand) { copy(b, "\x00\x00\x00\x00\x00\x10\x00\x00") },
	func(b []byte, r *rand.Rand) { copy(b, "\x00\x00\x02\xEA") },
	func(b []byte, r *rand.Rand) { copy(b, "\x0A\xF3\x04\x00\x54\x01\x00\x00") },
	func(b []byte, r *rand.Rand) { copy(b[8:], []byte{0x3B + byte(r.IntN(4)), 0xEE, 0, 0}) },
	func(b []byte, r *rand.Rand) { copy(b[8:], "\xD2\xFF\x00\x00") },
	func(b []byte, r *rand.Rand) { clear(b[120:128]); b[2], b[3] = 1, 0 },
	func(b []byte, r *rand.Rand) { copy(b[4:], []byte{12, 0, 4, 1, '.', 0}) },
	func(b []byte, r *rand.Rand) { clear(b[4:6]); b[6], b[7] = 8, 0 },
	func(b []byte, r *rand.Rand) { copy(b[2:], ".\x00") },
	func(b []byte, r *rand.Rand) { copy(b, "\xF8\xFF\xFF\x0F\xFF\xFF\xFF\x0F") },
	func(b []byte, r *rand.Rand) { copy(b, "\xF8\xFF\xFF\xFF") },
	func(b []byte, r *rand.Rand) { copy(b[4:], "\x10\x00\x00\x00") },
	func(b []byte, r *rand.Rand) { copy(b[8:], "\x11\xFA\xAF\x1E") },
	func(b []byte, r *rand.Rand) { b[11], b[23], b[10], b[22] = 0, 0, 1, 2 },
	func(b []byte, r *rand.Rand) { b[0], b[1] = 1, 0; clear(b[48:64]) },
	func(b []byte, r *rand.Rand) { b[0], b[1] = 0, 0; clear(b[12:16]); clear(b[28:32]) },
	func(b []byte, r *rand.Rand) { copy(b[4:], "\x02\x00\x00\x00"); b[58], b[59] = 60, 0 },
	func(b []byte, r *rand.Rand) {
		copy(b, []string{"ABTB", "IABT", "BMAP", "BMA3", "XDF3", "XSLM", "XD2D", "MSB+"}[r.IntN(8)])
	},
}

// TestGates: nothing is recognised in random sectors that come to the parsers, whose gates give
// less than half of what is asked for.
func TestGates(t *testing.T) {
	rounds := 100
	if testing.Short() {
		rounds = 10
	}
	src, pick := noise(31), rand.New(noise(32))
	buf := make([]byte, 1024*sector+maxBlock)
	for round := range rounds {
		src.Read(buf)
		for off := 0; off < 1024*sector; off += sector {
			gates[pick.IntN(len(gates))](buf[off:off+sector], pick)
		}
		for off := 0; off < 1024*sector; off += sector {
			if s, ok := Recognize(proof.Place{Buf: buf, Off: off}); ok {
				t.Fatalf("round %d offset %d: %+v", round, off, s)
			}
		}
	}
}

// BenchmarkPieces: sectors that all begin a piece, one over the other, which is the most that a medium
// can make the parsers do.
func BenchmarkPieces(b *testing.B) {
	for _, s := range pieceStructures {
		whole := s.make()
		if s.seal != nil {
			s.seal(whole)
		}
		buf := bytes.Repeat(whole[:sector], 2048)
		b.Run(s.kind, func(b *testing.B) {
			b.SetBytes(int64(len(buf)))
			for b.Loop() {
				for off := 0; off < len(buf); off += sector {
					Recognize(proof.Place{Buf: buf, Off: off})
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(buf)), "ns/byte")
		})
	}
}
