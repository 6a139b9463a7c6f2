package look

import (
	"encoding/hex"
	"os"
	"testing"

	"shokyo.dev/shokyo/scan/detector"
)

// What statistics explain better is not called compressed: fields that make the header of an LZMA file, of
// which nothing decodes, among others like them. It is residue all the same.
func TestStatisticsNameWhatIsPlain(t *testing.T) {
	fields, _ := hex.DecodeString("5d000080000010000000000000" + "00")
	buf := keystream(64 << 10)
	copy(buf[20_001:], fields)
	saw := New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 40}).Look(Span{Buf: buf, Base: 1 << 30, Hi: len(buf)})
	if len(saw.Findings) != 1 || saw.Findings[0].Detector != detector.Statistics || saw.Findings[0].Bits < 40 {
		t.Errorf("%+v", saw.Findings)
	}
	stream, err := os.ReadFile("../compressed/brotli/testdata/c-11.br")
	if err != nil {
		t.Fatal(err)
	}
	clear(buf[20_001:20_015])
	copy(buf[30_208:], stream)
	saw = New(Terms{Size: 1 << 40, BlockBytes: 4096, Threshold: 40}).Look(Span{Buf: buf, Base: 1 << 30, Hi: len(buf)})
	if len(of(saw.Findings, detector.Brotli)) != 1 {
		t.Errorf("%+v", saw.Findings)
	}
}

// Every finder says from where on statistics name what it found: 0 would give them the name of all of it.
func TestEveryFinderGivesWay(t *testing.T) {
	for _, d := range []detector.ID{detector.Bzip2, detector.LZMA, detector.Sound, detector.Opus, detector.Pictures, detector.Video, detector.Deflate, detector.Zstd, detector.Brotli} {
		if ways[d].plain <= 0 {
			t.Errorf("%s gives way to statistics everywhere", d.Row().Title)
		}
	}
}
