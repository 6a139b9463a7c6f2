package seen

import (
	"cmp"

	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/keys"
	"shokyo.dev/shokyo/scan/medium"
)

// Finding is one thing a detector saw that is residue. Offset and Length are
// bytes of the medium. Bits is the strength: on uniform random bytes a block
// scores this high with probability at most 2^-Bits. Preview never holds data
// of the medium in clear, only its shape.
type Finding struct {
	Offset   int64
	Length   int64
	Detector detector.ID
	Kind     string      // "utf-8", "jpeg", "ext4-superblock", "live-key-slot", …
	Path     medium.Path // "p1"
	Bits     float64
	Preview  string
}

// LiveKeySlot is the kind of a finding that says a key slot can still be opened.
const LiveKeySlot = keys.LiveKeySlot

// IsKeyMaterial says that a finding is of keys, or of the place where they are kept,
// of which it is not known whether they can still be used: a header that is damaged or
// of a format whose key slots are not read.
func IsKeyMaterial(d detector.ID, kind string) bool { return d.HoldsKeys() && kind != LiveKeySlot }

// Compare orders findings by place, then by name.
func Compare(a, b Finding) int {
	return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Detector.String(), b.Detector.String()), cmp.Compare(a.Kind, b.Kind))
}

// Meet makes one of two findings of a kind that touch, or lie within their detector's
// reach: a begins before b, or where it does. Whatever page they come from, and in
// whatever order their pages come, all that meet become the same one.
func Meet(a, b Finding, blockBytes int) (all Finding, ok bool) {
	r := a.Detector.Row()
	end, reach := a.Offset+a.Length, int64(r.Reach*blockBytes)
	if !r.Joins || a.Detector != b.Detector || a.Kind != b.Kind || b.Offset < a.Offset || b.Offset > end+reach {
		return a, false
	}
	a.Length = max(end, b.Offset+b.Length) - a.Offset
	a.Bits = max(a.Bits, b.Bits)
	return a, true
}
