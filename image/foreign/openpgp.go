package foreign

import "slices"

// OpenPGP (RFC 9580, and RFC 4880 before) has no magic: a message is a sequence
// of packets, told by their structure. An encrypted one begins with the session
// key, once for each recipient or passphrase, and then comes the encrypted data.

// Packet types (RFC 9580 §5).
const (
	pkesk    = 1 // public-key encrypted session key
	skesk    = 3 // symmetric-key encrypted session key
	sed      = 9 // encrypted data
	marker   = 10
	seipd    = 18 // encrypted and integrity protected data
	gnupgOCB = 20 // GnuPG's AEAD encrypted data
)

// packet is one whose length is told beforehand.
type packet struct {
	tag  int
	body []byte
	next []byte // what follows; nil if the head ends before
	more bool   // the body is longer than the head
}

// readPacket reads a header of either format (RFC 9580 §4.2). Encrypted data may
// have a length in parts: its body is then what is there.
func readPacket(b []byte) (p packet, ok bool) {
	if len(b) < 6 || b[0]&0x80 == 0 {
		return p, false
	}
	head, n := 2, int(b[1])
	if b[0]&0x40 != 0 {
		p.tag = int(b[0] & 0x3f)
		switch {
		case n >= 224 && n < 255: // in parts
			n = len(b)
		case n == 255:
			head, n = 6, int(be.Uint32(b[2:]))
		case n >= 192:
			head, n = 3, (n-192)<<8+int(b[2])+192
		}
	} else {
		p.tag = int(b[0] >> 2 & 0xf)
		switch b[0] & 3 {
		case 1:
			head, n = 3, int(be.Uint16(b[1:]))
		case 2:
			head, n = 5, int(be.Uint32(b[1:]))
		case 3: // to the end of the file
			head, n = 1, len(b)
		}
	}
	b = b[head:]
	if n >= len(b) {
		p.body, p.more = b, n > len(b)
		return p, true
	}
	p.body, p.next = b[:n], b[n:]
	return p, true
}

// sessionKeys: random bytes must hit the type of the packet (6 bits), its
// version (8), a cipher (4) or an algorithm (4), for a passphrase the kind of
// salting and a hash (10) and a length that goes with them (2), for a key
// lengths that add up (13) or, where the algorithm has none, the version of
// what follows (7), and the type of what follows (4).
func sessionKeys(e *Ends) bool {
	b, loose := e.Head, false
	for n := 0; ; n++ {
		p, ok := readPacket(b)
		switch {
		case !ok:
			return n > 1 && len(b) == 0 // more recipients than the head holds
		case p.tag == marker && n == 0 && string(p.body) == "PGP":
			n--
		case p.tag == skesk && !p.more && passphrased(p.body):
		case p.tag == pkesk && !p.more:
			algorithm, key := publicKeyed(p.body)
			if !wrapped(algorithm, key) {
				return false
			}
			loose = loose || unknownShape(algorithm)
		case p.tag == seipd && n > 0:
			return len(p.body) > 0 && inRange(int(p.body[0]), 1, 2)
		case p.tag == gnupgOCB && n > 0:
			return len(p.body) > 0 && p.body[0] == 1
		case p.tag == sed && n > 0:
			return !loose
		default:
			return n > 1 && p.more && (p.tag == pkesk || p.tag == skesk)
		}
		b = p.next
	}
}

// passphrased: RFC 9580 §5.3, with the specifiers of §3.7.1.
func passphrased(b []byte) bool {
	if len(b) < 4 {
		return false
	}
	switch b[0] {
	case 4:
		return isCipher(b[1]) && salted(b[2:], 0)
	case 5: // GnuPG's: a mode behind the cipher
		return isCipher(b[1]) && inRange(int(b[2]), 1, 3) && salted(b[3:], 15)
	case 6:
		return len(b) > 6 && isCipher(b[2]) && inRange(int(b[3]), 1, 3) && salted(b[5:], 15)
	}
	return false
}

func isCipher(c byte) bool { return inRange(int(c), 1, 4) || inRange(int(c), 7, 13) }

// salted: how the passphrase is hashed, and behind it nothing, or at least so
// many bytes of the session key, encrypted.
func salted(b []byte, least int) bool {
	if len(b) < 2 {
		return false
	}
	size, ok := map[byte]int{0: 2, 1: 10, 3: 11, 4: 20}[b[0]]
	rest := len(b) - size
	return ok && (b[0] == 4 || slices.Contains([]byte{1, 2, 3, 8, 9, 10, 11, 12, 14}, b[1])) && rest >= least && rest <= 64+2*least
}

// publicKeyed gives the algorithm and the key as it wrapped it (RFC 9580 §5.1);
// no algorithm where it is no such packet.
func publicKeyed(b []byte) (algorithm byte, key []byte) {
	if len(b) < 12 {
		return 0, nil
	}
	if b[0] == 3 { // the id of the key comes first
		return b[9], b[10:]
	}
	n := int(b[1]) // version 6: its fingerprint
	if b[0] == 6 && (n == 0 || n == 21 && b[2] == 4 || n == 33 && b[2] == 6) && len(b) > n+3 {
		return b[2+n], b[3+n:]
	}
	return 0, nil
}

// wrapped: the session key, as the algorithms of RFC 9580 §9.1 have it.
func wrapped(algorithm byte, b []byte) bool {
	switch algorithm {
	case 1, 2: // RSA: one number
		return len(integers(b, 1)) == 0
	case 16, 20: // Elgamal: two
		return len(integers(b, 2)) == 0
	case 18: // ECDH: a point, then a length and so many bytes
		return counted(integers(b, 1))
	case 25: // X25519
		return len(b) > 32 && counted(b[32:])
	case 26: // X448
		return len(b) > 56 && counted(b[56:])
	}
	return unknownShape(algorithm)
}

// unknownShape: ML-KEM, as RFC 9580's successors number it and as GnuPG does.
func unknownShape(algorithm byte) bool { return inRange(int(algorithm), 29, 36) || algorithm == 8 }

// integers skips n multiprecision integers (RFC 9580 §3.2). It gives one byte too
// few for anything where they do not fit.
func integers(b []byte, n int) []byte {
	for range n {
		if len(b) < 2 {
			return []byte{1}
		}
		size := (int(be.Uint16(b)) + 7) / 8
		if size == 0 || size > len(b)-2 {
			return []byte{1}
		}
		b = b[2+size:]
	}
	return b
}

func counted(b []byte) bool { return len(b) > 1 && int(b[0]) == len(b)-1 }

// packedMessage is a message that is compressed, as signed ones are (RFC 9580
// §5.6): the algorithm (8 bits), then deflate (18 bits), zlib or bzip2.
func packedMessage(e *Ends) bool {
	if len(e.Head) < 16 {
		return false
	}
	rest := &Ends{Head: e.Head[2:], Size: e.Size - 2}
	switch e.Head[1] {
	case 1:
		return inflates(rest.Head)
	case 2:
		return zlibStream(rest)
	case 3:
		return string(rest.Head[:3]) == "BZh" && bzip2(rest)
	}
	return false
}
