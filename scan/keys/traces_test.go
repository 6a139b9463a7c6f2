package keys

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"shokyo.dev/shokyo/scan/keys/written"
	"shokyo.dev/shokyo/scan/proof"
)

// traces lists the kinds that are recognised in buf, sector by sector, where no whole header is read.
func traces(buf []byte) (kinds []string) {
	for off := 0; off+512 <= len(buf); off += 512 {
		if _, ok := parseLUKS(buf, off, 0); ok {
			continue
		}
		if s, ok := Recognize(proof.Place{Buf: buf, Off: off, Size: int64(len(buf))}); ok {
			if !s.Keys || s.Explained || s.Detail == "" || s.Start != off || s.End <= off {
				panic(s)
			}
			kinds = append(kinds, s.Kind)
		}
	}
	return kinds
}

// TestDamagedHeaders: headers by cryptsetup of which a part is lost.
func TestDamagedHeaders(t *testing.T) {
	headers := map[string][]byte{"luks1": newLab(t, "luks1").bytes()[:64<<10], "luks2": newLab(t, "luks2").bytes()[:64<<10]}
	noise := func(b []byte) { rand.NewChaCha8([32]byte{7}).Read(b) }
	for _, tt := range []struct {
		name, version string
		damage        func(b []byte)
		want          string
	}{
		{"the first byte", "luks1", func(b []byte) { b[0] = 0 }, "luks-trace"},
		{"magic and version", "luks1", func(b []byte) { noise(b[:8]) }, "luks-trace"},
		{"the version", "luks1", func(b []byte) { noise(b[6:8]) }, "luks-trace"},
		{"zeros over the names", "luks1", func(b []byte) { clear(b[:104]) }, "luks-trace"},
		{"all before the slots", "luks1", func(b []byte) { noise(b[:208]) }, "luks-trace"},
		{"the first sector", "luks1", func(b []byte) { noise(b[:512]) }, "luks-trace"},
		{"zeros over the first sector", "luks1", func(b []byte) { clear(b[:512]) }, "luks-trace"},
		{"an offline re-encryption", "luks1", func(b []byte) { copy(b[4:], "\xde\xad") }, "luks-trace"},
		{"all but the names", "luks1", func(b []byte) { noise(b[104:592]); noise(b[6:8]) }, "luks-trace"},
		{"the magic number", "luks2", func(b []byte) { noise(b[:6]); clear(b[16384 : 32<<10]) }, "luks-trace"},
		{"the first 168 bytes", "luks2", func(b []byte) { noise(b[:72]); clear(b[16384 : 32<<10]) }, "luks-trace"},
		{"the first sector", "luks2", func(b []byte) { noise(b[:512]); clear(b[16384 : 32<<10]) }, "luks2-metadata"},
		{"zeros over the binary header", "luks2", func(b []byte) { clear(b[:4096]); clear(b[16384 : 32<<10]) }, "luks2-metadata"},
	} {
		b := bytes.Clone(headers[tt.version])
		tt.damage(b)
		if got := traces(b); len(got) == 0 || got[0] != tt.want {
			t.Errorf("%s, %s: %q, want %s", tt.version, tt.name, got, tt.want)
		}
	}
	b := headers["luks2"]
	if n := bytes.IndexByte(b[4096:], 0); !written.IsLUKS2(b[4096+512:4096+n]) || written.IsLUKS2([]byte(strings.Repeat("keyslots of an aircraft ", 9))) {
		t.Error("the rest of the metadata")
	}
	if v := volumes(b[16384:], 16384); len(v) != 1 || !v[0].Secondary || v[0].Live != 1 {
		t.Errorf("the secondary header alone: %+v", v)
	}
}

// sectorOf puts fields into a sector.
func sectorOf(fields map[int]string) []byte {
	b := make([]byte, 512)
	for at, s := range fields {
		copy(b[at:], s)
	}
	return b
}

