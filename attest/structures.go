package attest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
)

// The three structures that a quote consists of are parsed here and not by
// go-tpm: they come from strangers, only one kind of key and signature is
// accepted, and nothing may be left over. All numbers are big-endian (TPM 2.0
// Library, Part 1, "Data marshalling").

// Constants of TPM 2.0 Library, Part 2: TPM_ALG_ID (table 9), TPM_ST (19),
// TPM_ECC_CURVE (10), TPM_GENERATED_VALUE (7), TPM_RH_ENDORSEMENT (28).
const (
	algSHA256     = 0x000B
	algNull       = 0x0010
	algECDSA      = 0x0018
	algECC        = 0x0023
	curveP256     = 0x0003
	attestQuote   = 0x8018
	generated     = 0xFF544347 // 0xFF "TCG"
	rhEndorsement = 0x4000000B
)

// TPMA_OBJECT (Part 2, 8.3): what the AK must and must not be.
const (
	fixedTPM            = 1 << 1
	fixedParent         = 1 << 4
	sensitiveDataOrigin = 1 << 5
	restricted          = 1 << 16
	decrypt             = 1 << 17
	signEncrypt         = 1 << 18
)

var errShort = errors.New("it ends early")

// cursor reads a marshalled structure; after the first error it gives zeros.
type cursor struct {
	rest []byte
	err  error
}

func (c *cursor) take(n int) []byte {
	if c.err != nil || n < 0 || n > len(c.rest) {
		c.rest, c.err = nil, errors.Join(c.err, errShort)
		return nil
	}
	b := c.rest[:n:n]
	c.rest = c.rest[n:]
	return b
}

func (c *cursor) number(bytes int) (v uint64) {
	for _, b := range c.take(bytes) {
		v = v<<8 | uint64(b)
	}
	return v
}

// sized reads a TPM2B: two bytes of length, then the contents.
func (c *cursor) sized() []byte { return c.take(int(c.number(2))) }

// want reads a number that can be only one.
func (c *cursor) want(bytes int, value uint64, what string) {
	if got := c.number(bytes); c.err == nil && got != value {
		c.err = fmt.Errorf("%s is %#x, not %#x", what, got, value)
	}
}

func (c *cursor) end() error {
	if c.err == nil && len(c.rest) > 0 {
		c.err = fmt.Errorf("%d bytes are left over", len(c.rest))
	}
	return c.err
}

// quoteInfo is what a TPMS_ATTEST of a quote says (Part 2, 10.12.12).
type quoteInfo struct {
	signer    []byte // qualified name of the key
	nonce     []byte
	pcrDigest []byte
}

func parseQuote(b []byte) (q quoteInfo, err error) {
	c := &cursor{rest: b}
	c.want(4, generated, "the first word")
	c.want(2, attestQuote, "the kind of structure")
	q.signer, q.nonce = c.sized(), c.sized()
	c.take(17 + 8) // TPMS_CLOCK_INFO and the firmware's version decide nothing here
	c.want(4, 1, "the number of PCR banks")
	c.want(2, algSHA256, "the PCR bank")
	if c.err == nil && !selects(c.take(int(c.number(1)))) {
		c.err = fmt.Errorf("it is not a quote of PCR %v", quotedPCRs())
	}
	q.pcrDigest = c.sized()
	return q, c.end()
}

// selects says whether a bit map (PCR 0 is bit 0 of byte 0) is that of quotedPCRs.
func selects(m []byte) bool {
	want := make([]byte, max(len(m), 3))
	for _, p := range quotedPCRs() {
		want[p/8] |= 1 << (p % 8)
	}
	return string(m) == string(want)
}

// parseSignature reads a TPMT_SIGNATURE by ECDSA (Part 2, 11.3.4).
func parseSignature(b []byte) (r, s *big.Int, err error) {
	c := &cursor{rest: b}
	c.want(2, algECDSA, "the signature scheme")
	c.want(2, algSHA256, "the hash of the signature")
	rb, sb := c.sized(), c.sized()
	if c.err == nil && (len(rb) > 32 || len(sb) > 32) {
		c.err = errors.New("its numbers are too long for P-256")
	}
	return new(big.Int).SetBytes(rb), new(big.Int).SetBytes(sb), c.end()
}

// attestationKey is a TPMT_PUBLIC (Part 2, 12.2.4) that may sign quotes.
type attestationKey struct {
	key  *ecdsa.PublicKey
	name []byte // Part 1, 16: hash algorithm and digest of the public area
}

func parseKey(b []byte) (k attestationKey, err error) {
	c := &cursor{rest: b}
	c.want(2, algECC, "the key type")
	c.want(2, algSHA256, "the hash of the name")
	attributes := uint32(c.number(4))
	c.sized() // a policy restricts who may use the key, not what it signs
	c.want(2, algNull, "the symmetric algorithm")
	c.want(2, algECDSA, "the key's scheme")
	c.want(2, algSHA256, "the hash of the key's scheme")
	c.want(2, curveP256, "the curve")
	c.want(2, algNull, "the key derivation")
	x, y := c.sized(), c.sized()
	if err := c.end(); err != nil {
		return k, err
	}
	if err := checkAttributes(attributes); err != nil {
		return k, err
	}
	if k.key, err = point(x, y); err != nil {
		return k, err
	}
	sum := sha256.Sum256(b)
	k.name = append([]byte{algSHA256 >> 8, algSHA256 & 0xFF}, sum[:]...)
	return k, nil
}

// checkAttributes refuses a key that would sign what its holder makes up.
func checkAttributes(a uint32) error {
	const need = fixedTPM | fixedParent | sensitiveDataOrigin | restricted | signEncrypt
	switch {
	case a&restricted == 0:
		return errors.New("the key is not restricted: whoever holds it can sign a quote of their own making")
	case a&need != need:
		return fmt.Errorf("the key's attributes %#08x lack %#08x: it was not made in the TPM, can leave it or can not sign", a, need&^a)
	case a&decrypt != 0:
		return errors.New("the key also decrypts")
	}
	return nil
}

func point(x, y []byte) (*ecdsa.PublicKey, error) {
	if len(x) > 32 || len(y) > 32 {
		return nil, errors.New("the key's point is too long for P-256")
	}
	b := make([]byte, 65)
	b[0] = 4 // SEC 1, 2.3.3: uncompressed
	copy(b[33-len(x):33], x)
	copy(b[65-len(y):], y)
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), b)
	if err != nil {
		return nil, errors.New("the key's point is not on P-256")
	}
	return key, nil
}

// qualifiedName of a primary key in the endorsement hierarchy (Part 1, 16.2,
// "Qualified name"): the hash over the hierarchy's handle and the key's name.
func (k *attestationKey) qualifiedName() []byte {
	sum := sha256.Sum256(append(binary.BigEndian.AppendUint32(nil, rhEndorsement), k.name...))
	return append([]byte{algSHA256 >> 8, algSHA256 & 0xFF}, sum[:]...)
}
