// Package ground makes ciphertext as disks hold it, in the modes that disks are encrypted
// in: what pieces of files are planted in, and what detectors are calibrated on. Without
// the key no mode can be told from uniform random bytes; a detector that can has a flaw,
// or the mode has.
package ground

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"

	"golang.org/x/crypto/chacha20"
	"golang.org/x/crypto/xts"
)

// Mode is how the sectors of a disk are encrypted.
type Mode string

const (
	CTR      Mode = "aes-ctr"
	XTS512   Mode = "aes-xts-512"   // LUKS, self-encrypting drives
	XTS4096  Mode = "aes-xts-4096"  // the same with sectors of 4 KiB
	ESSIV    Mode = "aes-cbc-essiv" // LUKS1, before 2013
	ChaCha20 Mode = "chacha20"
	Rekeyed  Mode = "re-keyed" // what is read after crypto-erase: old ciphertext under a new key
)

// Modes are all of them.
var Modes = []Mode{CTR, XTS512, XTS4096, ESSIV, ChaCha20, Rekeyed}

// unit is encrypted at once: a multiple of every mode's sector.
const unit = 4096

// Ground is an endless disk of zeros, encrypted. It is safe for concurrent use.
type Ground struct{ encrypt func(b []byte, number uint64) }

// New is the disk of a mode under the keys that belong to a seed.
func New(mode Mode, seed uint64) *Ground {
	key := func(name string) []byte {
		k := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(string(mode)+" "+name), seed))
		return k[:]
	}
	switch mode {
	case CTR:
		return &Ground{ctr(block(key("")))}
	case XTS512:
		return &Ground{sectors(512, tweaked(key("a"), key("b")).Encrypt)}
	case XTS4096:
		return &Ground{sectors(4096, tweaked(key("a"), key("b")).Encrypt)}
	case ESSIV:
		return &Ground{sectors(512, essiv(key("")))}
	case ChaCha20:
		return &Ground{chacha(key(""))}
	case Rekeyed:
		old, now := tweaked(key("a"), key("b")), tweaked(key("c"), key("d"))
		return &Ground{sectors(512, func(dst, src []byte, sector uint64) {
			old.Encrypt(dst, src, sector)
			now.Decrypt(dst, dst, sector)
		})}
	}
	panic("ground: no mode is called " + string(mode))
}

// ReadAt fills p with what the disk has at off. It never ends and never fails.
func (g *Ground) ReadAt(p []byte, off int64) (int, error) {
	for rest := p; len(rest) > 0; {
		skip := int(off % unit)
		n := min(len(rest), unit-skip)
		if n == unit {
			clear(rest[:n])
			g.encrypt(rest[:n], uint64(off/unit))
		} else {
			var whole [unit]byte
			g.encrypt(whole[:], uint64(off/unit))
			copy(rest[:n], whole[skip:])
		}
		rest, off = rest[n:], off+int64(n)
	}
	return len(p), nil
}

func block(key []byte) cipher.Block {
	b, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // a key of 32 bytes is always accepted
	}
	return b
}

func tweaked(key1, key2 []byte) *xts.Cipher {
	c, err := xts.NewCipher(aes.NewCipher, append(key1, key2...))
	if err != nil {
		panic(err) // the same
	}
	return c
}

// sectors encrypts in place, sector by sector.
func sectors(size int, encrypt func(dst, src []byte, sector uint64)) func([]byte, uint64) {
	return func(b []byte, number uint64) {
		for i := 0; i < len(b); i += size {
			encrypt(b[i:i+size], b[i:i+size], number*unit/uint64(size)+uint64(i/size))
		}
	}
}

func ctr(c cipher.Block) func([]byte, uint64) {
	return func(b []byte, number uint64) {
		var iv [aes.BlockSize]byte
		binary.BigEndian.PutUint64(iv[8:], number*unit/aes.BlockSize)
		cipher.NewCTR(c, iv[:]).XORKeyStream(b, b)
	}
}

// essiv is CBC whose first vector is the sector's number, encrypted under the key's hash.
func essiv(key []byte) func(dst, src []byte, sector uint64) {
	salt := sha256.Sum256(key)
	data, number := block(key), block(salt[:])
	return func(dst, src []byte, sector uint64) {
		var iv [aes.BlockSize]byte
		binary.LittleEndian.PutUint64(iv[:], sector)
		number.Encrypt(iv[:], iv[:])
		cipher.NewCBCEncrypter(data, iv[:]).CryptBlocks(dst, src)
	}
}

func chacha(key []byte) func([]byte, uint64) {
	return func(b []byte, number uint64) {
		var nonce [chacha20.NonceSize]byte
		binary.LittleEndian.PutUint64(nonce[:], number)
		c, err := chacha20.NewUnauthenticatedCipher(key, nonce[:])
		if err != nil {
			panic(err) // key and nonce have the right sizes
		}
		c.XORKeyStream(b, b)
	}
}
