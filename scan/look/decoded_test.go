package look

import (
	"bytes"
	"compress/flate"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/scan/detector"
	"shokyo.dev/shokyo/scan/medium"
	"shokyo.dev/shokyo/scan/proof"
	"shokyo.dev/shokyo/scan/seen"
)

// story is text of some length in which hardly anything is said twice.
func story(n int) []byte {
	rng := rand.New(rand.NewChaCha8([32]byte{3}))
	words := strings.Fields("the patient was saw again on monday and complains of nothing new but asks whether her brother could come along next time since he drives")
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "%s %s, %s %d. ", words[rng.IntN(len(words))], words[rng.IntN(len(words))], words[rng.IntN(len(words))], rng.IntN(1e6))
	}
	return b.Bytes()[:n]
}

func deflated(b []byte) []byte {
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, 6)
	w.Write(b)
	w.Close()
	return out.Bytes()
}

func of(findings []seen.Finding, d detector.ID) (list []seen.Finding) {
	for _, f := range findings {
		if f.Detector == d {
			list = append(list, f)
		}
	}
	return list
}

// What compressed data hold is reported at their place, behind the way into them, with their bits.
func TestDecodedIsLookedAtAgain(t *testing.T) {
	buf := keystream(1 << 20)
	copy(buf[300_001:], deflated(story(200_000))) // without any header
	places := []medium.Place{{Name: "p1", Start: doubtBase, Length: 1 << 30}}
	for _, quick := range []bool{false, true} {
		l := New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 48, Places: places, Quick: quick})
		saw := l.Look(Span{Buf: buf, Base: doubtBase, Lo: 64 << 10, Hi: len(buf) - 64<<10})
		streams, inside := of(saw.Findings, detector.Deflate), of(saw.Findings, detector.Decoded)
		if len(streams) != 1 || len(inside) != 1 {
			t.Fatalf("quick %v: %+v", quick, saw.Findings)
		}
		s, in := streams[0], inside[0]
		if in.Offset != s.Offset || in.Length != s.Length || in.Bits != s.Bits || in.Kind != "ascii" {
			t.Errorf("inside %+v there is %+v", s, in)
		}
		if want := fmt.Sprintf("p1/deflate@bit %d", 0); in.Path.String() != want || s.Path.String() != "p1" {
			t.Errorf("the way there is %q, want %q; of the stream %q", in.Path, want, s.Path)
		}
		if strings.Contains(in.Preview, "patient") || !strings.Contains(in.Preview, "xxx") {
			t.Errorf("the preview is %q", in.Preview)
		}
	}
}

// found is a decoder that finds one thing, which decodes to these bytes.
func found(o proof.Observation, way string, decoded []byte) decoder {
	return func(_ []byte, _ float64, report func(proof.Observation, string, []byte)) { report(o, way, decoded) }
}

// decode puts what a decoder finds before a segment of 256 KiB between its contexts.
func decode(find decoder) *segment {
	s := New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 48}).segment
	s.buf = keystream(384 << 10)
	s.lo, s.hi, s.positions = 64<<10, 320<<10, 1
	s.classifySectors(nil)
	s.inside.NewPage()
	s.decodeIn(detector.Deflate, find)
	return &s
}

func TestContents(t *testing.T) {
	random := make([]byte, 8192)
	disktest.Keystream(11).ReadAt(random, 0)
	twice := slices.Concat(random[:1000], deflated(story(20_000)), random[1000:3000])
	key := append([]byte("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n"), story(2000)...)
	for name, c := range map[string]struct {
		start, end int
		way        string
		decoded    []byte
		want       []string // detector, kind, way
	}{
		"text":                     {70_000, 80_000, "zstd", story(5000), []string{"decoded ascii zstd"}},
		"nothing decoded":          {70_000, 80_000, "", story(5000), nil},
		"no bytes":                 {70_000, 80_000, "zstd", nil, nil},
		"random bytes":             {70_000, 80_000, "zstd", random, nil},
		"text behind random bytes": {70_000, 80_000, "zstd", slices.Concat(random, story(500)), []string{"decoded ascii zstd"}},
		"mostly Japanese":          {70_000, 80_000, "zstd", slices.Concat(story(200), random, []byte(strings.Repeat("消去の検証についての報告書。", 50))), []string{"decoded utf-8 zstd"}},
		"a stream in a stream":     {70_000, 80_000, "zstd", twice, []string{"decoded ascii zstd/deflate@bit 0"}},
		"in the context before":    {10_000, 60_000, "zstd", story(5000), nil},
		"in the context behind":    {320 << 10, 330 << 10, "zstd", story(5000), nil},
		"begun in the context":     {10_000, 80_000, "zstd", story(5000), []string{"decoded ascii zstd"}},
		"a key":                    {70_000, 80_000, "zstd", key, []string{"keys openssh-private-key zstd", "decoded ascii zstd"}},
	} {
		s := decode(found(proof.Observation{Kind: "k", Start: c.start, End: c.end, Bits: 99}, c.way, c.decoded))
		var got []string
		for _, f := range s.out.Findings {
			if f.Detector != detector.Deflate {
				got = append(got, fmt.Sprint(f.Detector, " ", f.Kind, " ", f.Path))
				if lo, hi := max(c.start, s.lo), min(c.end, s.hi); f.Offset != int64(lo) || f.Length != int64(hi-lo) {
					t.Errorf("%s: it lies at %d, %d bytes", name, f.Offset, f.Length)
				}
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
