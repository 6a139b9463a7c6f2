// Package demo makes the two disks of `shokyo demo` out of the test media's parts: one that
// was erased, and its control, which was not.
package demo

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/disktest/files"
	"shokyo.dev/shokyo/internal/disktest/filesystems"
)

// The demo's disks: 96 MiB, one partition, the same documents on both.
const (
	demoBytes     = 96 << 20
	demoStart     = 1 << 20
	demoLength    = demoBytes - 2<<20
	demoPartition = "resident-records"
)

// controlDisk is the disk that was not erased: GPT, and in its partition a
// plain ext4 file system of documents.
func controlDisk(documents []files.File) ([]byte, error) {
	disk := demoDisk()
	return disk, filesystems.Ext4Into(disk[demoStart:demoStart+demoLength], documents)
}

// erasedDisk is the disk that was: the same documents in an ext4 file system in
// a LUKS2 volume, whose only key slot was destroyed as by cryptsetup luksErase.
//
// A seed other than 0 makes the same disk again, keys included, so what it
// "erases" can be recovered by whoever knows the seed. With seed 0 the keys
// come from the operating system and are gone when this returns.
func erasedDisk(documents []files.File, seed uint64) ([]byte, error) {
	plain, err := filesystems.Ext4(demoLength-filesystems.LUKS2Data, documents)
	if err != nil {
		return nil, err
	}
	disk := demoDisk()
	partition := disk[demoStart : demoStart+demoLength]
	volume, err := filesystems.LUKS2Options{Argon2id: true}.FormatInto(partition, plain, "open sesame", randomness(seed))
	if err != nil {
		return nil, err
	}
	return disk, volume.Erase()
}

// randomness is a stream under a fresh key, or under seed where there is one.
func randomness(seed uint64) io.Reader {
	if seed != 0 {
		return disktest.Keystream(seed).Reader()
	}
	secret := make([]byte, 32)
	rand.Read(secret) // never fails (crypto/rand)
	return disktest.KeystreamOf(secret).Reader()
}

func demoDisk() []byte {
	disk := make([]byte, demoBytes)
	head, tail := filesystems.GPT(demoBytes, []filesystems.Part{{Name: demoPartition, Start: demoStart, Length: demoLength}})
	copy(disk, head)
	copy(disk[demoBytes-len(tail):], tail)
	return disk
}

// WriteDisks writes the erased disk (of this seed) and the control as erased.img and
// control.img into the folder dir, which it makes. A file appears under its
// name when it is complete, and replaces an older one. progress, if not nil,
// is told in a few words what comes next.
func WriteDisks(dir string, seed uint64, progress func(string)) (erased, control string, err error) {
	if progress == nil {
		progress = func(string) {}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", "", fmt.Errorf("make the demo's folder: %w", err)
	}
	progress("writing documents")
	documents := files.Documents()
	progress("making the control: GPT, ext4, documents")
	control = filepath.Join(dir, "control.img")
	if err := writeDisk(control, func() ([]byte, error) { return controlDisk(documents) }); err != nil {
		return "", "", err
	}
	progress("encrypting the same with LUKS2, then destroying the key")
	erased = filepath.Join(dir, "erased.img")
	if err := writeDisk(erased, func() ([]byte, error) { return erasedDisk(documents, seed) }); err != nil {
		return "", "", err
	}
	return erased, control, nil
}

// WriteDocuments writes what both disks hold as files, into the folder dir, which it makes.
func WriteDocuments(dir string) error {
	for _, f := range files.Documents() {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("make the demo's documents: %w", err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			return fmt.Errorf("make the demo's documents: %w", err)
		}
	}
	return nil
}

func writeDisk(path string, build func() ([]byte, error)) error {
	disk, err := build()
	if err != nil {
		return fmt.Errorf("build %s: %w", path, err)
	}
	return disktest.WriteWhole(path, func(f *os.File) error {
		_, err := f.Write(disk)
		return err
	})
}
