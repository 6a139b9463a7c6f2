// Package baseline records blocks of a medium before an erasure, so that it can be seen afterwards whether they are
// still there: NIST SP 800-88r1 section 4.7.3 calls that the most effective check of a cryptographic erase. It needs
// no knowledge of what the blocks hold. On a drive that encrypts itself every block must read differently once its key is
// gone; where a host encrypts, the ciphertext stays, and says that this is the same medium.
//
// Blocks are drawn at random, uniformly and independently of what they hold, and those that are fill are drawn again:
// fill says nothing, for an erasure may leave the same. So each block that is compared is one of the medium's data
// blocks with equal chances, and if a part f of these were unchanged, n blocks would all miss it with probability
// (1-f)^n at most ([Missed]).
//
// A block is known by its HMAC-SHA-256 (RFC 2104) over its place and its bytes: blocks that are alike do not look it. The key
// lies in the record, which is sealed (package record); who has the record can try whether a block that he guesses is in it.
package baseline

import (
	"cmp"
	"context"
	"crypto/hmac"
	crypto "crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"

	"shokyo.dev/shokyo/entropy"
	"shokyo.dev/shokyo/internal/aligned"
)

const (
	// BlockBytes is what is compared: the physical sector of most drives.
	BlockBytes = 4096
	// DefaultBlocks are read in two minutes from a hard disk; a thousandth of the data that is unchanged is missed by
	// them with probability 5·10^-5.
	DefaultBlocks = 10_000
	// MinBlocks are fewer than which show nothing: a tenth of the data could be unchanged with probability 10^-4.
	MinBlocks = 100
	MaxBlocks = 100_000

	// redraws bounds how many places are read for each block that is wanted.
	redraws = 8
)

// Expect is what an erasure makes of the blocks. The zero value is none.
type Expect string

const (
	Changed Expect = "changed" // the drive encrypts: what is read is made with its key
	Same    Expect = "same"    // the host does: the medium keeps the ciphertext
)

// Block is a place and what stood there.
type Block struct {
	Offset int64
	MAC    [sha256.Size]byte
}

// Drawn is what a draw gave.
type Drawn struct {
	Key        [sha256.Size]byte
	Blocks     []Block // by offset
	Fill       int64   // places that were fill, and were drawn again
	Unreadable int64   // likewise
}

// Draw reads blocks of a medium, n that are no fill or as many as it finds in redraws·n places. Progress is told how many were read; it may be nil.
func Draw(ctx context.Context, medium io.ReaderAt, size int64, n int, progress func(read, most int)) (*Drawn, error) {
	all := size / BlockBytes
	if all == 0 {
		return nil, fmt.Errorf("the medium has %d bytes, less than a block of %d", size, BlockBytes)
	}
	d := new(Drawn)
	var seed [32]byte
	crypto.Read(d.Key[:])
	crypto.Read(seed[:])
	draw := rand.New(rand.NewChaCha8(seed))
	seen := map[int64]bool{}
	most := int(min(all, int64(redraws*n)))
	r := reader{medium: medium, buf: aligned.Bytes(BlockBytes, BlockBytes), key: d.Key[:]}
	for len(d.Blocks) < n && len(seen) < most {
		var places []int64
		for want := min(n-len(d.Blocks), most-len(seen)); len(places) < want; {
			if at := draw.Int64N(all) * BlockBytes; !seen[at] {
				seen[at] = true
				places = append(places, at)
			}
		}
		slices.Sort(places)
		for i, at := range places {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			mac, fill, err := r.read(at)
			switch {
			case errors.Is(err, errGone):
				return nil, err
			case err != nil:
				d.Unreadable++
			case fill:
				d.Fill++
			default:
				d.Blocks = append(d.Blocks, Block{at, mac})
			}
			if progress != nil {
				progress(len(seen)-len(places)+i+1, most)
			}
		}
	}
	slices.SortFunc(d.Blocks, func(a, b Block) int { return cmp.Compare(a.Offset, b.Offset) })
	return d, nil
}

// Compared is what became of the blocks.
type Compared struct {
	Unchanged  []int64 // their offsets
	Changed    int64
	Unreadable int64
}

// Blocks is how many were compared.
func (c *Compared) Blocks() int64 { return int64(len(c.Unchanged)) + c.Changed }

// Compare reads the blocks again.
func Compare(ctx context.Context, medium io.ReaderAt, key []byte, blocks []Block) (*Compared, error) {
	c := new(Compared)
	r := reader{medium: medium, buf: aligned.Bytes(BlockBytes, BlockBytes), key: key}
	for _, b := range blocks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		mac, _, err := r.read(b.Offset)
		switch {
		case errors.Is(err, errGone):
			return nil, err
		case err != nil:
			c.Unreadable++
		case hmac.Equal(mac[:], b.MAC[:]):
			c.Unchanged = append(c.Unchanged, b.Offset)
		default:
			c.Changed++
		}
	}
	return c, nil
}

// Missed is the probability that n blocks, none of them unchanged, miss a part of the data that is.
func Missed(part float64, n int64) float64 { return math.Pow(1-part, float64(n)) }

// Left is the largest part of the data that may be unchanged, where that of n blocks none was, at a confidence of 95 %:
// at larger ones n blocks miss all of it with a probability below 5 %.
func Left(n int64) float64 {
	if n <= 0 {
		return 1
	}
	return -math.Expm1(math.Log(0.05) / float64(n))
}

// errGone: it is no use to go on reading.
var errGone = errors.New("the medium ends before what was recorded: is it the same one, and is it still there?")

type reader struct {
	medium io.ReaderAt
	buf    []byte
	key    []byte
}

// read gives what stands for a block, and says whether that is fill: a word of at most 64 bytes over and over.
func (r *reader) read(at int64) (mac [sha256.Size]byte, fill bool, err error) {
	n, err := r.medium.ReadAt(r.buf, at)
	if n < len(r.buf) {
		if err == nil || errors.Is(err, io.EOF) {
			err = errGone
		}
		return mac, false, err
	}
	h := hmac.New(sha256.New, r.key)
	binary.Write(h, binary.BigEndian, at)
	h.Write(r.buf)
	h.Sum(mac[:0])
	return mac, entropy.Period(r.buf) > 0, nil
}
