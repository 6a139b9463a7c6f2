package demo

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/disktest/files"
	"shokyo.dev/shokyo/internal/disktest/filesystems"
	"shokyo.dev/shokyo/internal/disktest/judge"
	"shokyo.dev/shokyo/internal/tooltest"
)

// documents are made once for all tests.
var documents = sync.OnceValue(files.Documents)

func TestDemoDisksAreTheRealThing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	var said []string
	erased, control, err := WriteDisks(dir, 1, func(s string) { said = append(said, s) })
	if err != nil {
		t.Fatal(err)
	}
	if len(said) < 3 {
		t.Errorf("progress said only %q", said)
	}
	for _, path := range []string{erased, control} {
		if out := string(tooltest.Output(t, "sgdisk", "-v", path)); !strings.Contains(out, "No problems found") {
			t.Errorf("%s: %s", path, out)
		}
	}
	plain := tooltest.Save(t, partitionOf(t, control))
	tooltest.Output(t, "e2fsck", "-fn", plain)
	judge.SameFiles(t, judge.ReadBack(t, plain), documents())

	volume := tooltest.Save(t, partitionOf(t, erased))
	if text := judge.Dump(t, volume); !strings.Contains(text, "Keyslots:\nTokens:") {
		t.Errorf("luksDump shows key slots:\n%s", text)
	}
	if judge.Opens(t, volume, "open sesame") {
		t.Error("the erased volume opens")
	}
}

func partitionOf(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) != demoBytes {
		t.Fatalf("%s has %d bytes", path, len(b))
	}
	return b[demoStart : demoStart+demoLength]
}

// The content of the erased disk is the control's: with the key still there it
// must come back. What is erased is the key, nothing else.
func TestErasedDiskHoldsTheSameDocuments(t *testing.T) {
	disk, err := erasedDisk(documents(), 3)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := filesystems.Ext4(demoLength-filesystems.LUKS2Data, documents())
	if err != nil {
		t.Fatal(err)
	}
	live, err := filesystems.LUKS2Options{Argon2id: true}.Format(plain, "open sesame", disktest.Keystream(3).Reader())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(disk[demoStart+filesystems.LUKS2Data:demoStart+demoLength], live.Image[filesystems.LUKS2Data:]) {
		t.Error("the ciphertext is not that of the documents")
	}
	for _, f := range documents() {
		if len(f.Data) >= 64 && bytes.Contains(disk, f.Data[:64]) {
			t.Errorf("%s is on the erased disk in the clear", f.Name)
		}
	}
}

func TestSeedDecidesTheKeys(t *testing.T) {
	draw := func(seed uint64) string {
		b := make([]byte, 64)
		if _, err := io.ReadFull(randomness(seed), b); err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	four, again := draw(4), draw(4)
	if four != again {
		t.Error("seed 4 gives two keys")
	}
	fresh, fresher := draw(0), draw(0)
	if four == draw(5) || fresh == fresher {
		t.Error("two seeds, or two times 0, give one key")
	}
}

func TestWriteDisksSaysWhyItCannot(t *testing.T) {
	file := tooltest.Save(t, []byte("x"))
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		if _, _, err := WriteDisks(dir, 1, nil); err == nil || !strings.Contains(err.Error(), "make the demo's folder") {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

func BenchmarkWriteDisks(b *testing.B) {
	for b.Loop() {
		if _, _, err := WriteDisks(b.TempDir(), 0, nil); err != nil {
			b.Fatal(err)
		}
	}
}
