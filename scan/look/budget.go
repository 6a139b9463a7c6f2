package look

// A block is tested by several detectors, but it is one test: each detector has
// a share of the block's chance of a false alarm, at most one together, and pays
// for it in bits (Bonferroni). 2·2^-2 + 2^-3 + 6·2^-4 = 1.
const (
	statisticsShare = 2
	textShare       = 2
	signatureShare  = 3
	filesystemShare = 4
	superblockShare = 4
	partitionsShare = 4
	marksShare      = 4
	keysShare       = 4
	repeatsShare    = 4
)

// Joins says which findings grow into one when they touch. Repeated units stand
// apart by nature: they join from block to block.
func Joins(detector string) bool {
	return detector == "text" || detector == "statistics" || detector == "repeats"
}
