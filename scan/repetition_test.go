package scan

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"syscall"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/disktest/filesystems"
)

// randomUnit is n bytes of keystream.
func randomUnit(n int, seed uint64) []byte {
	b := make([]byte, n)
	disktest.Keystream(seed).ReadAt(b, 0)
	return b
}

// tiled is size bytes of one unit laid end to end.
func tiled(unit []byte, size int) []byte {
	return bytes.Repeat(unit, size/len(unit)+1)[:size]
}

// A buffer of random bytes that was written over and over is a pattern, whatever its
// length, for any number of workers.
func TestRepeatedBufferIsAPattern(t *testing.T) {
	heavy(t)
	const size = 18<<20 + 1536
	periods := []int{65, 100, 333, 512, 1000, 1536, 4096, 65536, 65537, 256 << 10, 1 << 20, 1_000_003, 3 << 20, 4 << 20}
	if testing.Short() {
		periods = []int{1000, 65537, 3 << 20}
	}
	for _, n := range periods {
		src := bytesSource{tiled(randomUnit(n, uint64(n)), size)}
		p := planOver(size, Full)
		r := examine(t, p, src, Options{Workers: 1})
		v := Decide(p, r)
		if v.Outcome != NoResidue || v.Claim != ClaimLogical {
			t.Errorf("%d: %v %v %+v", n, v.Outcome, v.Claim, r.Findings)
		}
		if r.Classes[Ciphertext] >= int64(n) || r.Extents[0].Reason != fmt.Sprint("period-", n) {
			t.Errorf("%d: %+v", n, r.Extents)
		}
		if again := examine(t, p, src, Options{Workers: 3}); !reflect.DeepEqual(r, again) {
			t.Errorf("%d: three workers give another result", n)
		}
	}
}

// What stands on the medium besides does not take the name from it: a partition table, bad
// sectors, zeros before and behind, the end that the buffer did not fit into.
func TestRepeatedBufferWithOtherThings(t *testing.T) {
	heavy(t)
	const size, unit = 20<<20 + 512, 256 << 10
	head, tail := filesystems.GPT(size, []filesystems.Part{{Name: "Linux filesystem", Start: 1 << 20, Length: 1 << 20}})
	for name, change := range map[string]func(m *disktest.Medium){
		"a partition table": func(m *disktest.Medium) { m.Plant(0, head); m.Plant(size-int64(len(tail)), tail) },
		"zeros before":      func(m *disktest.Medium) { m.Fill(0, 7<<20+1536, 0) },
		"zeros behind":      func(m *disktest.Medium) { m.Fill(13<<20+512, size-13<<20-512, 0) },
		"an old end":        func(m *disktest.Medium) { m.Plant(20<<20, randomUnit(512, 3)) },
		"a longer old end":  func(m *disktest.Medium) { m.Plant(size-200<<10, randomUnit(200<<10, 3)) },
		"an old beginning":  func(m *disktest.Medium) { m.Plant(0, randomUnit(9<<10, 3)) },
	} {
		m := disktest.New(size, 1)
		m.Plant(0, tiled(randomUnit(unit, 7), size))
		change(m)
		p := planOver(size, Full)
		if v := Decide(p, examine(t, p, m, Options{})); v.Outcome != NoResidue || v.Claim != ClaimLogical {
			t.Errorf("%s: %v %v", name, v.Outcome, v.Reasons)
		}
	}
	m := disktest.New(size, 1)
	m.Plant(0, tiled(randomUnit(unit, 7), size))
	m.Fail(5<<20+512, 512, syscall.EIO)
	m.Fail(9<<20, 70_000, syscall.EIO)
	r := examine(t, planOver(size, Full), m, Options{})
	if n := r.Classes[Pattern] + r.Classes[Unreadable]; n < size-unit || r.Classes[Residue] > 0 || len(r.Findings) > 0 {
		t.Errorf("bad sectors: %v %+v", r.Classes, r.Findings)
	}
}

