// Package filter is a set of 64-bit hashes of which a billion can be asked in the time of three reads of
// memory each, and which answers "perhaps" once in 65,000 times where "no" would be right, never the other
// way round: Binary Fuse filters of 16 bits (Graf and Lemire 2022), one for every shard of
// hashes that begin alike, so that a set is built with the memory of one shard. It is a file that is mapped, not
// loaded; the library builds the filters and asks them, and is fenced here: what a file says is checked
// before the library sees it.
//
// The file, in little-endian order: 16 bytes of header (magic, bits of the shard's number), a row of 24 bytes for
// every shard (seed, length of a segment, number of segments, first fingerprint), and the fingerprints, two bytes each.
package filter

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unsafe"

	"github.com/FastFilter/xorfilter"
)

const (
	magic       = "shokyoF1"
	headerBytes = 16
	rowBytes    = 24
	maxBits     = 24 // 16 million shards: 5·10^11 hashes
	// shardKeys is how many hashes a shard has on average.
	shardKeys = 1 << 15
	// maxSegment bounds a segment as the library does.
	maxSegment = 1 << 18
)

// ShardBits is how many of a hash's highest bits number its shard, for a set of at most n.
func ShardBits(n int64) (bits int) {
	for bits < maxBits && n>>bits > shardKeys {
		bits++
	}
	return bits
}

// Writer writes the set of hashes that are added in ascending order.
type Writer struct {
	file    io.WriterAt
	out     *bufio.Writer
	bits    int
	rows    []byte
	shard   uint64
	keys    []uint64
	builder xorfilter.BinaryFuseBuilder
	at      int64 // fingerprints written
	last    uint64
	err     error
}

// NewWriter writes a set of at most n hashes to a file.
func NewWriter(f io.WriterAt, n int64) *Writer {
	w := &Writer{file: f, bits: ShardBits(n)}
	w.rows = make([]byte, rowBytes<<w.bits)
	w.out = bufio.NewWriterSize(io.NewOffsetWriter(f, headerBytes+int64(len(w.rows))), 1<<20)
	return w
}

// Add adds a hash that is no less than the one before it.
func (w *Writer) Add(hash uint64) {
	if hash < w.last && w.err == nil {
		w.err = errors.New("hashes are not in order")
	}
	if shard := shardOf(hash, w.bits); shard != w.shard {
		w.flush()
		w.shard = shard
	}
	if n := len(w.keys); n == 0 || w.keys[n-1] != hash {
		w.keys = append(w.keys, hash)
	}
	w.last = hash
}

// shardOf: a shift by 64 gives 0 in Go.
func shardOf(hash uint64, bits int) uint64 { return hash >> (64 - bits) }

func (w *Writer) flush() {
	if len(w.keys) == 0 || w.err != nil {
		return
	}
	f, err := xorfilter.BuildBinaryFuse[uint16](&w.builder, w.keys)
	if err != nil {
		w.err = fmt.Errorf("build the filter of a shard: %w", err)
		return
	}
	row := w.rows[w.shard*rowBytes:]
	binary.LittleEndian.PutUint64(row, f.Seed)
	binary.LittleEndian.PutUint32(row[8:], f.SegmentLength)
	binary.LittleEndian.PutUint32(row[12:], f.SegmentCount)
	binary.LittleEndian.PutUint64(row[16:], uint64(w.at))
	for _, x := range f.Fingerprints {
		w.out.Write(binary.LittleEndian.AppendUint16(w.out.AvailableBuffer(), x))
	}
	w.at += int64(len(f.Fingerprints))
	w.keys = w.keys[:0]
}

// Close writes the rest.
func (w *Writer) Close() error {
	w.flush()
	if w.err != nil {
		return w.err
	}
	if err := w.out.Flush(); err != nil {
		return err
	}
	header := make([]byte, headerBytes, headerBytes+len(w.rows))
	copy(header, magic)
	binary.LittleEndian.PutUint32(header[8:], uint32(w.bits))
	_, err := w.file.WriteAt(append(header, w.rows...), 0)
	return err
}

// Set is a set in a file that was mapped.
type Set struct {
	bits   int
	shards []xorfilter.BinaryFuse[uint16]
}

// Open checks the bytes of a file; they are used in place and must not change.
func Open(b []byte) (*Set, error) {
	if len(b) < headerBytes || string(b[:8]) != magic {
		return nil, errors.New("it does not begin as a filter does")
	}
	bits := binary.LittleEndian.Uint32(b[8:])
	if bits > maxBits || binary.LittleEndian.Uint32(b[12:]) != 0 || int64(len(b)) < headerBytes+int64(rowBytes)<<bits {
		return nil, errors.New("its table of shards does not fit")
	}
	rows, rest := b[headerBytes:headerBytes+rowBytes<<bits], b[headerBytes+rowBytes<<bits:]
	prints, err := fingerprints(rest)
	if err != nil {
		return nil, err
	}
	s := &Set{bits: int(bits), shards: make([]xorfilter.BinaryFuse[uint16], 1<<bits)}
	for i := range s.shards {
		if s.shards[i], err = shard(rows[i*rowBytes:][:rowBytes], prints); err != nil {
			return nil, fmt.Errorf("shard %d: %w", i, err)
		}
	}
	return s, nil
}

// fingerprints are the two-byte words of a file. They are used where they lie, on machines that
// have them in this order.
func fingerprints(b []byte) ([]uint16, error) {
	if len(b)%2 != 0 {
		return nil, errors.New("it ends inside of a fingerprint")
	}
	if len(b) == 0 {
		return nil, nil
	}
	if uintptr(unsafe.Pointer(&b[0]))%2 == 0 && binary.NativeEndian.Uint16([]byte{1, 0}) == 1 {
		return unsafe.Slice((*uint16)(unsafe.Pointer(&b[0])), len(b)/2), nil
	}
	out := make([]uint16, len(b)/2)
	for i := range out {
		out[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return out, nil
}

// shard is the filter of a row. The library reads a fingerprint in each of three segments in a row,
// so it needs two segments behind the last that it begins in.
func shard(row []byte, prints []uint16) (f xorfilter.BinaryFuse[uint16], err error) {
	f.Seed = binary.LittleEndian.Uint64(row)
	f.SegmentLength, f.SegmentCount = binary.LittleEndian.Uint32(row[8:]), binary.LittleEndian.Uint32(row[12:])
	if f.SegmentLength == 0 && f.SegmentCount == 0 {
		return f, nil // it has no hash
	}
	at := binary.LittleEndian.Uint64(row[16:])
	need := (uint64(f.SegmentCount) + 2) * uint64(f.SegmentLength)
	switch {
	case f.SegmentLength == 0 || f.SegmentLength > maxSegment || f.SegmentLength&(f.SegmentLength-1) != 0:
		return f, fmt.Errorf("a segment of %d fingerprints", f.SegmentLength)
	case f.SegmentCount == 0 || need > 1<<32-1 || at > uint64(len(prints)) || need > uint64(len(prints))-at:
		return f, errors.New("its fingerprints are not all there")
	}
	f.SegmentLengthMask = f.SegmentLength - 1
	f.SegmentCountLength = f.SegmentCount * f.SegmentLength
	f.Fingerprints = prints[at : at+need]
	return f, nil
}

// MayHave says whether a hash may be in the set; false is certain.
func (s *Set) MayHave(hash uint64) bool {
	f := &s.shards[shardOf(hash, s.bits)]
	return f.SegmentLength != 0 && f.Contains(hash)
}
