package keys

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"fmt"
	"hash"
	"strings"

	"shokyo.dev/shokyo/scan/proof"
)

// LUKS2's binary header (specification §2.1, figure 2): 4096 bytes with a
// checksum over themselves and the JSON area behind them; then the JSON, ended
// by a zero byte, in an area that is zero to its end. All of it is there twice:
// at the start of the volume, and as many bytes behind as the header is long.
const (
	luks2MinHeader = 16 << 10 // table 1: 16 KiB to 4 MiB, powers of two
	luks2MaxHeader = 4 << 20

	hdrSize     = 8
	hdrLabel    = 24 // 48 bytes
	hdrSumKind  = 72 // 32 bytes
	hdrUUID     = 168
	hdrSubsys   = 208 // 48 bytes
	hdrOffset   = 256
	hdrPadding  = 264
	hdrSum      = 448 // 64 bytes
	hdrPadding2 = 512
)

func parseLUKS2(buf []byte, off int, base int64) Volume {
	v := Volume{Version: 2, Kind: "luks2", Secondary: buf[off] == 'S', Start: off, End: min(off+binaryHeader, len(buf)),
		Bits: magicBits, VolumeStart: base + int64(off)}
	if v.End < off+binaryHeader {
		v.damage("the medium ends within the header")
	} else {
		v.luks2Binary(buf[off:v.End])
		v.luks2JSON(buf, off)
	}
	v.Detail = v.luks2Detail()
	return v
}

// luks2Binary checks every field of the binary header but the checksum.
func (v *Volume) luks2Binary(b []byte) {
	size, place := proof.BE64(b[hdrSize:]), proof.BE64(b[hdrOffset:])
	v.require(luks2Size(size), "the header's length is none that exists")
	var ok bool
	v.Label, ok = field(b[hdrLabel:hdrSumKind])
	subsystem, named := field(b[hdrSubsys:hdrOffset])
	v.chose(v.Label)
	v.chose(subsystem)
	v.require(ok && named, "the label is not text")
	v.UUID, ok = field(b[hdrUUID:hdrSubsys])
	v.require(ok && uuid(v.UUID), "the UUID is none")
	v.require(proof.AllZero(b[hdrPadding:hdrSum]) && proof.AllZero(b[hdrPadding2:]), "there are bytes in the padding of the header")
	if !v.Secondary {
		v.require(place == 0, "the primary header names another place than the start of the volume")
		return
	}
	v.require(place == size, "the secondary header is not behind the primary")
	if luks2Size(place) {
		v.VolumeStart -= int64(place)
	}
	v.require(v.VolumeStart >= 0, "the volume would begin before the medium")
}

func luks2Size(n uint64) bool {
	return n >= luks2MinHeader && n <= luks2MaxHeader && n&(n-1) == 0
}

// luks2JSON finds the JSON text, checks what lies behind it and the checksum,
// and reads it.
func (v *Volume) luks2JSON(buf []byte, off int) {
	size := proof.BE64(buf[off+hdrSize:])
	if !luks2Size(size) {
		return // damaged already; there is no knowing where the JSON would end
	}
	whole := buf[off:min(len(buf), off+int(size))]
	area := whole[binaryHeader:]
	n := bytes.IndexByte(area, 0)
	if n < 0 {
		v.damage("the JSON text does not end")
		return
	}
	v.End = off + binaryHeader + n
	if !proof.AllZero(area[n:]) {
		v.damage("there are bytes behind the JSON text")
	}
	if len(whole) == int(size) && !v.Damaged {
		v.luks2Sum(whole)
	}
	v.Free = n // base64, digits and names; most of it has one form only
	v.metadata(area[:n], int64(size))
}

// luks2Sum checks the checksum over header and JSON area (§2.1, csum). It is
// computed only for headers that fit in all else: a medium full of forged
// headers shall not cost a hash of 4 MiB for each.
func (v *Volume) luks2Sum(whole []byte) {
	name, ok := field(whole[hdrSumKind : hdrSumKind+32])
	h := sumKind(name)
	if h == nil || !ok {
		v.damage("the checksum is of an unknown kind")
		return
	}
	h.Write(whole[:hdrSum])
	h.Write(make([]byte, hdrPadding2-hdrSum))
	h.Write(whole[hdrPadding2:])
	sum := h.Sum(nil)
	stored := whole[hdrSum:hdrPadding2]
	if subtle.ConstantTimeCompare(sum, stored[:len(sum)]) != 1 || !proof.AllZero(stored[len(sum):]) {
		v.damage("the checksum does not fit")
		return
	}
	v.Verified = true
	v.Bits += float64(8 * len(sum))
}

func sumKind(name string) hash.Hash {
	switch name {
	case "sha256":
		return sha256.New()
	case "sha512":
		return sha512.New()
	case "sha384":
		return sha512.New384()
	case "sha224":
		return sha256.New224()
	case "sha1":
		return sha1.New()
	}
	return nil
}

func (v *Volume) luks2Detail() string {
	name := "LUKS2 header"
	if v.Secondary {
		name = "secondary LUKS2 header"
	}
	if v.Foreign {
		return fmt.Sprintf("%s of volume %s (%s) without key slots, but with a %s", name, v.UUID, v.Cipher, v.Problem)
	}
	if v.Damaged {
		return fmt.Sprintf("%s, not to be trusted: %s; %d live key slots", name, v.Problem, v.Live)
	}
	checked := "checksum correct"
	if !v.Verified {
		checked = "checksum not computed: its JSON area reaches beyond what was read at once"
	}
	tokens := fmt.Sprintf("%d tokens", v.Tokens)
	if v.Live == 0 && v.Tokens > 0 {
		tokens += fmt.Sprintf(" (%s), which open nothing without a key slot", strings.Join(v.tokenTypes, ", "))
	}
	return fmt.Sprintf("%s of volume %s (%s), %d live key slots, %s, %s", name, v.UUID, v.Cipher, v.Live, tokens, checked)
}
