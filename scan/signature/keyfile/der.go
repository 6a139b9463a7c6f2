package keyfile

import "shokyo.dev/shokyo/scan/proof"

const sequence = 0x30

// derSize is how many bytes a sequence says it has, with its header; 0: it is none.
func derSize(b []byte) int {
	switch {
	case len(b) < 4 || b[0] != sequence:
	case b[1] < 0x80:
		return 2 + int(b[1])
	case b[1] == 0x81:
		return 3 + int(b[2])
	case b[1] == 0x82:
		return 4 + int(proof.BE16(b[2:]))
	}
	return 0
}

// element reads a tag, and a length of at most so many bytes, and gives where the element ends. The three forms of a
// length (X.690 §8.1.3) have a quarter, a quarter and half of the weight.
func element(p *proof.Cursor, tag string, end int) int {
	p.Lit(tag)
	most := int64(end - p.Pos())
	n := int64(0)
	switch first := p.Peek(1, proof.Big); first {
	case 0x82:
		p.Add(-1)
		p.Lit("\x82")
		n = p.BE(2, 0x100, max(most, 0x100))
	case 0x81:
		p.Alternatives(4)
		p.Lit("\x81")
		n = p.U8(0x80, max(min(most, 0xFF), 0x80))
	default:
		p.Alternatives(4)
		n = p.U8(0, max(min(most, 0x7F), 0))
	}
	return p.Pos() + int(n)
}

// derKey is a private key by its structure: PKCS #8 (RFC 5208, 5958), PKCS #1 (RFC 8017 A.1.2) and what DSA
// has in its place, SEC 1 (RFC 5915); all begin with a version.
func derKey(p *proof.Cursor) {
	end := element(p, "\x30", 1<<16)
	p.Lit("\x02\x01")
	version := p.U8(0, 1)
	p.Alternatives(3)
	p.Keys = true
	switch {
	case p.Ahead("\x30"):
		pkcs8(p)
	case p.Ahead("\x02") && version == 0:
		pkcs1(p, end)
	case version == 1:
		sec1(p)
	}
}

// pkcs8 has the name of an algorithm with its parameters, then the key in an octet string.
func pkcs8(p *proof.Cursor) {
	p.OneOf("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00", // RSA
		"\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a",                                                                         // RSASSA-PSS
		"\x30\x05\x06\x03\x2b\x65\x6e", "\x30\x05\x06\x03\x2b\x65\x6f", "\x30\x05\x06\x03\x2b\x65\x70", "\x30\x05\x06\x03\x2b\x65\x71", // X25519, X448, Ed25519, Ed448
		"\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07",                                                                         // P-256
		"\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00", "\x30\x14\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01") // P-384, P-521, secp256k1; brainpool
	p.Found("PKCS #8")
}

// pkcs1 is a row of numbers: modulus, exponent and the rest; of a DSA key p, q, g and the rest.
func pkcs1(p *proof.Cursor, end int) {
	number(p, end)
	p.Maybe("\x02\x03\x01\x00\x01")
	p.Found("PKCS #1")
	for p.Alive() && p.Pos() < end {
		number(p, end)
		p.Mark()
	}
}

// number is an INTEGER that is not negative.
func number(p *proof.Cursor, end int) {
	behind := element(p, "\x02", end)
	p.Masked(0x80, 0)
	p.SkipTo(int64(behind))
}

// sec1 is a key on an elliptic curve: an octet string as long as the curve is wide, then its name or a point.
func sec1(p *proof.Cursor) {
	p.Lit("\x04")
	p.Skip(int(p.BEOneOf(1, 28, 32, 40, 48, 64, 66)))
	p.OneOf("\xa0\x07\x06\x05\x2b\x81\x04\x00", "\xa0\x0a\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", "\xa0\x0b\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01")
	p.Found("SEC 1")
}

// derEncrypted is PKCS #8 that is encrypted by a passphrase (RFC 5958 §3) as RFC 8018 A.4 says, alone or
// in a PKCS #12.
func derEncrypted(p *proof.Cursor) {
	end := element(p, "\x30", 1<<16)
	element(p, "\x30", end)
	p.Lit("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d\x30")
	p.Keys = true
	p.Found("PKCS #8, encrypted")
}

// primes are the primes of an RSA key in a row, with the exponent behind them: a key without its beginning. A certificate has
// one such number only. Both are as long as half of the modulus, and their highest bit is set.
func primes(p *proof.Cursor) {
	heads := []string{"\x02\x81\x81\x00", "\x02\x81\xc1\x00", "\x02\x82\x01\x01\x00"}
	shorter := []string{"\x02\x81\x80", "\x02\x81\xc0", "\x02\x82\x01\x00"}
	i := p.OneOf(heads...)
	size := []int{128, 192, 256}[i]
	p.Masked(0x80, 0x80)
	p.Skip(size - 1)
	p.Lit(heads[i])
	p.Masked(0x80, 0x80)
	p.Skip(size - 1)
	p.OneOf(heads[i], shorter[i])
	p.Keys = true
	p.Found("RSA primes")
}
