package uki

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Digest is a SHA-256 digest.
type Digest = [sha256.Size]byte

// Authenticode is the hash of a PE program that its signature is for and that
// firmware extends into PCR 4 before it starts the program (Microsoft, "Windows
// Authenticode Portable Executable Signature Format", "Calculating the PE Image
// Hash"; TCG PC Client Platform Firmware Profile §3.3.4.5). It covers all but
// three things that signing changes: the checksum, the entry of the certificate
// table, and that table. So signing does not change it.
func Authenticode(b []byte) (sum Digest, err error) {
	h, err := parsePE(b)
	if err != nil {
		return sum, fmt.Errorf("authenticode: %w", err)
	}
	headers := int(h.field(b, sizeOfHeaders))
	entry := h.optional + certificateTable
	certificates := int(binary.LittleEndian.Uint32(b[entry+4:]))
	if headers < entry+8 || headers > len(b) || certificates > len(b)-headers {
		return sum, errors.New("authenticode: headers or certificates are larger than the file")
	}
	hash := sha256.New()
	hash.Write(b[:h.optional+checksum])
	hash.Write(b[h.optional+checksum+4 : entry])
	hash.Write(b[entry+8 : headers])
	hashed := headers
	for _, s := range h.byPosition() {
		hash.Write(b[s.rawPos : s.rawPos+s.rawSize])
		hashed += int(s.rawSize)
	}
	// What follows the sections, without the certificates, which come last.
	if rest := len(b) - certificates; rest > hashed {
		hash.Write(b[hashed:rest])
	}
	hash.Sum(sum[:0])
	return sum, nil
}

// byPosition are the sections that have data in the file, as they follow there.
func (h header) byPosition() []section {
	sections := slices.DeleteFunc(slices.Clone(h.sections), func(s section) bool { return s.rawSize == 0 })
	slices.SortStableFunc(sections, func(a, b section) int { return cmp.Compare(a.rawPos, b.rawPos) })
	return sections
}