// sameTweak encrypts every sector alike, as a mode without a sector's number does: AES-CBC
// with one initial vector, or with blocks of 16 bytes each alike (ECB).
func sameTweak(plain []byte, sector int) []byte {
	c, err := aes.NewCipher(randomUnit(32, 5))
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(plain))
	for at := 0; at < len(plain); at += sector {
		cipher.NewCBCEncrypter(c, make([]byte, 16)).CryptBlocks(out[at:at+sector], plain[at:at+sector])
	}
	return out
}

// The dangerous side: encrypted zeros under a bad mode repeat as a buffer does. Beside
// data they are residue, however little data there are and wherever they lie.
func TestBadModeIsResidue(t *testing.T) {
	heavy(t)
	const size = 12 << 20
	sectors := []int{512}
	if !testing.Short() {
		sectors = []int{16, 512, 4096}
	}
	for _, sector := range sectors {
		for name, plant := range map[string]func(plain []byte){
			"a file in the middle": func(plain []byte) { copy(plain[5<<20:], randomUnit(64<<10, 2)) },
			"one block of data":    func(plain []byte) { copy(plain[5<<20:], randomUnit(4096, 2)) },
			"data at the start":    func(plain []byte) { copy(plain, randomUnit(8192, 2)) },
			"data at the end":      func(plain []byte) { copy(plain[size-8192:], randomUnit(8192, 2)) },
			"mostly data":          func(plain []byte) { copy(plain, randomUnit(size-2<<20, 2)) },
			"data by turns": func(plain []byte) {
				for at := 0; at < size; at += 64 << 10 {
					copy(plain[at:], randomUnit(20<<10, uint64(at)))
				}
			},
		} {
			plain := make([]byte, size)
			plant(plain)
			p := planOver(size, Full)
			r := examine(t, p, bytesSource{sameTweak(plain, sector)}, Options{})
			if v := Decide(p, r); v.Outcome != ResidueFound || r.Classes[Pattern] > 0 {
				t.Errorf("%s, sectors of %d: %v %v", name, sector, v.Outcome, r.Classes)
			}
		}
	}
}

// A part that repeats is residue beside ciphertext, and scattered copies are.
func TestPartThatRepeatsIsResidue(t *testing.T) {
	heavy(t)
	const size = 20 << 20
	for name, plant := range map[string]func(m *disktest.Medium){
		"two fifths of one sector":  func(m *disktest.Medium) { m.Plant(0, tiled(randomUnit(512, 1), size*2/5)) },
		"two fifths of 64 KiB":      func(m *disktest.Medium) { m.Plant(0, tiled(randomUnit(64<<10, 1), size*2/5)) },
		"two fifths of 1 MiB":       func(m *disktest.Medium) { m.Plant(size*3/5, tiled(randomUnit(1<<20, 1), size*2/5)) },
		"two fifths of eight bytes": func(m *disktest.Medium) { m.Plant(0, tiled([]byte("\x01\x92\xf3\xa4\x05\xc6\x97\xe8"), size*2/5)) },
		"one sector of 16 bytes":    func(m *disktest.Medium) { m.Plant(5<<20, tiled(randomUnit(16, 1), 512)) },
		"scattered sectors": func(m *disktest.Medium) {
			for at := int64(0); at < size; at += 100 << 10 {
				m.Plant(at, randomUnit(512, 1))
			}
		},
		"two buffers, page by page": func(m *disktest.Medium) {
			m.Fill(0, size, 0)
			m.Plant(0, tiled(randomUnit(4096, 1), PageBytes))
			m.Plant(3*PageBytes, tiled(randomUnit(4096, 2), size-3*PageBytes))
		},
		"three times": func(m *disktest.Medium) {
			m.Fill(0, size, 0)
			m.Plant(1<<20, tiled(randomUnit(256<<10, 1), 768<<10))
		},
		"two buffers": func(m *disktest.Medium) {
			m.Plant(0, tiled(randomUnit(4096, 1), size/2))
			m.Plant(size/2, tiled(randomUnit(4096, 2), size/2))
		},
	} {
		m := disktest.New(size, 1)
		plant(m)
		p := planOver(size, Full)
		if v := Decide(p, examine(t, p, m, Options{})); v.Outcome != ResidueFound {
			t.Errorf("%s: %v %v", name, v.Outcome, v.Reasons)
		}
	}
}

