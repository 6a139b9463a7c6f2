package foreign

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math/bits"
	"strings"
)

// The structure behind magics that are too short. Each says what random bytes
// must hit to pass; the table has the sum in bits. None reads beyond the head.

var le, be = binary.LittleEndian, binary.BigEndian

// field gives n bytes of the head, or zeros where it is shorter.
func (e *Ends) field(at, n int) []byte {
	if at+n > len(e.Head) {
		return make([]byte, n)
	}
	return e.Head[at : at+n]
}

func (e *Ends) byte(at int) byte { return e.field(at, 1)[0] }

// cowd: version 1 and flags of which only the lowest byte is used: 24 bits of
// the first alone.
func cowd(e *Ends) bool { return le.Uint32(e.field(4, 4)) == 1 }

// qed: cluster and table sizes (docs/interop/qed_spec of QEMU): a power of two
// from 4 KiB to 64 MiB, 15 of 2^32.
func qed(e *Ends) bool {
	c := le.Uint32(e.field(4, 4))
	return bits.OnesCount32(c) == 1 && c >= 4<<10 && c <= 64<<20
}

// cloop is a shell script that mounts itself.
func cloop(e *Ends) bool { return bytes.Contains(e.Head[:min(128, len(e.Head))], []byte("cloop")) }

// sparseHead: random bytes have 32 zeros in 512 with probability below 2^-80
// (512 choose 32 · 256^-32 = 2^-84).
func sparseHead(e *Ends) bool {
	return len(e.Head) >= 512 && bytes.Count(e.Head[:512], []byte{0}) >= 32
}

// dar: behind ten bytes of label a flag (N, T or E) and a kind of extension (N,
// S or T): 2 · log2(256/3) bits.
func dar(e *Ends) bool {
	return strings.IndexByte("NTE", e.byte(14)) >= 0 && strings.IndexByte("NST", e.byte(15)) >= 0
}

// squashLE and squashBE: major version 4 at offset 28, 16 bits. Versions 1 to 3 lie on
// the flash of devices, and nobody packs files with them any more: they are examined.
func squashLE(e *Ends) bool { return le.Uint16(e.field(28, 2)) == 4 }
func squashBE(e *Ends) bool { return be.Uint16(e.field(28, 2)) == 4 }

func inRange(n, low, high int) bool { return n >= low && n <= high }

// enveloped: ContentInfo of RFC 5652 §3 with the type EnvelopedData,
// EncryptedData, AuthEnvelopedData (RFC 5083) or CompressedData (RFC 3274).
func enveloped(e *Ends) bool {
	at := 2
	if n := e.byte(1); n > 0x80 {
		at += int(n & 0x7f)
	}
	if at > 6 || at > len(e.Head) {
		return false
	}
	for _, oid := range []string{"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06",
		"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17", "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09"} {
		if bytes.HasPrefix(e.Head[at:], []byte(oid)) {
			return true
		}
	}
	return false
}

