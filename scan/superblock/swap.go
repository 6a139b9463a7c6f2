package superblock

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
)

// Swap areas and what a sleeping system writes there. Their signature ends the first
// page, of 4 to 64 KiB (util-linux, include/swapheader.h; libblkid/src/superblocks/swap.c).

var swapRows = slices.Concat(
	at(502, swap, "SWAPSPACE2"),
	at(502, swapOld, "SWAP-SPACE"),
	at(502, hibernation, "S1SUSPEND\x00", "S2SUSPEND\x00", "ULSUSPEND\x00", "LINHIB0001"),
	at(0, tuxOnIce, "\xED\xC3\x02\xE9\x98\x56\xE5\x0C"),
)

// swap recognises version 1: the page has a header at byte 1024, in the byte order of
// the machine.
func swap(p proof.Place) (proof.Observation, bool) {
	for page := 4096; page <= maxBlock; page *= 2 {
		v := look(p, page-sector, page, little)
		if v.Broken() {
			break
		}
		v.text(page-10, "SWAPSPACE2")
		v.Alternatives(5)
		v.magic(1024, 4, 1)
		v.within(1032, 4, 0, uint64(page-10-1536)/4) // bad pages
		v.below(1028, 4, 31)
		v.zero(1068, 468)
		if s, ok := v.found("swap", page, v.size("Linux swap area", v.u32(1028)+1, uint64(page))); ok {
			s.Start += 1024 // a disk label or boot code has its place before
			return s, true
		}
	}
	return proof.Observation{}, false
}

// swapOld recognises version 0: a map of usable pages, and the signature.
func swapOld(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.text(502, "SWAP-SPACE")
	return v.found("swap", sector, "Linux swap area (version 0)")
}

// hibernation recognises the image of a sleeping system's memory in a swap area
// (kernel, kernel/power/swap.c, struct swsusp_header). It may hold any key that was in
// use, but none that could be named.
func hibernation(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	maker := v.either(502, "S1SUSPEND\x00", "S2SUSPEND\x00", "ULSUSPEND\x00", "LINHIB0001")
	return v.found("hibernation-image", sector, fmt.Sprintf("memory image of a sleeping Linux system (%.9s)", maker))
}

func tuxOnIce(p proof.Place) (proof.Observation, bool) {
	v := look(p, 0, sector, little)
	v.text(0, "\xED\xC3\x02\xE9\x98\x56\xE5\x0C")
	return v.found("hibernation-image", sector, "memory image of a sleeping Linux system (TuxOnIce)")
}
