package uki

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

func digest(t *testing.T, s string) (d Digest) {
	t.Helper()
	if n, err := hex.Decode(d[:], []byte(s)); err != nil || n != len(d) {
		t.Fatalf("%q: %v", s, err)
	}
	return d
}

// The values are those that a TPM (swtpm 0.7) had after two images were booted
// by OVMF 2022.11 from an emulated USB stick, one without and one, signed, with
// Secure Boot.
func TestPredictIsWhatWasMeasured(t *testing.T) {
	for _, c := range []struct {
		set             int
		name            string
		program, initrd string
		pcr4, pcr9      string
		pcr11           string
	}{
		{
			0, "secure-boot-off",
			"f6ba1ae309398f1ee9112d0f8a2ed0365ddc4823f215d15a6d86431db554d5d1",
			"75aca0bef95fdbe7115ee1d5bfb018352b147db00c225d7ced9cb6f7d3d48d2e",
			"66b558f7aa3c353e5d617cd71e1d881115f9204cbade7e41a71f622c26f41653",
			"1bd13aff12a6511f1f2ed6bc0be398fda3b687a772188ccfba242a067a840780",
			"f791006b503bbe358de7824758c6d45304db4490160bcb1afd88fc239a3f49b9",
		},
		{
			1, "secure-boot-on",
			"1f912bdcc0f0d89b7164d1372a6e267f131d5bbdbdc675336a06b199a2c7b124",
			"3d257a93936039d2c7d47638812c6a745da364df932262163e11bf55d8c468cd",
			"a073c22f282c6b7b491645c3f2c946b984d5f765f878b84f77d34468923372b6",
			"cb2960dece8ffe7086013a5dc3c35b583aeedd70cfc5195a23805ecf6355f07d",
			"2837207d92b59505eccaf273fe5d09482b4efce05ee089da049a8281c2c2a4ca",
		},
	} {
		const line = "console=ttyS0,115200 console=tty0 quiet panic=10"
		m := Measurements{
			Program: digest(t, c.program), CommandLine: line, Initrd: digest(t, c.initrd),
			Linux: digest(t, "6b1bf35c3bee9918250f593a6fff889c75c1e239cd2fe9e5bb0cd3de9dcb8e51"),
			Sections: []Section{
				{".linux", digest(t, "26f2e57c99338feaf71c46fa4babdc7e1a6c115943002d109fdb746667104f5f")},
				{".osrel", digest(t, "d4a5b113a3bf33f4b46c258122cf209a75bdce9c1a9407e84c2413ae5f86fc5e")},
				{".cmdline", sha256.Sum256([]byte(line))},
				{".initrd", digest(t, c.initrd)},
			},
		}
		set := Predict(m)[c.set]
		want := []PCR{{4, digest(t, c.pcr4)}, {9, digest(t, c.pcr9)}, {11, digest(t, c.pcr11)}, {12, Digest{}}}
		if set.Name != c.name || len(set.PCRs) != len(want) {
			t.Fatalf("%s: %v", c.name, set)
		}
		for i, p := range set.PCRs {
			if p != want[i] {
				t.Errorf("%s: PCR %d is %x, measured %x", c.name, p.Index, p.Value, want[i].Value)
			}
		}
	}
}

// Measure has the sections that the stub measures, in its order.
func TestMeasure(t *testing.T) {
	u := smallKernel(t)
	program, err := u.Build()
	if err != nil {
		t.Fatal(err)
	}
	m := measured(t, u, program)
	want := []Section{{".linux", sha256.Sum256(u.Linux)}, {".osrel", sha256.Sum256([]byte("ID=test\n"))}, {".cmdline", sha256.Sum256([]byte("quiet"))}, {".initrd", sha256.Sum256(u.Initrd)}}
	for i, s := range want {
		if m.Sections[i] != s {
			t.Errorf("section %d: %v, want %v", i, m.Sections[i], s)
		}
	}
	if m.Initrd != want[3].Data || m.CommandLine != "quiet" || m.Program == m.Linux {
		t.Errorf("%+v", m)
	}
	u.Linux = []byte("not a PE program")
	if _, err := u.Measure(program); err == nil {
		t.Error("a kernel without an EFI stub can be measured")
	}
}

func TestUTF16(t *testing.T) {
	if got := utf16z("aé\U0001f600"); hex.EncodeToString(got) != "6100e9003dd800de0000" {
		t.Errorf("%x", got)
	}
}
