package foreign

import (
	"bytes"
	"compress/flate"
	"encoding/hex"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func ends(b []byte) *Ends {
	e, err := ReadEnds(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		panic(err)
	}
	return e
}

func random(seed byte, n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

// The promise of the package: each sign, and all of them.
func TestChance(t *testing.T) {
	sum, signs := 0.0, 0
	for _, k := range kinds {
		for _, s := range k.signs {
			bits := 8*len(s.magic) + s.bits
			if bits < 32 || s.also == nil && s.bits != 0 {
				t.Errorf("%s, %q: %d bits", k.Name, s.magic, bits)
			}
			sum += math.Exp2(-float64(bits))
			signs++
		}
	}
	if signs < 100 || math.Log2(sum) > -25 {
		t.Errorf("%d signs are hit by chance with 2^%.1f", signs, math.Log2(sum))
	}
}

// What a check is said to be worth, it is: of random bytes behind the magic no
// more pass than that. All of what is worth more than 2^-16 shows as none.
func TestChecksAreWorthTheirBits(t *testing.T) {
	const n = 1 << 16
	b := make([]byte, 4096)
	rng := rand.NewChaCha8([32]byte{1})
	for _, k := range kinds {
		for _, s := range k.signs {
			if s.also == nil || s.bits == 0 {
				continue
			}
			passed := 0
			for range n {
				rng.Read(b[:96])
				copy(b[s.at:], s.magic)
				if s.also(&Ends{Head: b, Size: 1 << 30}) {
					passed++
				}
			}
			if mean := n * math.Exp2(-float64(s.bits)); float64(passed) > mean+5*math.Sqrt(mean)+2 {
				t.Errorf("%s, %q: %d of %d passed, %.1f are allowed", k.Name, s.magic, passed, n, mean)
			}
		}
		rng.Read(b)
	}
}

// Deflate is what random bytes pass most easily; a stored block is counted apart.
func TestRandomDeflate(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	b := random(2, HeadBytes)
	for range 1 << 12 {
		for i := range 32 {
			b[i] = byte(rng.Uint32())
		}
		if b[0]&6 != 0 && inflates(b) {
			t.Fatalf("% x inflates", b[:32])
		}
	}
}

// No medium, erased or not, is taken for one of these files.
func TestMedia(t *testing.T) {
	check := func(what string, b []byte) {
		if k := ByContent(ends(b)); k != nil {
			t.Errorf("%s: %s", what, k.Name)
		}
	}
	for seed := range 200 {
		check("random bytes", random(byte(seed), 100_000))
	}
	for v := range 256 {
		check("fill", bytes.Repeat([]byte{byte(v)}, 10_000))
		check("pattern", bytes.Repeat([]byte{byte(v), ^byte(v), 0, byte(v) / 2}, 3000))
	}
	for what, head := range map[string]string{
		"FAT": "eb3c906d6b66732e66617400020401000200020000f8", "NTFS": "eb52904e5446532020202000020800000000000000f8", "exFAT": "eb76904558464154202020", "BitLocker": "eb58902d4656452d46532d00020800",
		"boot code": "33c08ed0bc007c8ec08ed8be007cbf0006b90002fcf3a450681c06cbfb", "GRUB": "eb63908ed0bc007c", "XFS": "5846534200001000000000000000a000", "LUKS1": "4c554b53babe0001616573", "LUKS2": "4c554b53babe00020000000000004000",
		"empty": "", "SQLite": "53514c69746520666f726d6174203300", "md 1.1": "fc4e2ba901000000", "one byte": "5d",
	} {
		b, err := hex.DecodeString(head)
		if err != nil {
			t.Fatal(err)
		}
		check(what, append(b, make([]byte, 8192)...))
		check(what, append(b, random(1, 8192)...))
		check(what, b)
	}
}

// withSum makes a header of tar as it was before ustar.
func withSum(h []byte) []byte {
	copy(h[148:156], "        ")
	sum := 0
	for _, c := range h[:512] {
		sum += int(c)
	}
	copy(h[148:], []byte{'0', byte('0' + sum>>12&7), byte('0' + sum>>9&7), byte('0' + sum>>6&7), byte('0' + sum>>3&7), byte('0' + sum&7), 0, ' '})
	return h
}

func arjHeader() []byte {
	b := append([]byte{0x60, 0xea, 40, 0}, random(3, 40)...)
	sum := crc32.ChecksumIEEE(b[4:])
	return le.AppendUint32(b, sum)
}

func deflated(b []byte) []byte {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, 6)
	if err != nil {
		panic(err)
	}
	w.Write(b)
	w.Close()
	return out.Bytes()
}

// Every magic alone tells its kind; what needs more is told by what has it.
func TestKinds(t *testing.T) {
	tail := func(at int, s string) string {
		b := random(9, 3000)
		copy(b[len(b)+at:], s)
		return string(b)
	}
	text := deflated([]byte(strings.Repeat("one of the lines ", 9000) + string(random(5, 20_000))))
	zeros := strings.Repeat("\x00", 600)
	cases := map[string][]string{
		"a VMDK file": {"COWD\x01\x00\x00\x00\x03\x00"}, "a QED file": {"QED\x00\x00\x00\x01\x00\x04\x00"}, "a cloop file": {"#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0"},
		"a Ghost image": {"\xfe\xef\x01\x02abcd" + zeros}, "a dar archive": {"\x00\x00\x00\x7b0123456789TN"},
		"a SquashFS file system": {"hsqs" + zeros[:24] + "\x04\x00", "sqsh" + zeros[:24] + "\x00\x04", "shsq" + zeros[:24] + "\x04\x00", "qshs" + zeros[:24] + "\x00\x04"},
		"an OpenPGP message": {
			"\x8c\x0d\x04\x09\x03\x02saltsalt\xff\xd2\xed\x01body", "\xc3\x0d\x04\x07\x03\x0asaltsalt\x60\xd2\x40\x01body", "\x8c\x04\x04\x03\x00\x02\xc9\x10encrypted",
			"\x8c\x2d\x05\x09\x02\x03\x08saltsalt\xff" + strings.Repeat("k", 31) + "\xd4\x80\x01body", "\xca\x03PGP\x8c\x0d\x04\x09\x03\x02saltsalt\xff\xd2\x40\x01body",
			"\x85\x01\x0c\x03keyident\x01\x08\x00" + strings.Repeat("r", 256) + "\xd2\xed\x01body", "\xc1\x34\x03keyident\x19" + strings.Repeat("x", 32) + "\x09sessionke\xd2\x40\x02body",
			"\x84\x0e\x03keyident\x23abcd\xd2\x40\x01body",
			"\x84\x5e\x03keyident\x12\x01\x07" + strings.Repeat("p", 33) + "\x30" + strings.Repeat("k", 48) + "\xd4\x40\x01body",
			strings.Repeat("\x85\x01\x0c\x03keyident\x01\x08\x00"+strings.Repeat("r", 256), 40), "\xa3\x01" + string(text), "\xa3\x03BZh91AY&SY" + zeros},
		"a CMS (S/MIME) encrypted file": {"0\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", "0\x83\x01\x02\x03\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", "0\x82\x10\x00\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"},
		"an mcrypt encrypted file":      {"\x00m\x03\x40rijndael-128\x00\x20\x00cbc\x00"}, "an eCryptfs file": {"\x00\x00\x00\x00\x00\x01\x00\x00\x12\x34\x56\x78\x2e\xb5\xe1\x8d\x03\x00\x00\x00"},
		"a saltpack message": {"\xc4\xb9\x96\xa8saltpack"}, "an AttacheCase file": {"\x04\x00\x0a\x00_AttacheCaseData"},
		"a tar archive": {string(withSum(append([]byte("file"), make([]byte, 1020)...)))}, "a ZIP archive": {"PK\x03\x04\x14\x00\x09\x00\x08\x00"}, "an ARJ archive": {string(arjHeader())},
		"an LHA archive": {"\x20\x10-lh5-" + zeros[:13] + "\x02", "\x20\x10-lzs-" + zeros[:13] + "\x00", "\x20\x10-pm2-" + zeros[:13] + "\x02"},
		"a gzip file":    {"\x1f\x8b\x08\x08\x01\x02\x03\x04\x02\x03name\x00"}, "a zstd file": {"\x5e\x2a\x4d\x18\x04\x00\x00\x00abcd\x28\xb5\x2f\xfd"},
		"an LZMA file": {"\x5d\x00\x00\x80\x00\xff\xff\xff\xff\xff\xff\xff\xff\x00\x22\x51\x50\x16 more", "\x5e\x00\x00\x00\x01\x00\x10\x00\x00\x00\x00\x00\x00\x00\x22\x51\x50\x16 more"},
		"an lzip file": {"LZIP\x01\x73"}, "a bzip2 file": {"BZh11AY&SY", "BZh9\x17\x72\x45\x38\x50\x90"},
		"a compress (.Z) file": {"\x1f\x9d\x90\x44\xa8\x20\x99\x03\x05\xc6\x8c\x36\x4b\xe6\x38\xb1\x53\x63\x8d\x9c\x3a\x71\x8e\x08\xc1\x51\xe7\xce\x0b\x34\x6f\x96\x30\xd1\x62\xc6\x8c\x15\x18\x73\x5e\xdc\x99\x53\x27\x0a\x14"},
		"a zlib stream":        {"\x78\x9c" + string(text), "\x78\x01" + string(text)},
		"a VHD file":           {tail(-512, "conectix"), tail(-511, "conectix")}, "an Apple disk image (UDIF)": {tail(-512, "koly")}, "an encrypted Apple disk image": {tail(-8, "cdsaencr")},
		"a Nero disc image": {tail(-12, "NER5"), tail(-8, "NERO")}, "a compressed disc image": {tail(-64, "bbis")},
	}
	for _, k := range kinds {
		for _, s := range k.signs {
			if s.also == nil && s.at >= 0 {
				b := random(7, 9000)
				copy(b[s.at:], s.magic)
				cases[k.Name] = append(cases[k.Name], string(b))
			}
		}
	}
	for name, heads := range cases {
		for _, head := range heads {
			for _, b := range []string{head, head + string(random(8, 5000))} {
				k := ByContent(ends([]byte(b)))
				if atTail := strings.Contains(head, "conectix") || len(head) == 3000; atTail && len(b) > len(head) {
					continue
				}
				if k == nil || k.Name != name {
					t.Errorf("%q…: %v, want %s", b[:min(len(b), 24)], k, name)
				}
			}
		}
	}
	for i := range kinds {
		if k := &kinds[i]; len(k.signs) > 0 && len(cases[k.Name]) == 0 {
			t.Errorf("%s is not tested", k.Name)
		}
	}
}

// Half of what a check asks for is not enough.
func TestNearMisses(t *testing.T) {
	for _, head := range []string{
		"COWD\x02\x00\x00\x00", "QED\x00\x00\x00\x03\x00", "hsqs" + strings.Repeat("\x00", 24) + "\x05\x00", "hsqs" + strings.Repeat("\x00", 24) + "\x03\x00", "sqsh" + strings.Repeat("\x00", 24) + "\x00\x03", "#!/bin/sh\necho", "\xfe\xef\x01\x02" + strings.Repeat("a", 600),
		"\x8c\x0d\x04\x09\x03\x02saltsalt\xff\xd3\xed\x01body", "\x8c\x0e\x04\x09\x03\x02saltsalt\xff", "\x8c\x0d\x07\x09\x03\x02saltsalt\xff\xd2\xed\x01", "\x8c\x0d\x04\x05\x03\x02saltsalt\xff\xd2\xed\x01", "\x8c\x0d\x04\x09\x03\x07saltsalt\xff\xd2\xed\x01",
		"\x85\x01\x0c\x03keyident\x01\x07\xf0" + strings.Repeat("r", 256) + "\xd2\xed\x01body", "\x85\x01\x0c\x04keyident\x01\x08\x00" + strings.Repeat("r", 256) + "\xd2\xed\x01body", "\xd2\x40\x01body", "\x84\x0e\x03keyident\x23abcd\xc9\x10encrypted", "\x8c\xa0\x04\x09\x03\x02" + strings.Repeat("s", 156) + "\xd2\x40\x01body", "\x8c\x0d\x04\x09\x03\x02saltsalt\xff\xd2\x40\x03body",
		"\xa3\x01random bytes, and no deflate", "PK\x03\x04\x14\x00\x00\x00\x64\x00", "\x60\xea\x28\x00" + strings.Repeat("x", 60), "\x20\x10-lh5-" + strings.Repeat("\x00", 13) + "\x04", "\x1f\x8b\x08\xe0",
		"\x1f\x8b\x08\x00\x00\x00\x00\x00\x07\x03", "\x5e\x2a\x4d\x18\x04\x00\x10\x00", "\x5d\x01\x10\x80\x01\x00\x00\x00\x00\x01\x00\x00\x00\x00\x22\x51\x50\x16 mor", "LZIP\x02\x73", "LZIP\x01\x0b", "BZh01AY&SY", "BZh91AY&SX",
		"\x1f\x9d\x90" + strings.Repeat("\xff", 60), "\x1f\x9d\x88" + strings.Repeat("\x00", 60), "\x1f\x9d\x90\x44", "\x78\x9c" + strings.Repeat("\xff", 90), "\x78\x9d\x01", "0\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", "\x00m\x03\x40ab\x00", "\x00m\x03\x40a b c\x00",
	} {
		if k := ByContent(ends([]byte(head))); k != nil {
			t.Errorf("%q…: %s", head[:min(24, len(head))], k.Name)
		}
	}
	h := withSum(append([]byte("file"), make([]byte, 1020)...))
	h[0]++
	if k := ByContent(ends(h)); k != nil {
		t.Errorf("tar with a wrong checksum: %s", k.Name)
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"x.img.LZ": "an lzip file", "x.tar.tgz": "a tar archive", "x.cpt": "a ccrypt encrypted file", "x.br": "a brotli file", "x.DMG": "an Apple disk image (UDIF)", "x.gpg": "an OpenPGP message", "x.Z": "a compress (.Z) file", "/a.b/x.enc": "an encrypted file",
		"x.img": "", "x.raw": "", "x.dd": "", "x.bin": "", "x.iso": "", "x.gz": "", "x.zst": "", "x": "", "gpg": "", "x.gpg/y": "", "x.001": "", "x.mdf": "", "x.vol": "", "": "",
	} {
		k := ByName(name)
		if got := k; got == nil && want != "" || got != nil && got.Name != want {
			t.Errorf("%s: %v, want %q", name, got, want)
		}
	}
	seen := map[string]string{}
	for _, k := range kinds {
		for _, ext := range k.names {
			if seen[ext] != "" || ext != strings.ToLower(ext) || ext[0] != '.' {
				t.Errorf("%s of %s is odd, or that of %s", ext, k.Name, seen[ext])
			}
			seen[ext] = k.Name
		}
		if a := k.Advice(); !strings.Contains(a, " it first") || strings.Contains(a, "()") || !strings.HasPrefix(k.Name, "a ") && !strings.HasPrefix(k.Name, "an ") {
			t.Errorf("%s: %q", k.Name, a)
		}
	}
}

// Ends are the same read at once and bit by bit.
func TestEnds(t *testing.T) {
	for _, size := range []int{0, 1, 511, 512, 513, 8192, 20_000} {
		b := random(4, size)
		want, got := ends(b), &Ends{}
		for rest := b; len(rest) > 0; {
			n := min(len(rest), 700)
			got.Add(rest[:n])
			rest = rest[n:]
		}
		if !bytes.Equal(got.Head, want.Head) || !bytes.Equal(got.Tail, want.Tail) || got.Size != want.Size || len(got.Tail) != min(size, TailBytes) {
			t.Errorf("%d bytes: %d and %d", size, len(got.Head), len(got.Tail))
		}
	}
}

func FuzzByContent(f *testing.F) {
	for _, s := range []string{"", "\x8c\x0d\x04\x09\x03\x02saltsalt\xff\xd2\xed\x01", "\x85\x01\x0c\x03keyident\x01\x08\x00", "\xc1\xff\xff\xff\xff\xff\x03", "\x1f\x9d\x90\x44\xa8\x20", "0\x84\x00", "\x60\xea\x28\x0a", "\x78\x9c\x01", "\xa3\x01", "\xc3\x2e\x06\x1e\x09\x02\x0b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e := ends(b)
		for _, k := range kinds {
			for _, s := range k.signs {
				s.fits(e)
				if s.also != nil {
					s.also(e)
				}
			}
		}
	})
}
