package look

import (
	"encoding/hex"
	"os"
	"testing"
)

// What statistics explain better is not called compressed: fields that make the header of an LZMA file, of
// which nothing decodes, among others like them. It is residue all the same.
func TestStatisticsNameWhatIsPlain(t *testing.T) {
	fields, _ := hex.DecodeString("5d000080000010000000000000" + "00")
	buf := keystream(64 << 10)
	copy(buf[20_001:], fields)
	seen := New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 40}).Look(Span{Buf: buf, Base: 1 << 30, Hi: len(buf)})
	if len(seen.Findings) != 1 || seen.Findings[0].Detector != Statistics || seen.Findings[0].Bits < 40 {
		t.Errorf("%+v", seen.Findings)
	}
	stream, err := os.ReadFile("../compressed/brotli/testdata/c-11.br")
	if err != nil {
		t.Fatal(err)
	}
	clear(buf[20_001:20_015])
	copy(buf[30_208:], stream)
	seen = New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 40}).Look(Span{Buf: buf, Base: 1 << 30, Hi: len(buf)})
	if len(of(seen.Findings, Brotli)) != 1 {
		t.Errorf("%+v", seen.Findings)
	}
}

// Every finder says from where on statistics name what it found: 0 would give them the name of all of it.
func TestEveryFinderGivesWay(t *testing.T) {
	for _, d := range []Detector{Bzip2, LZMA, Sound, Opus, Pictures, Video, Deflate, Zstd, Brotli} {
		if table[d].plain <= 0 {
			t.Errorf("%s gives way to statistics everywhere", table[d].Title)
		}
	}
}