// What is structured stays residue when it is repeated.
func TestRepeatedStructureIsResidue(t *testing.T) {
	heavy(t)
	const size = 12 << 20
	var picture bytes.Buffer
	jpeg.Encode(&picture, noise{}, nil)
	xz := []byte("\xFD7zXZ\x00\x00\x04\xE6\xD6\xB4\x46\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2F\xE5\xA3")
	ecb := sameTweak(append(make([]byte, 64), randomUnit(8128, 3)...), 16)
	table := randomUnit(4096, 4)
	for i := range 200 {
		table[i*20] = 0
	}
	for name, unit := range map[string][]byte{
		"a picture":                 picture.Bytes(),
		"a picture of whole blocks": append(picture.Bytes(), randomUnit(4096-picture.Len()%4096, 1)...),
		"its middle":                picture.Bytes()[picture.Len()/4:][:picture.Len()/2],
		"a text":                    append(bytes.Clone(prose), randomUnit(4096-len(prose), 3)...),
		"ECB":                       ecb,
		"ECB of an odd length":      ecb[:8190],
		"a table":                   table,
		"a file at no sector":       append(xz, randomUnit(64<<10+256-len(xz), 5)...),
		"some zeros":                append(make([]byte, 60), randomUnit(452, 3)...),
	} {
		p := planOver(size, Full)
		// The first copy begins before the medium: none begins where a sector does, if it has an odd number of half sectors.
		if v := Decide(p, examine(t, p, bytesSource{tiled(unit, size+128)[128:]}, Options{})); v.Outcome != ResidueFound {
			t.Errorf("%s, %d bytes: %v %v", name, len(unit), v.Outcome, v.Reasons)
		}
	}
}

// noise is a picture that does not repeat.
type noise struct{}

func (noise) ColorModel() color.Model { return color.GrayModel }
func (noise) Bounds() image.Rectangle { return image.Rect(0, 0, 320, 240) }
func (noise) At(x, y int) color.Color {
	h := uint32(x*7919+y*104729) * 2654435761
	return color.Gray{uint8(h>>24)/4 + uint8(x/4+y/3)}
}

// A repetition is judged the same after any interruption, and with sectors put off.
func TestRepeatedBufferResumed(t *testing.T) {
	const size = 48 << 20
	for _, beside := range []bool{false, true} {
		m := disktest.New(size, 1)
		m.Plant(0, tiled(randomUnit(1000, 7), size))
		m.Fail(17<<20, 512, syscall.EIO)
		if beside {
			m.Plant(40<<20, randomUnit(8192, 3))
		}
		p := planOver(size, Full)
		var saved [][]byte
		want := examine(t, p, m, Options{Due: func() bool { return true }, Save: func(b []byte, _ int64) error { saved = append(saved, b); return nil }})
		if (want.Classes[Residue] > 0) != beside {
			t.Errorf("beside data: %v, classes %v", beside, want.Classes)
		}
		for i, b := range saved {
			if got := examine(t, p, m, Options{Resume: b, Workers: 1 + i}); !reflect.DeepEqual(got, want) {
				t.Errorf("resumed from checkpoint %d, the result differs", i)
			}
		}
	}
}

// badblocks is what people fill disks with (e2fsprogs; lib/ext2fs and misc/badblocks.c).
func TestBadblocks(t *testing.T) {
	heavy(t)
	const size = 12 << 20
	for _, args := range [][]string{{"-b", "4096"}, {"-b", "1024", "-c", "64"}, {"-b", "512", "-c", "7"}} {
		name := filepath.Join(t.TempDir(), "medium")
		if err := os.WriteFile(name, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("/usr/sbin/badblocks", append(args, "-w", "-t", "random", name)...).CombinedOutput(); err != nil {
			t.Fatalf("badblocks: %v %s", err, out)
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		p := planOver(size, Full)
		r := examine(t, p, bytesSource{b}, Options{})
		if v := Decide(p, r); v.Outcome != NoResidue || v.Claim != ClaimLogical || r.Classes[Pattern] < size*3/4 {
			t.Errorf("%q: %v %v %+v", args, v.Outcome, v.Claim, r.Extents)
		}
	}
}
