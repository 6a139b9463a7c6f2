package main

// row is something that is measured: a command on a medium. $F is the medium, $O a folder that is empty, $D that of all media.
type row struct {
	name    string
	does    string
	medium  string
	command []string
	cold    bool // the medium is not in the page cache
	once    bool // it takes long, or its cost hardly varies
}

const (
	hash      = "openssl"
	quick     = "quick"
	deep      = "deep"
	noDigest  = "quick-no-digest"
	two       = "quick-two"
	docs      = "documents-deep"
	docsQuick = "documents-quick"
	zeroMedia = "zeros"
	aHole     = "hole"
	aSample   = "sample"
	sixteen   = "sixteen"
	coldDisk  = "cold"
	dd        = "dd-direct"
	checking  = "verify"
	starting  = "start"
)

// examination is a command of shokyo, on one worker unless told otherwise.
func examination(flags ...string) []string {
	return append([]string{"$shokyo", "scan", "$F", "--attest", "none", "--quiet", "--format", "raw", "--out", "$O"}, flags...)
}

// rows are in the order of the table.
var rows = []row{
	{name: hash, does: "one SHA-256, with the processor's instructions", medium: "ciphertext", command: []string{"openssl", "dgst", "-sha256", "$F"}},
	{name: "cat", does: "reads", medium: "ciphertext", command: []string{"cat", "$F"}},
	{name: "dd", does: "reads", medium: "ciphertext", command: []string{"dd", "if=$F", "of=/dev/null", "bs=4M"}},
	{name: "sha256sum", does: "one SHA-256", medium: "ciphertext", command: []string{"sha256sum", "$F"}},
	{name: quick, does: "examination, quick", medium: "ciphertext", command: examination("--depth", "quick", "--workers", "1")},
	{name: noDigest, does: "examination, quick, no digest", medium: "ciphertext", command: examination("--depth", "quick", "--no-digest", "--workers", "1")},
	{name: two, does: "examination, quick, two workers", medium: "ciphertext", command: examination("--depth", "quick", "--workers", "2")},
	{name: deep, does: "examination, deep", medium: "ciphertext", command: examination("--workers", "1"), once: true},
	{name: docsQuick, does: "examination of documents, quick", medium: "documents", command: examination("--depth", "quick", "--workers", "1"), once: true},
	{name: docs, does: "examination of documents, deep", medium: "documents", command: examination("--workers", "1"), once: true},
	{name: zeroMedia, does: "examination of zeros, deep", medium: "zeros", command: examination("--workers", "1")},
	{name: aHole, does: "examination of a hole of 64 GiB", medium: "hole", command: examination("--workers", "1"), once: true},
	{name: aSample, does: "a sample of a millionth of 15 TiB", medium: "sparse", command: examination("--sample", "random:0.000001", "--no-digest"), once: true},
	{name: sixteen, does: "examination, quick, 16 workers", medium: "ciphertext", command: examination("--depth", "quick", "--workers", "16"), once: true},
	{name: coldDisk, does: "examination, quick, from the disk", medium: "ciphertext", command: examination("--depth", "quick"), cold: true, once: true},
	{name: dd, does: "reads from the disk", medium: "ciphertext", command: []string{"dd", "if=$F", "of=/dev/null", "bs=4M", "iflag=direct"}, cold: true, once: true},
	{name: checking, does: "verify of a bundle", medium: "ciphertext", command: []string{"$shokyo", "verify", "$D/out-" + quick + "/ciphertext.img"}, once: true},
	{name: starting, does: "start and end", medium: "ciphertext", command: []string{"$shokyo", "help"}},
	{name: "strings", does: "ASCII runs", medium: "ciphertext", command: []string{"strings", "-n", "8", "$F"}, once: true},
	{name: "ent", does: "byte statistics of the whole file", medium: "ciphertext", command: []string{"ent", "$F"}, once: true},
	{name: "foremost", does: "headers and footers", medium: "ciphertext", command: []string{"foremost", "-Q", "-i", "$F", "-o", "$O"}, once: true},
	{name: "scalpel", does: "headers and footers, 7 types", medium: "ciphertext", command: []string{"scalpel", "-c", "$D/scalpel.conf", "-o", "$O", "$F"}, once: true},
	{name: "photorec", does: "signatures at sectors", medium: "ciphertext", command: []string{"photorec", "/d", "$O/found", "/cmd", "$F", "partition_none,options,paranoid_no,wholespace,search"}, once: true},
}
