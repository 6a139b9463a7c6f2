package filesystems

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/disktest/judge"
	"shokyo.dev/shokyo/internal/tooltest"
)

var luksVariants = []LUKS2Options{
	{},
	{SectorBytes: 512, Argon2id: true, Label: "住民記録"},
}

func testVolume(t *testing.T, o LUKS2Options) (*LUKS2, []byte) {
	t.Helper()
	payload := make([]byte, 3<<20)
	disktest.Keystream(77).ReadAt(payload, 0)
	v, err := o.Format(payload, "first", disktest.Keystream(5).Reader())
	if err != nil {
		t.Fatal(err)
	}
	return v, payload
}

func TestCryptsetupOpensAndDecryptsLUKS2(t *testing.T) {
	for _, o := range luksVariants {
		t.Run(fmt.Sprintf("%+v", o), func(t *testing.T) {
			v, payload := testVolume(t, o)
			if err := v.AddSlot("二番目"); err != nil {
				t.Fatal(err)
			}
			image := tooltest.Save(t, v.Image)
			text := judge.Dump(t, image)
			for _, want := range []string{"0: luks2", "1: luks2", "aes-xts-plain64", "512 bits", o.Label} {
				if !strings.Contains(text, want) {
					t.Errorf("luksDump does not show %q:\n%s", want, text)
				}
			}
			if !judge.Opens(t, image, "first") || !judge.Opens(t, image, "二番目") || judge.Opens(t, image, "wrong") {
				t.Error("not exactly the two passphrases open it")
			}
			if !bytes.Equal(decrypt(t, image, "first")[:len(payload)], payload) {
				t.Error("cryptsetup decrypts it to something else")
			}
		})
	}
}

// decrypt lets cryptsetup turn the volume into plain data, in place.
func decrypt(t *testing.T, image, passphrase string) []byte {
	t.Helper()
	key, header := filepath.Join(t.TempDir(), "key"), filepath.Join(t.TempDir(), "header")
	if err := os.WriteFile(key, []byte(passphrase), 0o600); err != nil {
		t.Fatal(err)
	}
	tooltest.Output(t, "cryptsetup", "reencrypt", "--decrypt", "--disable-locks", "--force-offline-reencrypt", "-q",
		"--header", header, "--key-file", key, image)
	plain, err := os.ReadFile(image)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestKilledSlotIsGoneAndTheOtherStays(t *testing.T) {
	v, payload := testVolume(t, LUKS2Options{})
	if err := v.AddSlot("second"); err != nil {
		t.Fatal(err)
	}
	before := bytes.Clone(v.Image)
	if err := v.KillSlot(0); err != nil {
		t.Fatal(err)
	}
	sameSectors(t, before[luksSlots:luksSlots+luksArea], v.Image[luksSlots:luksSlots+luksArea], false)
	sameSectors(t, before[luksSlots+luksArea:], v.Image[luksSlots+luksArea:], true)
	image := tooltest.Save(t, v.Image)
	if text := judge.Dump(t, image); strings.Contains(text, "0: luks2") || !strings.Contains(text, "1: luks2") {
		t.Errorf("luksDump:\n%s", text)
	}
	if judge.Opens(t, image, "first") || !judge.Opens(t, image, "second") {
		t.Error("the wrong slot was killed")
	}
	if !bytes.Equal(decrypt(t, image, "second")[:len(payload)], payload) {
		t.Error("the data did not survive")
	}
	if v.KillSlot(0) == nil {
		t.Error("a slot was killed twice")
	}
}

// sameSectors checks that all sectors are equal, or that none is.
func sameSectors(t *testing.T, a, b []byte, same bool) {
	t.Helper()
	for at := 0; at < len(a); at += 512 {
		if bytes.Equal(a[at:at+512], b[at:at+512]) != same {
			t.Fatalf("sector at %d: equal is %v, want %v", at, !same, same)
		}
	}
}

// Erase must leave what the real luksErase leaves: the same JSON, both header
// copies readable, ciphertext untouched, nothing that opens it.
func TestEraseLeavesWhatLuksEraseLeaves(t *testing.T) {
	for _, o := range luksVariants {
		t.Run(fmt.Sprintf("%+v", o), func(t *testing.T) {
			v, _ := testVolume(t, o)
			if err := v.AddSlot("second"); err != nil {
				t.Fatal(err)
			}
			theirs, before := tooltest.Save(t, v.Image), bytes.Clone(v.Image)
			tooltest.Output(t, "cryptsetup", "luksErase", "--disable-locks", "-q", theirs)
			if err := v.Erase(); err != nil {
				t.Fatal(err)
			}
			ours := tooltest.Save(t, v.Image)
			if judge.Opens(t, ours, "first") || judge.Opens(t, ours, "second") {
				t.Error("it still opens")
			}
			if a, b := judge.Dump(t, ours), judge.Dump(t, theirs); a != b || strings.Contains(a, "0: luks2") {
				t.Errorf("luksDump of ours:\n%s\nof theirs:\n%s", a, b)
			}
			want, err := os.ReadFile(theirs)
			if err != nil {
				t.Fatal(err)
			}
			for _, json := range []int{luksBinBytes, luksHeader + luksBinBytes} {
				if !bytes.Equal(v.Image[json:json+luksHeader-luksBinBytes], want[json:json+luksHeader-luksBinBytes]) {
					t.Errorf("the JSON at %d differs from what luksErase leaves", json)
				}
			}
			sameSectors(t, before[luksSlots:luksSlots+2*luksArea], v.Image[luksSlots:luksSlots+2*luksArea], false)
			sameSectors(t, before[LUKS2Data:], v.Image[LUKS2Data:], true)
			if v.AddSlot("again") == nil {
				t.Error("an erased volume took a new passphrase")
			}
		})
	}
}

// Each header copy must do alone: cryptsetup falls back on the other.
func TestEitherHeaderIsEnough(t *testing.T) {
	v, _ := testVolume(t, LUKS2Options{})
	for _, at := range []int{0, luksHeader} {
		damaged := bytes.Clone(v.Image)
		damaged[at+luksBinBytes+20] ^= 1 // one bit of the JSON: the checksum fails
		if !judge.Opens(t, tooltest.Save(t, damaged), "first") {
			t.Errorf("with the header at %d damaged it does not open", at)
		}
	}
}

func TestLUKS2RefusesWhatItCannotMake(t *testing.T) {
	if _, err := FormatLUKS2(make([]byte, 100), "x", 1); err == nil {
		t.Error("a payload of 100 bytes was accepted")
	}
	if _, err := (LUKS2Options{SectorBytes: 1024}).Format(make([]byte, 4096), "x", disktest.Keystream(1).Reader()); err == nil {
		t.Error("sectors of 1024 bytes were accepted")
	}
	v, err := FormatLUKS2(make([]byte, 4096), "x", 1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range luksMaxSlots {
		if err := v.AddSlot("x"); (err == nil) != (i < luksMaxSlots-1) {
			t.Fatalf("slot %d: %v", i+1, err)
		}
	}
	if !strings.Contains(judge.Dump(t, tooltest.Save(t, v.Image)), "31: luks2") {
		t.Error("cryptsetup does not see 32 slots")
	}
}

func BenchmarkEncryptXTS(b *testing.B) {
	p := make([]byte, 32<<20)
	b.SetBytes(int64(len(p)))
	for b.Loop() {
		if err := encryptXTS(p, p, make([]byte, luksKeyBytes), 4096); err != nil {
			b.Fatal(err)
		}
	}
}
