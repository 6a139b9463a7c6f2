package keyfile

import (
	"cmp"
	"slices"

	"shokyo.dev/shokyo/scan/pairs"
	"shokyo.dev/shokyo/scan/proof"
)

// Private keys in binary lie at any byte: in a program's memory, in archives that do not pack, in databases. So they are
// looked for by bytes that always stand in them (anchors), and read from where they then begin. A start position is
// the first byte of a structure; each parser is asked there once, and the bound is that of a signature (package proof).

// anchor is what stands in a structure, and how far behind its first byte.
type anchor struct {
	magic string
	back  []int
	form  proof.Format
}

func anchored(magic string, read func(*proof.Cursor), kind string, back ...int) anchor {
	return anchor{magic, back, proof.Format{Read: read, Kinds: []string{kind}}}
}

var anchors = []anchor{
	anchored("\x02\x01\x00", derKey, "der-private-key", 2, 3, 4),
	anchored("\x02\x01\x01", derKey, "der-private-key", 2, 3, 4),
	anchored("\x02\x81\x81\x00", primes, "der-private-key", 0), // of RSA keys of 2048 bits
	anchored("\x02\x81\xc1\x00", primes, "der-private-key", 0), // 3072
	anchored("\x02\x82\x01\x01\x00", primes, "der-private-key", 0),
	anchored("\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d", derEncrypted, "der-private-key", 6, 7, 8, 9),
	anchored("-v1\x00", openssh, "openssh-private-key", 11),
	anchored("(11:private-key(", gnupg, "gnupg-private-key", 0),
	anchored("(21:protected-private-key(", gnupg, "gnupg-private-key", 0),
	anchored("\xfe\xed\xfe\xed", anyJKS, "jks", 0),
	anchored("\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", anyKDBX, "kdbx", 0),
	anchored("\x11\x01\x00\x01", pgpSecret, "pgp-private-key", pgpRSA()...),
	anchored("\x2b\x06\x01\x04\x01\xda\x47\x0f\x01", pgpSecret, "pgp-private-key", pgpCurve...),
	anchored("\x2b\x06\x01\x04\x01\x97\x55\x01\x05\x01", pgpSecret, "pgp-private-key", pgpCurve...),
	anchored("\x2a\x86\x48\xce\x3d\x03\x01\x07", pgpSecret, "pgp-private-key", pgpCurve...),
	anchored("\x2b\x81\x04\x00", pgpSecret, "pgp-private-key", pgpCurve...),
}

// openings has the first two bytes of each anchor.
var openings = func() *pairs.Set {
	var list []pairs.Product
	var seconds [256][]byte
	for i := range anchors {
		seconds[anchors[i].magic[0]] = append(seconds[anchors[i].magic[0]], anchors[i].magic[1])
	}
	for first, behind := range seconds {
		if len(behind) > 0 {
			list = append(list, pairs.Of([]byte{byte(first)}, behind))
		}
	}
	return pairs.New(list...)
}()

// beginning has the anchors by their first byte.
var beginning = func() (t [256][]*anchor) {
	for i := range anchors {
		first := anchors[i].magic[0]
		t[first] = append(t[first], &anchors[i])
	}
	return t
}()

// bytesPerTry bounds the work on crafted input: a structure is read for so many bytes, and a few besides. What is not
// read costs power only.
const (
	bytesPerTry = 256
	fewTries    = 64

	stretch = 4 << 10
)

// Finder finds private keys in binary. The zero value is ready; it is for one goroutine.
type Finder struct {
	cursor proof.Cursor
	found  []proof.Observation
	places []int // of a stretch
	tries  int   // that are left
}

// Find calls report for the private keys that have the bits that are needed, in ascending order and without overlap.
func (f *Finder) Find(b []byte, need float64, report func(proof.Observation)) {
	f.found, f.tries = f.found[:0], fewTries+len(b)/bytesPerTry
	for lo := 0; lo < len(b); lo += stretch {
		f.places = openings.Append(f.places[:0], b, lo, min(lo+stretch, len(b)))
		for _, at := range f.places {
			f.at(b, at, need)
		}
	}
	slices.SortFunc(f.found, func(a, b proof.Observation) int { return cmp.Or(a.Start-b.Start, cmp.Compare(b.Bits, a.Bits)) })
	until := 0
	for _, o := range f.found {
		if o.Start < until {
			continue
		}
		report(o)
		until = max(o.End, o.Start+derSize(b[o.Start:]))
	}
}

// at looks for the anchors at a place.
func (f *Finder) at(b []byte, at int, need float64) {
	for _, a := range beginning[b[at]] {
		if len(b)-at >= len(a.magic) && string(b[at:at+len(a.magic)]) == a.magic {
			f.around(b, at, a, need)
		}
	}
}

func (f *Finder) around(b []byte, at int, a *anchor, need float64) {
	for _, back := range a.back {
		start := at - back
		if start < 0 || !mayBegin(b[start:], back) || f.tries <= 0 {
			continue
		}
		f.tries--
		if o, ok := f.cursor.Confirm(&a.form, b, start); ok && o.Keys && o.Bits >= need {
			f.found = append(f.found, o)
		}
	}
}

// mayBegin says whether the first bytes are those of a structure whose anchor stands so far behind:
// of a DER sequence the length says where its first element is, the rest is for the parser to say.
func mayBegin(b []byte, back int) bool {
	if back < 2 || back > 4 || b[0] != sequence {
		return back < 2 || back > 4
	}
	return back == 2 && b[1] < 0x80 || back == 3 && b[1] == 0x81 || back == 4 && b[1] == 0x82
}

func anyJKS(p *proof.Cursor)  { p.Lit("\xfe\xed\xfe\xed"); jks(p) }
func anyKDBX(p *proof.Cursor) { p.Lit("\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5"); kdbx(p) }

// openssh is a key of OpenSSH without its armour (PROTOCOL.key): magic number, then the name of a cipher.
func openssh(p *proof.Cursor) {
	p.Lit("openssh-key-v1\x00")
	p.Each(int(p.BE(4, 4, 64)), proof.Printable)
	p.Keys = true
	p.Found("OPENSSH PRIVATE KEY")
}

// gnupg is a file of GnuPG's agent (agent/keyformat.txt): a canonical S-expression.
func gnupg(p *proof.Cursor) {
	p.OneOf("(11:private-key(", "(21:protected-private-key(")
	p.OneOf("3:rsa(", "3:dsa(", "3:ecc(", "3:elg(", "5:ecdsa", "4:ecdh")
	p.Keys = true
	p.Found("GnuPG private key")
}
