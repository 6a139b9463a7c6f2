package linux

import (
	"fmt"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/superblock/view"
)

// Swap areas and what a sleeping system writes there. Their signature ends the first
// page, of 4 to 64 KiB (util-linux, include/swapheader.h; libblkid/src/superblocks/swap.c).

// Swap are what a swap area holds.
var Swap = slices.Concat(
	proof.Rows(502, swap, "SWAPSPACE2"),
	proof.Rows(502, swapOld, "SWAP-SPACE"),
	proof.Rows(502, hibernation, "S1SUSPEND\x00", "S2SUSPEND\x00", "ULSUSPEND\x00", "LINHIB0001"),
	proof.Rows(0, tuxOnIce, "\xED\xC3\x02\xE9\x98\x56\xE5\x0C"),
)

// swap recognises version 1: the page has a header at byte 1024, in the byte order of
// the machine.
func swap(p proof.Place) (proof.Observation, bool) {
	for page := 4096; page <= view.MaxBlock; page *= 2 {
		v := view.Open(p, page-sector, page, view.Little)
		if v.Broken() {
			break
		}
		v.Text(page-10, "SWAPSPACE2")
		v.Alternatives(5)
		v.Magic(1024, 4, 1)
		v.Within(1032, 4, 0, uint64(page-10-1536)/4) // bad pages
		v.Below(1028, 4, 31)
		v.Zero(1068, 468)
		if s, ok := v.Found("swap", page, v.Size("Linux swap area", v.U32(1028)+1, uint64(page))); ok {
			s.Start += 1024 // a disk label or boot code has its place before
			return s, true
		}
	}
	return proof.Observation{}, false
}

// swapOld recognises version 0: a map of usable pages, and the signature.
func swapOld(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(502, "SWAP-SPACE")
	return v.Found("swap", sector, "Linux swap area (version 0)")
}

// hibernation recognises the image of a sleeping system's memory in a swap area
// (kernel, kernel/power/swap.c, struct swsusp_header). It may hold any key that was in
// use, but none that could be named.
func hibernation(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	maker := v.Either(502, "S1SUSPEND\x00", "S2SUSPEND\x00", "ULSUSPEND\x00", "LINHIB0001")
	return v.Found("hibernation-image", sector, fmt.Sprintf("memory image of a sleeping Linux system (%.9s)", maker))
}

func tuxOnIce(p proof.Place) (proof.Observation, bool) {
	v := view.Open(p, 0, sector, view.Little)
	v.Text(0, "\xED\xC3\x02\xE9\x98\x56\xE5\x0C")
	return v.Found("hibernation-image", sector, "memory image of a sleeping Linux system (TuxOnIce)")
}