// mcrypt: behind a byte of flags the name of the cipher, three or more of 37
// characters and a zero.
func mcrypt(e *Ends) bool {
	if len(e.Head) < 8 {
		return false
	}
	name, _, ended := bytes.Cut(e.Head[4:min(36, len(e.Head))], []byte{0})
	return ended && len(name) >= 3 && strings.Trim(string(name), "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// ecryptfs: two numbers that differ by a constant (fs/ecryptfs/crypto.c,
// ecryptfs_validate_marker), 32 bits, and a version up to 3.
func ecryptfs(e *Ends) bool {
	return be.Uint32(e.field(8, 4))^be.Uint32(e.field(12, 4)) == 0x3c81b7f5 && inRange(int(e.byte(16)), 1, 3)
}

func saltpack(e *Ends) bool { return e.within(12, "\xa8saltpack") }

// attacheCase: the token stands behind version bytes of varying number.
func attacheCase(e *Ends) bool { return e.within(64, "_AttacheCaseData") }

func (e *Ends) within(n int, s string) bool {
	return bytes.Contains(e.Head[:min(n, len(e.Head))], []byte(s))
}

// tarSum: the header's own checksum (POSIX.1-1988, ustar), which older archives
// have as well: six octal digits that are right, and a zero and a blank.
func tarSum(e *Ends) bool {
	if len(e.Head) < 512 {
		return false
	}
	sum, want := 8*int(' '), 0
	for i, c := range e.Head[:512] {
		if !inRange(i, 148, 155) {
			sum += int(c)
		}
	}
	for _, c := range bytes.TrimLeft(e.Head[148:154], " ") {
		if !inRange(int(c), '0', '7') {
			return false
		}
		want = want<<3 | int(c-'0')
	}
	end := string(e.Head[154:156])
	return want == sum && (end == "\x00 " || end == " \x00")
}

// zipMethod: APPNOTE.TXT 4.4.5 has methods up to 99.
func zipMethod(e *Ends) bool { return le.Uint16(e.field(8, 2)) < 100 }

// arj: the CRC-32 of the main header.
func arj(e *Ends) bool {
	n := int(le.Uint16(e.field(2, 2)))
	return inRange(n, 30, 2600) && len(e.Head) >= n+8 && crc32.ChecksumIEEE(e.Head[4:4+n]) == le.Uint32(e.Head[4+n:])
}

// lha: a method like 5 or s and a dash, and the level of the header.
func lha(e *Ends) bool {
	c := e.byte(5)
	return (inRange(int(c), '0', '9') || inRange(int(c), 'a', 'z')) && e.byte(6) == '-' && e.byte(20) <= 3 && len(e.Head) > 20
}

// gzipHead: RFC 1952 §2.3.1: three reserved flags, XFL is 0, 2 or 4, 15 systems.
func gzipHead(e *Ends) bool {
	xfl, system := e.byte(8), e.byte(9)
	return e.byte(3)&0xe0 == 0 && xfl&^6 == 0 && xfl != 6 && (system <= 13 || system == 255)
}

// skippable: a zstd or lz4 stream that begins with a skippable frame, as what
// pzstd writes does: 16 values of the first byte, and a length below 1 MiB.
func skippable(e *Ends) bool { return e.byte(0)&0xf0 == 0x50 && le.Uint32(e.field(4, 4)) < 1<<20 }

// lzmaAlone is the header of LZMA without a container: no magic, but properties
// below 225, a dictionary of whole pages (12 bits), a length that is unknown or
// below 2^38 (26 bits), and a first byte of the range coder that is 0.
func lzmaAlone(e *Ends) bool {
	dict, size := le.Uint32(e.field(1, 4)), le.Uint64(e.field(5, 8))
	return len(e.Head) > 18 && e.Head[0] < 225 && dict != 0 && dict%4096 == 0 && size != 0 && (size == 1<<64-1 || size < 1<<38) && e.Head[13] == 0 &&
		le.Uint32(e.Head[14:]) != 0
}

// lzip: version 1 or the old 0, and the size of the dictionary, 2^12 to 2^29
// less some sixteenths.
func lzip(e *Ends) bool { return e.byte(4) <= 1 && inRange(int(e.byte(5)&0x1f), 12, 29) }

// bzip2: the level, and π where a block begins, or √π where none is.
func bzip2(e *Ends) bool {
	block := string(e.field(4, 6))
	return inRange(int(e.byte(3)), '1', '9') && (block == "\x31\x41\x59\x26\x53\x59" || block == "\x17\x72\x45\x38\x50\x90")
}

// lzw: a limit of 9 to 16 bits and two unused flags (4 bits), and codes of 9 bits
// of which none names an entry that is not there yet: the first is below 256, 15
// more below 257, 258, … of 512.
func lzw(e *Ends) bool {
	const enough, most = 16, 40
	if e.byte(2)&0x60 != 0 || !inRange(int(e.byte(2)&0x1f), 9, 16) {
		return false
	}
	b := e.Head[3:]
	for n := range most {
		at := 9 * n
		if at/8+2 > len(b) {
			return n >= enough
		}
		code := int(le.Uint16(b[at/8:])>>(at%8)) & 0x1ff
		switch {
		case n == 0 && code > 255, code > 256+n:
			return false
		case code == 256: // the table is cleared, and what follows is aligned anew
			return n >= enough
		}
	}
	return true
}

// zlibStream: the usual two bytes (window of 32 KiB, no dictionary: 14 bits), and
// deflate that goes on to the end of the head, or ends there with the right
// checksum. Random bits pass most easily as a stored block: its type and the
// complement of its length are 18 bits; of 2 million others none passed.
func zlibStream(e *Ends) bool {
	return e.byte(0) == 0x78 && strings.IndexByte("\x01\x5e\x9c\xda", e.byte(1)) >= 0 && decodes(zlib.NewReader(bytes.NewReader(e.Head)))
}

// decodes: to the end, or as far as the head goes.
func decodes(r io.Reader, err error) bool {
	if err == nil {
		_, err = io.CopyN(io.Discard, r, maxDecoded)
	}
	return err == nil || err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF)
}

// inflates is for deflate without the checksum of zlib: it must fill the head.
func inflates(b []byte) bool {
	in := bytes.NewReader(b)
	return decodes(flate.NewReader(in), nil) && in.Len() == 0
}

// maxDecoded is enough: what inflates so far is no ciphertext.
const maxDecoded = 1 << 20
