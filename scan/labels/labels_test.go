package labels

import (
	"strings"
	"testing"
)

func TestKnown(t *testing.T) {
	for _, text := range []string{
		"", "   ", "EFI System Partition", "EFI SYSTEM PARTITION", "ＥＦＩ　System partition", "Linux  filesystem", "primary",
		"Basic data partition", "Microsoft reserved partition", "Linux swap", "Linux LVM", "Linux RAID", "BIOS boot partition", "ext4", "root", "boot", "home",
		"vg0", "VG00", "ubuntu-vg", "ubuntu-vg-1", "ubuntu-lv", "cl", "rhel", "centos", "pve", "VolGroup00", "swap_1", "lvol0", "LogVol01", "Partition 2", "data-1",
		"KERN-A", "userdata", "freebsd-zfs", "cloudimg-rootfs", "Macintosh HD", "localhost:0", "any:127", "0", "127", "md127", "Dell",
		"0B4A25DC-AC71-4FCD-B5CA-A7A3F7FD0F0A", "{0b4a25dc-ac71-4fcd-b5ca-a7a3f7fd0f0a}", "xWkJ3v-Uk2p-Qm1z-8sVd-0aLq-PrT5-hNf0Yb",
	} {
		if !Known(text) {
			t.Errorf("%q is not known", text)
		}
	}
	for _, text := range []string{
		"resident-records", "Hanako Yamada 1985-03-12", "山田花子", "vg_yamada", "web01", "web01-vg", "root1985", "data 20240131", "1985", "rootkit evidence",
		"linux filesystem of Mr Smith", "EFI system partition Yamada", "db.example.com:0", "0b4a25dc-yama-4fcd-b5ca-a7a3f7fd0f0a", "customer", "r\u0000oot", "ro\u200bot",
	} {
		if Known(text) {
			t.Errorf("%q is known", text)
		}
	}
}

// A table that grows by hand must not let a line slip in that no text can match.
func TestNamesAreMatched(t *testing.T) {
	for _, list := range names {
		for _, line := range strings.Split(list, "\n") {
			if line != "" && (!Known(line) || line != strings.TrimSpace(line)) {
				t.Errorf("%q stands in the table and is not known as it is written", line)
			}
		}
	}
}

func TestMask(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"Hanako Yamada 1985-03-12": "Xxxxxx Xxxxxx 9999-99-99",
		"山田花子 ハナコ １９８５":            "漢漢漢漢 あああ 9999",
		"データー":                     "ああああ",
		"Müller\u202egpj\x00":      "Xxxxxx·xxx·",
		"a\tb":                     "x x",
		"иван":                     "xxxx",
		"\xff<b>":                  "·<x>",
	} {
		if got := Mask(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	if got := Mask(strings.Repeat("é", 1000)); got != strings.Repeat("x", maxMask)+"…" {
		t.Errorf("a long text became %d bytes", len(got))
	}
}

func TestShown(t *testing.T) {
	if s, masked := Shown("Linux LVM"); s != "Linux LVM" || masked {
		t.Error(s, masked)
	}
	if s, masked := Shown("Records 1"); s != "Xxxxxxx 9" || !masked {
		t.Error(s, masked)
	}
}

// Whatever a text is, its mask has none of its letters and digits, and is known to
// hold nothing: masking it again changes nothing that was a sign.
func FuzzMask(f *testing.F) {
	f.Add("Hanako Yamada 1985-03-12")
	f.Add("山田花子\u202e")
	f.Fuzz(func(t *testing.T, text string) {
		m := Mask(text)
		for _, r := range m {
			if !strings.ContainsRune("xX9あ漢·… ", r) && !strings.ContainsRune("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", r) {
				t.Fatalf("%q became %q", text, m)
			}
		}
		Known(text)
	})
}
