package three

import (
	"bytes"
	"testing"
)

func asDefined(t *testing.T, three Bytes, b []byte) {
	t.Helper()
	want := -1
	for i := range b {
		if i+max(three.Behind[0], three.Behind[1]) < len(b) &&
			b[i] == three.Value[0] && b[i+three.Behind[0]] == three.Value[1] && b[i+three.Behind[1]] == three.Value[2] {
			want = i
			break
		}
	}
	if got := three.Index(b); got != want {
		t.Fatalf("%v in %d bytes: %d, want %d", three, len(b), got, want)
	}
	if got := three.indexGeneric(b); got != want {
		t.Fatalf("%v in %d bytes: generic %d, want %d", three, len(b), got, want)
	}
}

func TestIndex(t *testing.T) {
	for _, three := range []Bytes{
		{[3]byte{'I', 'D', 'A'}, [2]int{1, 2}},
		{[3]byte{0xFF, 0, 0}, [2]int{2, 2}},
		{[3]byte{255, 255, 255}, [2]int{256, 512}},
		{[3]byte{1, 2, 3}, [2]int{70, 3}},
	} {
		reach := max(three.Behind[0], three.Behind[1])
		for n := range reach + 200 {
			b := bytes.Repeat([]byte{'.'}, n)
			asDefined(t, three, b)
			for at := 0; at+reach < n; at += 7 {
				b := bytes.Repeat([]byte{'.'}, n)
				b[at], b[at+three.Behind[0]], b[at+three.Behind[1]] = three.Value[0], three.Value[1], three.Value[2]
				asDefined(t, three, b)
				if at > 5 { // two of three
					b[at-5] = three.Value[0]
					asDefined(t, three, b)
				}
			}
		}
	}
}

func FuzzIndex(f *testing.F) {
	f.Add(byte(1), byte(2), byte(1), uint8(3), uint8(9), bytes.Repeat([]byte{1, 2}, 99))
	f.Fuzz(func(t *testing.T, x, y, z byte, first, second uint8, b []byte) {
		asDefined(t, Bytes{[3]byte{x, y, z}, [2]int{int(first), int(second)}}, b)
	})
}