// TestPlacesOfKeys are rebuilt from their specifications.
func TestPlacesOfKeys(t *testing.T) {
	boot := func(at int, s string) []byte {
		b := sectorOf(map[int]string{at: s, 510: "\x55\xAA"})
		if at == 5 {
			copy(b, "\xEA\x1E\x7C\x00\x00")
		}
		return b
	}
	track := func(last byte) []byte {
		b := append(boot(5, " VeraCrypt Boot Loader\r\n"), make([]byte, 62*512)...)
		b[len(b)-1] = last
		return b
	}
	random := func(n int) string {
		b := make([]byte, n)
		rand.NewChaCha8([32]byte{3}).Read(b)
		return string(b)
	}
	program := append(sectorOf(map[int]string{0: "MZ", 60: "\x80\x00\x00\x00", 128: "PE\x00\x00\x64\x86"}), append(make([]byte, 4000), utf16(`\EFI\VeraCrypt\DcsProp`)...)...)
	for _, tt := range []struct {
		name string
		b    []byte
		want string
	}{
		{"VeraCrypt", boot(5, " VeraCrypt Boot Loader\r\n"), "veracrypt-boot-loader"},
		{"VeraCrypt's first track", track(1), "veracrypt-boot-loader"},
		{"TrueCrypt", boot(5, " TrueCrypt Boot Loader\r\n"), "truecrypt-boot-loader"},
		{"TrueCrypt 5", boot(5, "TrueCrypt\x8C\xC8\x8E\xD8"), "truecrypt-boot-loader"},
		{"DiskCryptor", boot(0, "\x33\xC0\x90\x90\xEB\x10\x10\x00\x40\x00\x00\x00\x00\x20\x01\x00\x00\x00\x00\x00"), "encryption-boot-loader"},
		{"DcsProp", sectorOf(map[int]string{0: `<?xml version="1.0" encoding="utf-8"?>` + "\r\n<VeraCrypt>\r\n\t<configuration>"}), "veracrypt-boot-loader"},
		{"DcsBoot.efi", program, "veracrypt-boot-loader"},
		{"wrapped-passphrase", sectorOf(map[int]string{0: ":\x02" + random(8) + "0123456789abcdef" + random(64)}), "ecryptfs-passphrase"},
		{"LUKS, then zeros", sectorOf(map[int]string{0: "LUKS\xba\xbe\x07\x07"}), "luks-trace"},
		{"a word, then zeros", sectorOf(map[int]string{0: "LUKS"}), ""},
		{"a name in a text", boot(5, "TrueCrypt")[:400], ""},
		{"no loader", sectorOf(map[int]string{5: " VeraCrypt Boot Loader"}), ""},
		{"a program", program[:1024], ""},
		{"a log with a UUID", sectorOf(map[int]string{0: strings.Repeat("at 12:00 mounted the disk ", 6), 168: "8a3e7d0e-7a2b-4f0a-9d35-0c8f6c1b2a11"}), ""},
		{"XML", sectorOf(map[int]string{0: `<?xml version="1.0" encoding="utf-8"?><note>`}), ""},
	} {
		got := traces(tt.b)
		if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || got[0] != tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	for last, want := range []int{bootCode, 63 * 512} {
		if s, _ := Recognize(proof.Place{Buf: track(byte(last))}); s.End != want {
			t.Errorf("last byte of the track %d: the loader ends at %d, want %d", last, s.End, want)
		}
	}
}

// TestTracesOfNothing: each magic number over random bytes.
func TestTracesOfNothing(t *testing.T) {
	src := rand.NewChaCha8([32]byte{9})
	b := make([]byte, 512)
	for i := range 20_000 * len(rows) {
		src.Read(b)
		r := rows[i%len(rows)]
		copy(b[r.At:], r.Magic)
		if s, ok := Recognize(proof.Place{Buf: b}); ok && len(r.Magic) < (proof.MinBits+6)/8 {
			t.Fatalf("%q at %d: %+v", r.Magic, r.At, s)
		}
	}
}

func FuzzRecognize(f *testing.F) {
	for _, r := range rows {
		f.Add(append(make([]byte, r.At), r.Magic...), 0)
	}
	f.Fuzz(func(t *testing.T, b []byte, off int) {
		if s, ok := Recognize(proof.Place{Buf: b, Off: off}); ok && (s.Start < 0 || s.End > len(b) || s.Start >= s.End || !s.Keys) {
			t.Fatalf("%+v", s)
		}
	})
}

func BenchmarkRecognize(b *testing.B) {
	data := make([]byte, 4<<20)
	rand.NewChaCha8([32]byte{1}).Read(data)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for off := 0; off < len(data); off += 512 {
			Recognize(proof.Place{Buf: data, Off: off})
		}
	}
}

// A program or a page about LUKS2 has its words, but is no metadata.
func TestLUKS2InText(t *testing.T) {
	const line = `{"keyslots":{"0":{"type":"luks2","key_size":64,"af":{"type":"luks1","stripes":4000,"hash":"sha256"},"area":{"type":"raw","offset":"32768"}}}}`
	for text, want := range map[string]bool{
		line: true, line[20:]: true, `s := ` + "`" + line + "`\n": false, "\t" + line: false, `see "stripes":4000 in the specification`: false, "": false,
	} {
		if written.IsLUKS2([]byte(text)) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}
