// Package disktest makes test media: disks whose every byte is known because
// it was made from a seed.
//
// A verifier of erasures is only as good as the media it was tried on, and two
// kinds are needed. One is what a perfect erasure leaves: ciphertext, which is
// made here as an AES-256-CTR keystream of any length, without storing it.
// The other is what must never be missed: real documents in a real file
// system on a real partition table, at known offsets. Between the two stands
// encryption itself: a LUKS2 volume that cryptsetup opens, and that loses its
// key slots the way `cryptsetup luksErase` destroys them.
//
// Here are the keystream and the medium on which anything can be planted; the
// documents are in files, the structures they lie in in filesystems, the two
// disks of `shokyo demo` in demo, and what the tools of others say in judge.
//
// Everything is written in plain Go, so that `shokyo demo` needs no other
// program and no root; the tests compare it with the real tools (e2fsck,
// debugfs, cryptsetup, sgdisk, sqlite3, poppler).
//
// The same seed gives the same bytes, as long as the same Go release compiles
// it: compress/flate and image/jpeg may change their output between releases.
package disktest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"math"
)

// Stream is an endless AES-256-CTR keystream: to anyone without the key it
// cannot be told from uniform random bytes, which is what "crypto-erased"
// claims of a medium. It is safe for concurrent use.
type Stream struct{ block cipher.Block }

// Keystream returns the stream that belongs to seed.
func Keystream(seed uint64) *Stream {
	return KeystreamOf(binary.BigEndian.AppendUint64([]byte("shokyo disktest keystream "), seed))
}

// KeystreamOf returns the stream under a secret.
func KeystreamOf(secret []byte) *Stream {
	key := sha256.Sum256(secret)
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // a key of 32 bytes is always accepted
	}
	return &Stream{block}
}

// ReadAt fills p with the stream's bytes from offset off. It never ends.
//
// A CTR object cannot be moved to another counter, so each call makes its own:
// half a kilobyte of garbage, at three times the speed of single blocks.
func (s *Stream) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("keystream: negative offset")
	}
	var scratch [aes.BlockSize]byte
	binary.BigEndian.PutUint64(scratch[8:], uint64(off)/aes.BlockSize)
	ctr := cipher.NewCTR(s.block, scratch[:])
	skip := scratch[:off%aes.BlockSize]
	ctr.XORKeyStream(skip, skip)
	clear(p)
	ctr.XORKeyStream(p, p)
	return len(p), nil
}

// Reader reads the stream from its start: randomness for salts and keys.
func (s *Stream) Reader() io.Reader { return io.NewSectionReader(s, 0, math.MaxInt64) }
