package disk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// writeExFAT formats part of an image. mkfs.exfat takes whole files only, so it
// gets one, which is copied.
func writeExFAT(image *os.File, start, size int64) (err error) {
	dir, err := os.MkdirTemp("", "exfat-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	f, err := os.Create(filepath.Join(dir, "evidence"))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Truncate(size); err != nil {
		return err
	}
	if err := formatExFAT(f.Name()); err != nil {
		return err
	}
	if err := settleExFAT(f, evidenceSerial); err != nil {
		return err
	}
	return copySparse(io.NewOffsetWriter(image, start), f)
}

// MakeExFAT is from Debian's package exfatprogs, and started by its path, like
// Syslinux.
const MakeExFAT = "/usr/sbin/mkfs.exfat"

func formatExFAT(name string) error {
	out, err := exec.Command(MakeExFAT, "-L", EvidenceLabel, name).CombinedOutput()
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%w: install the package exfatprogs", err)
	}
	if err != nil {
		return fmt.Errorf("mkfs.exfat: %w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}

// The boot region of exFAT: twelve sectors, and the same again as a backup. The
// last has the checksum of the others, over and over (Microsoft, "exFAT file
// system specification", §3.1 and §3.4).
const (
	bootRegion   = 12
	serialOffset = 100 // VolumeSerialNumber, §3.1.11
)

// settleExFAT sets the serial number, the only thing for which mkfs.exfat asks
// the clock, in both boot regions.
func settleExFAT(v volume, serial uint32) error {
	region := make([]byte, bootRegion*sectorSize)
	for _, at := range []int64{0, int64(len(region))} {
		if _, err := v.ReadAt(region, at); err != nil {
			return fmt.Errorf("settle exFAT: %w", err)
		}
		if string(region[3:11]) != "EXFAT   " || region[108] != 9 { // BytesPerSectorShift
			return errors.New("settle exFAT: no boot sector of 512 bytes")
		}
		binary.LittleEndian.PutUint32(region[serialOffset:], serial)
		last := (bootRegion - 1) * sectorSize
		sum := bootChecksum(region[:last])
		for i := last; i < len(region); i += 4 {
			binary.LittleEndian.PutUint32(region[i:], sum)
		}
		if _, err := v.WriteAt(region, at); err != nil {
			return fmt.Errorf("settle exFAT: %w", err)
		}
	}
	return nil
}

// bootChecksum is that of §3.4, figure 1: VolumeFlags (2 bytes) and PercentInUse
// are left out, because they change in use.
func bootChecksum(sectors []byte) (sum uint32) {
	for i, b := range sectors {
		if i == 106 || i == 107 || i == 112 {
			continue
		}
		sum = sum<<31 | sum>>1
		sum += uint32(b)
	}
	return sum
}

// copySparse copies what is not zero, to where there are zeros.
func copySparse(to io.WriterAt, from io.Reader) error {
	b, zeros := make([]byte, 64<<10), make([]byte, 64<<10)
	for at := int64(0); ; {
		n, err := io.ReadFull(from, b)
		if n > 0 && !bytes.Equal(b[:n], zeros[:n]) {
			if _, err := to.WriteAt(b[:n], at); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
		at += int64(n)
	}
}
