package build

import (
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"shokyo.dev/shokyo/reports"
	"shokyo.dev/shokyo/verdict"
)

func TestFloats(t *testing.T) {
	for in, want := range map[float64]float64{
		34.69: 34.6, 34.6: 34.6, 0.3: 0.3, 2.3: 2.3, 52: 52, -3.21: -3.3, 0: 0,
		math.Inf(1): 1e12, math.Inf(-1): -1e12,
	} {
		if got := bits(in); got != want {
			t.Errorf("bits(%v) = %v, want %v", in, got, want)
		}
	}
	if got := bits(math.NaN()); got != 0 {
		t.Errorf("bits(NaN) = %v", got)
	}
	rng := rand.New(rand.NewChaCha8([32]byte{7}))
	for range 10000 {
		a, b := 100*rng.Float64(), 100*rng.Float64()
		if a >= b != (bits(a) >= bits(b)) && bits(a) != bits(b) {
			t.Fatalf("rounding turned the order of %v and %v", a, b)
		}
		if bits(a) > a+1e-9 {
			t.Fatalf("%v was overstated as %v", a, bits(a))
		}
	}
}

// The stated power must not exceed the exact one, for any position.
func TestPowerIsALowerBound(t *testing.T) {
	const block, blocks = 4096, 2000
	for _, n := range []int{20, 200, 1000} {
		f := float64(n) / blocks
		for size := int64(64 << 10); size <= 4<<20; size *= 4 {
			m := int(size/block) - 1 // whole blocks in it at the worst offset
			miss := 1.0
			for i := range m {
				miss *= max(float64(blocks-n-i), 0) / float64(blocks-i)
			}
			if got := meets(f, block, size).Probability; got > 1-miss {
				t.Errorf("%d of %d blocks, %d bytes: stated %v, true %v", n, blocks, size, got, 1-miss)
			}
		}
	}
}

func TestNotChecked(t *testing.T) {
	got := notChecked([]verdict.Reason{{Code: "hidden-areas", Text: "an HPA of 4096 bytes", TextJA: "HPA"}, {Code: "own", Text: "x"}})
	if len(got) != len(neverChecked)+1 || got[0].Text != "an HPA of 4096 bytes" || got[0].TextJA == "" {
		t.Errorf("got %+v", got)
	}
}

// What may be said of ciphertext holds for host encryption, for drives that encrypt by
// themselves, and for random bytes written over.
func TestClaimText(t *testing.T) {
	for name, d := range map[string]*reports.Drive{
		"file": nil, "drive": {Facts: []reports.DriveFact{{Name: "ata.encrypts_all", Value: "no"}, {Name: "tcg.media_encryption", Why: "not asked"}}},
		"ata": {Facts: []reports.DriveFact{{Name: "ata.encrypts_all", Value: "yes"}}}, "tcg": {Facts: []reports.DriveFact{{Name: "tcg.media_encryption", Value: "yes"}}},
	} {
		text := claimText(verdict.ClaimPhysicalCiphertext, d)
		if strings.Contains(text.EN, "stored ciphertext itself was read") || !strings.Contains(text.EN, "another key") || !strings.Contains(text.EN, "written over") || !strings.Contains(text.JA, "別の鍵") {
			t.Errorf("%s: %s", name, text.EN)
		}
		if own := strings.Contains(text.EN, "This drive says"); own != (name == "ata" || name == "tcg") || own != strings.Contains(text.JA, "自ら暗号化") {
			t.Errorf("%s: %s %s", name, text.EN, text.JA)
		}
	}
}

// README.md and the report have one list of what is not proven.
func TestReadmeHasTheLimits(t *testing.T) {
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(b), "## What is not proven")
	section, _, _ = strings.Cut(section, "\n## ")
	var codes []string
	for _, m := range regexp.MustCompile("(?m)^- `([a-z-]+)`").FindAllStringSubmatch(section, -1) {
		codes = append(codes, m[1])
	}
	if !slices.Equal(codes, neverChecked) {
		t.Errorf("README.md has %q, want %q", codes, neverChecked)
	}
}
