package proof

import "hash/crc32"

// Checksums. The kernel's crc32_le and crc32c do not invert what goes in and comes
// out; the package of Go does.

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// CRC32C is the checksum of RFC 3720, inverted as Ethernet's is.
func CRC32C(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// RawCRC32 goes on from a start value without inversions.
func RawCRC32(start uint32, b []byte) uint32 { return ^crc32.Update(^start, crc32.IEEETable, b) }

// RawCRC32C is the same for CRC-32C.
func RawCRC32C(start uint32, b []byte) uint32 { return ^crc32.Update(^start, castagnoli, b) }

// HoledCRC32 is the checksum of b with four bytes, where it is kept itself, taken as zeros.
func HoledCRC32(b []byte, hole int) uint32 { return holed(crc32.IEEETable, b, hole) }

// HoledCRC32C is the same for CRC-32C.
func HoledCRC32C(b []byte, hole int) uint32 { return holed(castagnoli, b, hole) }

func holed(t *crc32.Table, b []byte, hole int) uint32 {
	sum := crc32.Update(0, t, b[:hole])
	sum = crc32.Update(sum, t, []byte{0, 0, 0, 0})
	return crc32.Update(sum, t, b[hole+4:])
}

// BigCRC is the unreflected CRC of a polynomial of the given width.
func BigCRC(width int, poly uint32, b []byte) (sum uint32) {
	top := uint32(1) << (width - 1)
	for _, c := range b {
		sum ^= uint32(c) << (width - 8)
		for range 8 {
			over := sum&top != 0
			sum <<= 1
			if over {
				sum ^= poly
			}
		}
	}
	return sum & (top<<1 - 1)
}

var bigTable = func() (t [256]uint32) {
	for i := range t {
		t[i] = BigCRC(32, 0x04C11DB7, []byte{byte(i)})
	}
	return t
}()

// HoledBigCRC32 is the unreflected CRC-32 of b with four bytes, where it is kept itself, taken as zeros.
func HoledBigCRC32(b []byte, hole int) (sum uint32) {
	for i, c := range b {
		if i >= hole && i < hole+4 {
			c = 0
		}
		sum = sum<<8 ^ bigTable[byte(sum>>24)^c]
	}
	return sum
}

// Sums of words.

// XOR16 is the exclusive or of all words of two bytes, in any byte order.
func XOR16(b []byte) (sum uint16) {
	for ; len(b) >= 2; b = b[2:] {
		sum ^= LE16(b)
	}
	return sum
}

// BESum32 is the sum of all words of four bytes, most significant byte first.
func BESum32(b []byte) (sum uint32) {
	for ; len(b) >= 4; b = b[4:] {
		sum += BE32(b)
	}
	return sum
}

// BESum16 is the sum of the words of two bytes, most significant byte first.
func BESum16(b []byte) (sum uint16) {
	for ; len(b) >= 2; b = b[2:] {
		sum += BE16(b)
	}
	return sum
}

// LESum64 is the sum of the words of eight bytes, least significant byte first.
func LESum64(b []byte) (sum uint64) {
	for ; len(b) >= 8; b = b[8:] {
		sum += LE64(b)
	}
	return sum
}

// Fletcher64 is APFS's variant ("obj_phys_t, o_cksum"): two sums of 32-bit
// words modulo 2^32-1, stored so that the sums over block and checksum vanish.
// Blocks have at most 2^14 words, so the sums stay below 2^60.
func Fletcher64(b []byte) uint64 {
	const m = 1<<32 - 1
	var s1, s2 uint64
	for ; len(b) >= 4; b = b[4:] {
		s1 += uint64(LE32(b))
		s2 += s1
	}
	low := m - (s1+s2)%m
	high := m - (s1+low)%m
	return high<<32 | low
}
