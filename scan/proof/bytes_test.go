package proof

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestWords(t *testing.T) {
	for _, c := range []struct {
		in    string
		words []string
	}{
		{"", nil},
		{"hunter2 p", []string{"hunter2 p"}},
		{"hunter2 ", nil}, // five beyond the third
		{"\x01hunter\x00pass12\x00", []string{"hunter", "pass12"}}, // broken up
		{"abc\x00abc\x00abc\x00abc\x00abc\x00abc\x00abc\x00abc", nil},
		{"@@@@[[[[````{{{{////::::", nil},
		{"\x00\x00\xFF\xFFPassword AZ", []string{"Password AZ"}},
	} {
		if got := Words([]byte(c.in)); !slices.Equal(got, c.words) {
			t.Errorf("%q: %q, want %q", c.in, got, c.words)
		}
	}
	// Two GUIDs have words once in 8,000 times.
	random, n := rand.NewChaCha8([32]byte{3}), 0
	b := make([]byte, 32)
	for range 80_000 {
		_, _ = random.Read(b)
		if Words(b) != nil {
			n++
		}
	}
	if n > 20 {
		t.Errorf("%d of 80,000 times, 10 are expected", n)
	}
}

func TestNotFill(t *testing.T) {
	if n := NotFill([]byte{0, 0xFF, 1, 0xFE, 0}); n != 2 {
		t.Errorf("%d", n)
	}
}

func TestDrawn(t *testing.T) {
	for s, want := range map[string]bool{
		"": true, "HwvMZqHyfp3o3WrZOCVLpRNzmWK6FBG7": true,
		"janedoelivesinthesecondhouseonth": false, "JBNEDOELIVESINTHESECONDHOUSEONTH": false, "12345678901234567890123456789012": true,
		"1234567890123456789012345678901z": false, "the-password-of-Jane-Doe-is-hunter2-and-so-on": false,
		"8f14e45fceea167a5a36dedd4bea2543": true, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAz": true,
		"eyJhbGciOiJkaXIiLCJjbGV2aXMiOnsicGluIjoidGFuZyIsInRhbmciOnsiYWR2Ijp7ImtleXMiOlt7ImFsZyI6IkVDTVIifV19": true,
	} {
		if Drawn(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}

func TestCount(t *testing.T) {
	for want, got := range map[string]string{"1 key": Count(1, "key"), "2 keys": Count(2, "key"), "0 entries": Count(0, "entry"), "3 blocks": Count(3, "block")} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
