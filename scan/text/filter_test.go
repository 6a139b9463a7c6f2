package text

import (
	"math/rand/v2"
	"testing"
)

// looks are all ways to fill a tile that this machine can go.
var looks = map[string]func(*tile, *[tileBytes + ahead]byte){"generic": (*tile).lookGeneric, "fastest": (*tile).look}

// TestRulesLetTextPass: no rule forbids a pair that is possible in an alphabet of its kind.
func TestRulesLetTextPass(t *testing.T) {
	impossible := &possiblePairs().impossible
	for i := range impossible {
		x, y := byte(i), byte(i>>8)
		broken := ruleHalves.of(x, y)
		for k, lanes := range lanesOf[:kindEven] {
			if broken&forbids[k] != 0 && impossible[i]&uint8(lanes) != uint8(lanes) {
				t.Errorf("kind %d: % x is text", k, []byte{x, y})
			}
		}
		if broken&control != 0 && (impossible[pair(x, 0)]&(1<<inLatinLE) == 0 || impossible[pair(0, x)]&(1<<inLatinBE) == 0) {
			t.Errorf("00%02x is a unit of UTF-16", x)
		}
		// x is the upper byte of a unit.
		if broken&forbids[kindEven] != 0 && impossible[i]&(1<<inJapaneseBE) == 0 {
			t.Errorf("% x is a unit of UTF-16BE", []byte{x, y})
		}
		if y := pair(y, x); broken&forbids[kindOdd] != 0 && impossible[y]&(1<<inJapaneseLE) == 0 {
			t.Errorf("%04x is a unit of UTF-16LE", y)
		}
	}
}

// tilesAreDefined holds each way against the definition of a tile, word by word.
func tilesAreDefined(t *testing.T, b *[tileBytes + ahead]byte) {
	t.Helper()
	for name, look := range looks {
		var got tile
		for k := range got {
			got[k] = 0xAAAAAAAAAAAAAAAA // of the tile before
		}
		look(&got, b)
		for w := range tileWords {
			var broken [word]uint8
			c := b[w*word:][:word+1]
			for i := range broken {
				broken[i] = ruleHalves.of(c[i], c[i+1])
			}
			narrow := broken[0] | broken[1] | broken[2] | broken[3]
			for k, want := range [numKinds]bool{
				kindUTF8:     narrow&forbids[kindUTF8] == 0,
				kindShiftJIS: narrow&forbids[kindShiftJIS] == 0,
				kindEUCJP:    narrow&forbids[kindEUCJP] == 0 && alone(c) == 0,
				kindEven:     (broken[0]|broken[2])&forbids[kindEven] == 0 && string(c[:word]) != "\x00\x00\x00\x00",
				kindOdd:      (broken[1]|broken[3])&forbids[kindOdd] == 0 && string(c[:word]) != "\x00\x00\x00\x00",
				kindZeros: c[0] == 0 && c[2] == 0 && (broken[1]|broken[3])&control == 0 ||
					c[1] == 0 && c[3] == 0 && (broken[0]|broken[2])&control == 0,
			} {
				if is := got[k]>>w&1 == 1; is != want {
					t.Fatalf("%s, kind %d: word % x: %v", name, k, c, is)
				}
			}
		}
	}
}

func TestTiles(t *testing.T) {
	r := rand.New(rand.NewChaCha8([32]byte{15}))
	for range 2000 {
		b := hostile(r, tileBytes+ahead)
		tilesAreDefined(t, (*[tileBytes + ahead]byte)(b))
		clear(b[r.IntN(len(b)):])
		tilesAreDefined(t, (*[tileBytes + ahead]byte)(b))
		tilesAreDefined(t, (*[tileBytes + ahead]byte)(randomBytes(byte(r.Uint32()), tileBytes+ahead)))
	}
}

// TestAlone: in EUC-JP no byte of a pair stands between two of ASCII.
func TestAlone(t *testing.T) {
	r := rand.New(rand.NewChaCha8([32]byte{16}))
	b := randomText(r, &alphabets()[inEUCJP], 100_000)
	for i := range len(b) - word {
		if alone(b[i:]) != 0 {
			t.Fatalf("% x", b[i:][:word+1])
		}
	}
}

func FuzzTile(f *testing.F) {
	for _, s := range samples {
		f.Add(encode(f, s.prose, s.encoding))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var tile [tileBytes + ahead]byte
		copy(tile[:], b)
		tilesAreDefined(t, &tile)
	})
}
