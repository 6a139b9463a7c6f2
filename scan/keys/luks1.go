package keys

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/keys/written"
	"shokyo.dev/shokyo/scan/proof"
)

// LUKS1 (specification 1.2.3, §2.3): a header of 592 bytes with eight slots,
// each of them enabled or disabled by a magic word. Sectors have 512 bytes.

const (
	luks1Bytes    = 592
	luks1Slots    = 8
	luks1DigestAt = 112
	luks1UUIDAt   = 168
	luks1SlotAt   = 208
	luks1SlotSize = 48
	luks1Stripes  = 4000

	luks1Enabled  = 0x00AC71F3
	luks1Disabled = 0x0000DEAD

	// luks1Slack is where key material may begin at the earliest as cryptsetup
	// lays it out; it zeroes what lies between.
	luks1Slack = 4096
)

func parseLUKS1(buf []byte, off int, base int64) Volume {
	v := Volume{Version: 1, Kind: "luks1", Start: off, End: min(off+luks1Bytes, len(buf)), Bits: magicBits, VolumeStart: base + int64(off)}
	if v.End < off+luks1Bytes {
		v.damage("the medium ends within the header")
		v.Detail = luks1Detail(&v)
		return v
	}
	b := buf[off:v.End]
	cipher, ok1 := field(b[8:40])
	mode, ok2 := field(b[40:72])
	hash, ok3 := field(b[72:104])
	v.require(ok1 && ok2 && ok3 && word(cipher) && word(mode) && word(hash), "the names of cipher, mode and hash are no names")
	v.Cipher = cipher + "-" + mode
	v.luks1Numbers(b)
	for _, name := range []string{cipher, mode, hash} {
		if !written.UsualCipher(name) {
			v.chose(name)
		}
	}
	var ok bool
	v.UUID, ok = field(b[168:208])
	v.require(ok && uuid(v.UUID), "the UUID is none")
	v.DataOffset = int64(proof.BE32(b[104:])) * 512
	keyBytes := proof.BE32(b[108:])
	v.require(keyBytes >= 8 && keyBytes <= 512, "the key length is out of range")
	for i := range luks1Slots {
		v.luks1Slot(i, b[luks1SlotAt+i*luks1SlotSize:][:luks1SlotSize], int64(keyBytes))
	}
	slack := buf[v.End:min(off+luks1Slack, len(buf))]
	v.require(proof.AllZero(slack), "there are bytes between the header and the key slots")
	v.Verified = !v.Damaged
	if v.Verified {
		v.Bits += luks1Slots * (32 - 1) // eight words of two values each
	}
	v.Detail = luks1Detail(&v)
	return v
}

// luks1Numbers hands on what reads as text in digest and salts.
func (v *Volume) luks1Numbers(b []byte) {
	numbers := slices.Clone(b[luks1DigestAt:luks1UUIDAt])
	for i := range luks1Slots { // iterations and salt
		numbers = append(numbers, b[luks1SlotAt+i*luks1SlotSize:][4:40]...)
	}
	v.choseAll(proof.Words(numbers))
	v.Free = proof.NotFill(numbers)
}

// luks1Slot reads one slot (§2.3, table 2): active word, iterations, salt, key
// material offset in sectors, stripes.
func (v *Volume) luks1Slot(index int, b []byte, keyBytes int64) {
	active, iterations, at, stripes := proof.BE32(b), proof.BE32(b[4:]), proof.BE32(b[40:]), proof.BE32(b[44:])
	s := Slot{Index: index, Live: active == luks1Enabled, Offset: int64(at) * 512, Length: keyBytes * luks1Stripes,
		Detail: "disabled"}
	switch {
	case s.Live:
		v.Live++
		s.Detail = fmt.Sprintf("enabled, PBKDF2 with %d iterations", iterations)
	case active != luks1Disabled:
		s.Detail = "neither enabled nor disabled"
		v.damage(fmt.Sprintf("key slot %d is neither enabled nor disabled", index))
	}
	v.require(stripes == luks1Stripes && at >= 2, fmt.Sprintf("key slot %d has no place", index))
	v.Slots = append(v.Slots, s)
}

func luks1Detail(v *Volume) string {
	if v.Damaged {
		return fmt.Sprintf("LUKS1 header, not to be trusted: %s; %d live key slots", v.Problem, v.Live)
	}
	return fmt.Sprintf("LUKS1 header of volume %s (%s), %d of %d key slots live", v.UUID, v.Cipher, v.Live, luks1Slots)
}
