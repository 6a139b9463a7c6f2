package keyfile

import (
	"encoding/base64"
	"slices"

	"shokyo.dev/shokyo/scan/proof"
)

// PEM is the kind of a private key in PEM.
const PEM = "pem-private-key"

const (
	// armourPiece is the longest piece of armour of which neither end is there: RSA keys of 4096 bits have some
	// 3,200 bytes. leastPiece is what a prime of 512 bits has.
	armourPiece = 8 << 10
	leastPiece  = 88
)

// inArmour has the characters of base64 and the ends of lines.
var inArmour = func() (in [256]bool) {
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n" {
		in[c] = true
	}
	return
}()

// InBase64 says whether a text that is base64 and next to nothing else holds a private key of need bits: the middle
// of a file in PEM. Where four characters begin is not known.
func (f *Finder) InBase64(b []byte, need float64) (found bool) {
	if len(b) > armourPiece {
		return false
	}
	var longest []byte
	start := 0
	for i, c := range b {
		if !inArmour[c] {
			start = i + 1
		} else if i+1-start > len(longest) {
			longest = b[start : i+1]
		}
	}
	if len(longest) < leastPiece {
		return false
	}
	letters := slices.DeleteFunc(slices.Clone(longest), func(c byte) bool { return c == '\r' || c == '\n' })
	for shift := range min(4, len(letters)) {
		four := letters[shift : len(letters)-(len(letters)-shift)%4]
		der := make([]byte, base64.StdEncoding.DecodedLen(len(four)))
		n, _ := base64.StdEncoding.Decode(der, four)
		if f.Find(der[:n], need, func(proof.Observation) { found = true }); found {
			return true
		}
	}
	return false
}
