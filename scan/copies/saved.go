package copies

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// A checkpoint holds a sketch as base64 of rows: digest, first and last place and how many there are, little-endian, by
// digest.

const row = Unit + 8 + 8 + 4

// MarshalText writes the rows.
func (s *Sketch) MarshalText() ([]byte, error) {
	s.forget()
	out := make([]byte, 0, row*len(s.places))
	for _, d := range s.digests() {
		p := s.places[d]
		out = append(out, d[:]...)
		out = binary.LittleEndian.AppendUint64(out, uint64(p.First))
		out = binary.LittleEndian.AppendUint64(out, uint64(p.Last))
		out = binary.LittleEndian.AppendUint32(out, p.Count)
	}
	return base64.StdEncoding.AppendEncode(nil, out), nil
}

var errDamaged = errors.New("what is remembered of ciphertext is damaged")

// UnmarshalText reads rows, and refuses what no sketch writes.
func (s *Sketch) UnmarshalText(text []byte) error {
	if len(text) > base64.StdEncoding.EncodedLen(row*Most) {
		return errDamaged
	}
	b, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil || len(b)%row != 0 {
		return fmt.Errorf("%w: %d bytes: %v", errDamaged, len(b), err)
	}
	*s = Sketch{places: map[Digest]Places{}}
	var before []byte
	for ; len(b) > 0; b = b[row:] {
		d := b[:Unit]
		p := Places{int64(binary.LittleEndian.Uint64(b[Unit:])), int64(binary.LittleEndian.Uint64(b[Unit+8:])), binary.LittleEndian.Uint32(b[Unit+16:])}
		if before != nil && bytes.Compare(before, d) >= 0 || !p.possible() {
			return errDamaged
		}
		before, s.places[Digest(d)] = d, p
	}
	return nil
}

// possible says whether so many units fit between two places.
func (p Places) possible() bool {
	if p.Count == 0 || p.First < 0 || p.Last < p.First || p.First%Unit != 0 || p.Last%Unit != 0 {
		return false
	}
	return (p.Count == 1) == (p.First == p.Last) && (p.Last-p.First)/Unit >= int64(min(p.Count, math.MaxUint32-1)-1)
}
