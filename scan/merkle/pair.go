package merkle

// Two leaves are hashed side by side, for the instructions for SHA-256 (SHA256RNDS2) take four cycles until the next may
// go on from what they gave, and two cycles later another one may begin: a single message keeps them half idle.

// Pair is Leaf of two leaves, in less time if they are equally long.
func Pair(a, b []byte) (ha, hb [32]byte) { return pair(a, b) }

func pairGeneric(a, b []byte) (ha, hb [32]byte) { return Leaf(a), Leaf(b) }
