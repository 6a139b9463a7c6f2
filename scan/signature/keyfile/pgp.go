package keyfile

import "shokyo.dev/shokyo/scan/proof"

// pgpHeaders are the lengths that a packet's header has: tag and length of 1, 2, 4 bytes, or 5 (RFC 9580 §4.2).
var pgpHeaders = []int{2, 3, 5, 6}

// pgpRSA is how far the exponent 65537 (but for its first 00) stands behind the start of a packet: the
// header, version, time, algorithm, the modulus with its length.
func pgpRSA() (back []int) {
	for _, header := range pgpHeaders {
		for _, bits := range []int{1024, 2048, 3072, 4096, 8192} {
			back = append(back, header+1+4+1+2+bits/8+1)
		}
	}
	return back
}

// pgpCurve is the same of the identifier of a curve, behind its length.
var pgpCurve = []int{2 + 7, 3 + 7, 5 + 7, 6 + 7}

// pgpSecret is a packet of a secret key or subkey, tag 5 or 7, version 4 (RFC 9580 §5.5.1, 5.5.3).
func pgpSecret(p *proof.Cursor) {
	pgpHeader(p)
	p.Lit("\x04")
	p.Skip(4) // any time
	switch algorithm := p.BEOneOf(1, 1, 2, 3, 18, 19, 22); algorithm {
	case 1, 2, 3:
		bits := p.BEOneOf(2, 1024, 2048, 3072, 4096, 8192)
		p.Masked(0x80, 0x80)
		p.Skip(int(bits/8) - 1)
		p.Lit("\x00\x11\x01\x00\x01")
	default:
		pgpPoint(p, algorithm)
	}
	p.Keys = true
	switch usage := p.BEOneOf(1, 0, 253, 254, 255); usage { // §3.7.2.1: how the secret part is protected
	case 0:
		p.BE(2, 128, 1<<13) // bits of its first number
		p.Found("OpenPGP secret key")
	default:
		p.U8(1, 13)                 // cipher
		p.BEOneOf(1, 0, 1, 2, 3, 4) // mode, or how the passphrase is hashed
		p.Found("OpenPGP secret key, encrypted")
	}
}

// pgpHeader is of either format, with one of the forms of a length.
func pgpHeader(p *proof.Cursor) {
	switch tag := p.BEOneOf(1, 0x94, 0x95, 0x96, 0x9C, 0x9D, 0x9E, 0xC5, 0xC7); tag {
	case 0x94, 0x9C:
		p.U8(64, 255)
	case 0x95, 0x9D:
		p.BE(2, 64, 1<<14)
	case 0x96, 0x9E:
		p.BE(4, 64, 1<<14)
	default:
		p.Alternatives(2)
		if p.Ahead("\xff") {
			p.Lit("\xff")
			p.BE(4, 64, 1<<14)
		} else if first := p.U8(64, 223); first >= 192 {
			p.Skip(1)
		}
	}
}

// pgpPoint is the name of a curve and a point on it; of ECDH how its secret is used (§5.5.5.6).
func pgpPoint(p *proof.Cursor, algorithm int64) {
	p.OneOf("\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01", "\x0a\x2b\x06\x01\x04\x01\x97\x55\x01\x05\x01", "\x08\x2a\x86\x48\xce\x3d\x03\x01\x07",
		"\x05\x2b\x81\x04\x00\x22", "\x05\x2b\x81\x04\x00\x23")
	bits := p.BE(2, 255, 1067)
	p.OneOf("\x40", "\x04")
	p.Skip(int(bits+7)/8 - 1)
	if algorithm == 18 {
		p.Lit("\x03\x01")
		p.Skip(2)
	}
}
