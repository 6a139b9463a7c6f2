package partitions

import (
	"hash/crc32"
	"slices"
	"testing"

	"shokyo.dev/shokyo/scan/proof"
)

// A message in the numbers of a partition table is handed on; real numbers are not, nor
// is the text that GRUB's type GUID is.
func TestWordsInNumbers(t *testing.T) {
	link := record()
	clear(link[:446])
	plain, _ := Recognize(proof.Place{Buf: link, Base: 1 << 20})
	copy(link[451:461], "hunter2 jd")
	link[461] = 0
	gpt := func(guid string, at int) []byte {
		b := guidTable(4 << 20)
		copy(b[1024+at:], guid)
		put(b[512:], 88, crc32.ChecksumIEEE(b[1024:1024+128*128]))
		put(b[512:], 16, proof.HoledCRC32(b[512:604], 16))
		return b
	}
	for _, c := range []struct {
		name  string
		p     proof.Place
		texts []string
	}{
		{"link", proof.Place{Buf: link, Base: 1 << 20}, []string{"hunter2 jd"}},
		{"GUID", proof.Place{Buf: gpt("jane\x00hunter2ab", 16), Off: 512}, []string{"jane", "hunter2ab", "data"}},
		{"GRUB's type", proof.Place{Buf: gpt("Hah!IdontNeedEFI", 0), Off: 512}, []string{"data"}},
	} {
		s, ok := Recognize(c.p)
		if !ok || !s.Explained || !slices.Equal(s.Texts, c.texts) {
			t.Errorf("%s: %v %+v, want %q", c.name, ok, s, c.texts)
		}
	}
	if plain.Kind != "ebr" || len(plain.Texts) > 0 || plain.Free == 0 {
		t.Errorf("%+v", plain)
	}
}
