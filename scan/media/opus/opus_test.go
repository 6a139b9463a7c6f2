package opus

import (
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

func find(b []byte, need float64) (list []proof.Observation) {
	new(Finder).Find(b, need, func(o proof.Observation) { list = append(list, o) })
	return list
}

// TestModel: what the parts of the model say of all that can be adds up to no more than 1.
func TestModel(t *testing.T) {
	m := theModel()
	for name, list := range map[string]*[256]int32{"seconds": &m.seconds, "thirds": &m.thirds, "lasts": &m.lasts} {
		sum := 0.0
		for _, w := range list {
			sum += math.Exp2(float64(w)/unit) / 256
		}
		if sum > 1 || sum < 0.95 {
			t.Errorf("%s: %v", name, sum)
		}
	}
	sum := 0.0
	for _, w := range firsts {
		sum += math.Exp2(float64(w)/unit) / 256
	}
	if sum > 1 || sum < 0.95 {
		t.Errorf("first bytes: %v", sum)
	}
	for _, mean := range []int32{0, class(shortest) * pastUnit, class(200)*pastUnit + 7, class(longest) * pastUnit} {
		for spread := int32(0); spread < 20*pastUnit; spread += pastUnit / 2 {
			p, sum := past{mean, spread}, 0.0
			for n := shortest; n <= longest; n++ {
				if w := m.weigh(p, class(n)); w > m.most(p) {
					t.Fatalf("%v weighs a length of %d more than %d: %d", p, n, m.most(p), w)
				}
				sum += math.Exp2(float64(m.weigh(p, class(n))-int32(m.choices[n])) / unit)
			}
			if sum > 1 || mean == class(200)*pastUnit+7 && sum < 0.8 {
				t.Errorf("lengths behind %v: %v", p, sum)
			}
		}
	}
}

// TestScore holds the score of two packets against the parts of the model: each is 100 bytes, alike but for its second byte from the first on.
func TestScore(t *testing.T) {
	b := make([]byte, 400)
	copy(b[216:], "a middle that does not come again")
	copy(b[160:], "nor does this")
	b[100], b[200], b[300] = 0xfc, 0xfc, 0xfc
	b[301] = 9
	c, m := class(100), theModel()
	var p past
	want := firsts[1] + 2*(8*unit-int32(m.choices[100])+m.lasts[0]) + m.seconds[0] + m.thirds[0] + m.seconds[9] + m.weigh(p, c) + m.weigh(p.with(c), c)
	list := find(b, 20)
	if len(list) != 1 || list[0].Start != 100 || list[0].End != 303 || list[0].Bits != float64(want)/unit {
		t.Errorf("%v, want %v bits from 100 to 303", list, float64(want)/unit)
	}
}

func TestOpenings(t *testing.T) {
	for c := range 256 {
		if got, want := openings.Has(byte(c), 0x55), kindOf[c] >= 0; got != want {
			t.Errorf("%02x: %v, want %v", c, got, want)
		}
	}
}

func TestCalibration(t *testing.T) {
	n := 200
	if testing.Short() {
		n = 40
	}
	const size = 64 << 10
	r := rand.NewChaCha8([32]byte{3})
	b := make([]byte, size)
	var counts [24]int
	for range n {
		r.Read(b)
		for _, o := range find(b, 6) {
			for s := 6; s < len(counts) && o.Bits >= float64(s); s++ {
				counts[s]++
			}
		}
	}
	for s := 6; s < len(counts); s++ {
		allowed := float64(n*size) * math.Exp2(-float64(s))
		if float64(counts[s]) > allowed+4*math.Sqrt(allowed) {
			t.Errorf("%d of %d bits, %.1f are allowed", counts[s], s, allowed)
		}
	}
	t.Log(counts)
}

func BenchmarkFind(b *testing.B) {
	data := make([]byte, 1<<20)
	rand.NewChaCha8([32]byte{4}).Read(data)
	var f Finder
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		f.Find(data, 60, func(proof.Observation) {})
	}
}

// planted is a piece of a file in random bytes.
func planted(t *testing.T, name string, n int) []byte {
	piece, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 64<<10)
	rand.NewChaCha8([32]byte{5}).Read(b)
	copy(b[20000:], piece[:n])
	return b
}

func TestFind(t *testing.T) {
	for _, name := range []string{"opusenc.part", "libopus-webm.part"} {
		list := find(planted(t, name, 16384), 66)
		if len(list) != 1 || list[0].Start < 20000-longest || list[0].Start > 21000 || list[0].End < 35000 || list[0].End > 36384+longest {
			t.Errorf("%s: %v", name, list)
		}
	}
	b := planted(t, "opusenc.part", 16384)
	for i, c := range b {
		if kindOf[c] >= 0 {
			b[i] |= 3 // more than one frame
		}
	}
	if list := find(b, 66); len(list) > 0 {
		t.Errorf("%v in what is no stream any more", list)
	}
}

// TestZlib: streams of zlib of about equal length are no packets, others with the same first byte are.
func TestZlib(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	for _, zlib := range []bool{true, false} {
		b := make([]byte, 32<<10)
		rand.NewChaCha8([32]byte{7}).Read(b)
		for at := 1000; at+400 < len(b); at += 300 + r.IntN(20) {
			b[at], b[at-1] = 0x78, 0
			if b[at+1] = 0x20; zlib {
				b[at+1] = 0x9c
			}
		}
		if list := find(b, 66); len(list) > 0 == zlib {
			t.Errorf("zlib %v: %v", zlib, list)
		}
	}
}

// TestRepeated: a unit that is written over and over is no stream, however long its packets would be.
func TestRepeated(t *testing.T) {
	for _, n := range []int{300, 1000, 1500, 2500, 5000} {
		for seed := range byte(20) {
			b := make([]byte, 128<<10)
			rand.NewChaCha8([32]byte{8, seed}).Read(b)
			for at := 4000 + n; at < len(b)-4000; at++ {
				b[at] = b[at-n]
			}
			if list := find(b, 66); len(list) > 0 {
				t.Errorf("%d bytes over and over, seed %d: %v", n, seed, list)
			}
		}
	}
}

// TestWork: crafted bytes that all look like first bytes of packets take no longer than their budget.
func TestWork(t *testing.T) {
	b := make([]byte, 4*stretch)
	for i := range b {
		b[i] = []byte{0xfc, 0xf8, 0xdc, 0xd8, 0xbc, 0xb8, 0x7c, 0x78}[i%8]
	}
	var f Finder
	f.Find(b, 60, func(proof.Observation) {})
	if f.left > 0 || f.left < -recent {
		t.Errorf("%d of the work of the last stretch is left", f.left)
	}
}

func FuzzFind(f *testing.F) {
	f.Add([]byte("\xfcabcdefghijklmnopqrstuvw\xfcabcdefghijklmnopqrstuvwx\xfcabc"))
	f.Add(make([]byte, 100))
	f.Fuzz(func(t *testing.T, b []byte) {
		until := 0
		for _, o := range find(b, 1) {
			if o.Start < until || o.End <= o.Start || o.End > len(b) {
				t.Fatalf("%v in %d bytes, behind %d", o, len(b), until)
			}
			until = o.End
		}
	})
}
