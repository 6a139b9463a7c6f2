package keyfile

import (
	"bytes"
	"encoding/base64"
	gopem "encoding/pem"
	"math"
	"slices"
	"testing"

	"shokyo.dev/shokyo/internal/filetest"
	"shokyo.dev/shokyo/scan/proof"
)

var (
	file  = filetest.File
	le    = filetest.LE
	be    = filetest.BE
	noise = filetest.Noise
)

func TestFormats(t *testing.T) { filetest.Check(t, Formats, samples(t)) }
func TestBounds(t *testing.T)  { filetest.Bounds(t, Formats, samples(t)) }
func FuzzFormats(f *testing.F) { filetest.Fuzz(f, Formats, samples(f)) }

// What holds private keys or passwords is key material, what is public is not.
func TestKeys(t *testing.T) {
	public := []string{"pem-certificate", "pem-public-key", "pgp-armored", "x509"}
	for _, s := range samples(t) {
		var o proof.Observation
		certificates := s.Kind == "jks" && s.Data[15] == 2
		if new(proof.Cursor).Strongest(Formats, []byte(s.Data), 0, &o); o.Kind != s.Kind || o.Keys == (certificates || slices.Contains(public, s.Kind)) {
			t.Errorf("%s: %+v", s.Kind, o)
		}
	}
}

func BenchmarkHostile(b *testing.B) { filetest.Hostile(b, Formats, samples(b)) }

func samples(t testing.TB) []filetest.Sample {
	armour := func(label, body string) string {
		return string(gopem.EncodeToMemory(&gopem.Block{Type: label, Bytes: []byte(body)}))
	}
	pkcs8 := "\x30\x82" + be(2, 1214) + "\x02\x01\x00\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x04\x82" + be(2, 1192) +
		"\x30\x82" + be(2, 1188) + "\x02\x01\x00"
	return []filetest.Sample{
		file("pem-private-key", armour("EC PRIVATE KEY", noise(121, 14)), 13,
			63, 254, "EC PRIVATE KEY", ""),
		file("pem-private-key", armour("PRIVATE KEY", noise(121, 14)), 40,
			60, 254, "PRIVATE KEY", ""),
		file("pem-private-key", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n"+armour("X", noise(99, 15))[17:], 95,
			114, 318.53, "RSA PRIVATE KEY", ""),
		file("openssh-private-key", armour("OPENSSH PRIVATE KEY", "openssh-key-v1\x00"+noise(200, 16)), 45,
			55, 342, "OPENSSH PRIVATE KEY", ""),
		file("pem-certificate", armour("CERTIFICATE", noise(300, 17)), 40,
			60, 254, "CERTIFICATE", ""),
		file("pem-public-key", armour("PUBLIC KEY", noise(91, 18)), 40,
			59, 254, "PUBLIC KEY", ""),
		file("pgp-armored", "-----BEGIN PGP MESSAGE-----\nVersion: GnuPG v2\n\n"+armour("X", noise(99, 15))[17:], 60,
			80, 278.41, "PGP MESSAGE", ""),
		file("pgp-private-key", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n"+armour("X", noise(99, 15))[17:], 60,
			72, 254.74, "PGP PRIVATE KEY BLOCK", ""),
		file("x509", "\x30\x82"+be(2, 900)+"\x30\x82"+be(2, 620)+"\xa0\x03\x02\x01\x02\x02\x08"+noise(8, 19)+"\x30\x0d\x06\x09", 9,
			26, 98.48, "X.509 certificate", "7 15-22"),
		file("pkcs12", "\x30\x82"+be(2, 2500)+"\x02\x01\x03\x30\x82"+be(2, 2400)+"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0", 15,
			23, 141.42, "PKCS #12", "2-3 9-10"),
		file("der-private-key", pkcs8, 12,
			33, 98, "PKCS #8 RSA key", "25 29"),
		file("der-private-key", "\x30\x82"+be(2, 1188)+"\x02\x01\x00\x02\x82"+be(2, 257)+"\x00"+noise(256, 20)+"\x02\x03\x01\x00\x01", 268,
			273, 100.51, "PKCS #1 RSA key of 2048 bits", "2-3 12-267"),
		file("jks", "\xfe\xed\xfe\xed"+be(4, 2)+be(4, 1)+be(4, 1)+be(2, 5)+"alias", 7,
			23, 116.42, "Java key store, 1 entries", "18-22"),
		file("jks", "\xce\xce\xce\xce"+be(4, 2)+be(4, 1)+be(4, 2)+be(2, 5)+"alias", 7,
			23, 116.42, "Java key store, 1 entries", "18-22"),
		file("kdbx", "\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5"+le(2, 0)+le(2, 4)+"\x02"+le(4, 16)+noise(16, 21)+"\x03"+le(4, 4)+le(4, 1)+
			"\x04"+le(4, 32)+noise(32, 22)+"\x07"+le(4, 12)+noise(12, 23)+"\x0b"+le(4, 100)+noise(100, 24), 15,
			96, 196.66, "KeePass 4", "17-32 38-41 47-78 84-95"),
		file("kdbx", "\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5"+le(2, 1)+le(2, 3)+"\x02"+le(2, 16)+noise(16, 21)+"\x03"+le(2, 4)+le(4, 1)+
			"\x04"+le(2, 32)+noise(32, 22)+"\x05"+le(2, 32)+noise(32, 23), 14,
			108, 132.66, "KeePass 3", "15-30 34-37 41-72 76-107"),
	}
}

// An e-value has mean 1 at most on uniform bytes: here of a tag and a length, in all forms that it has.
func TestLengthsPayForTheirForms(t *testing.T) {
	const magic = "sixteen letters!"
	bits := func(read func(p *proof.Cursor), b ...byte) float64 {
		f := proof.File(magic, func(p *proof.Cursor) { read(p); p.Found("x") }, "x")
		o, ok := new(proof.Cursor).Confirm(&f, append([]byte(magic), append(b, make([]byte, 600)...)...), 0)
		if !ok {
			return math.Inf(-1)
		}
		return o.Bits
	}
	tag := bits(func(p *proof.Cursor) { p.Lit("\x30") }, 0x30)
	mean := 0.
	for n := range 1 << 16 {
		mean += math.Exp2(bits(func(p *proof.Cursor) { element(p, "\x30", 1<<16) }, 0x30, byte(n>>8), byte(n))-tag) / (1 << 16)
	}
	if mean > 1.001 || mean < 0.9 { // the second byte of a length is not gone through
		t.Errorf("the mean is %v", mean)
	}
}

// The middle of a key in PEM begins at any of four places of a group of base64.
func TestInBase64AtAnyPlace(t *testing.T) {
	var key []byte
	for _, s := range samples(t) {
		if s.Kind == "der-private-key" {
			key = append([]byte(s.Data), noise(400, 5)...)
		}
	}
	text := []byte(base64.StdEncoding.EncodeToString(key))
	for skip := range 4 {
		if !new(Finder).InBase64(append(bytes.Repeat([]byte("A"), skip), text...), 60) {
			t.Errorf("with %d characters before it the key is not found", skip)
		}
	}
	if new(Finder).InBase64([]byte(base64.StdEncoding.EncodeToString([]byte(noise(900, 6)))), 60) {
		t.Error("noise is a key")
	}
}
