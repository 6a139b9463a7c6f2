// Package disk writes the image of the stick: the partition table, FAT32 and exFAT on the
// partitions, and what makes a BIOS start it. What is written is the same bytes each time.
package disk

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"time"

	"github.com/diskfs/go-diskfs"
	"github.com/diskfs/go-diskfs/backend/file"
	"github.com/diskfs/go-diskfs/disk"
	"github.com/diskfs/go-diskfs/filesystem"
	"github.com/diskfs/go-diskfs/partition/gpt"

	"shokyo.dev/shokyo/bootimage"
)

// The GUIDs are the same in every image, for the image to be the same when it is
// made again. A stick gets a number of its own in place of the part that is zero
// when it is used for the first time (appliance/stick/mark). The programs know
// these GUIDs by their first part and their last byte.
const (
	DiskGUID     = "5d0f6a2e-0000-4000-8000-000000000001"
	SystemGUID   = "5d0f6a2e-0000-4000-8000-000000000002"
	EvidenceGUID = "5d0f6a2e-0000-4000-8000-000000000003"
)

// Labels of the file systems. The partition of the second has its name as well.
const (
	SystemLabel   = "SHOKYOBOOT"
	EvidenceLabel = "EVIDENCE"
)

// Serial numbers of the FAT volumes, and of the exFAT volume.
const (
	systemSerial   = 0x5d0f0002
	evidenceSerial = 0x5d0f0003
)

// EvidenceFormat is the file system of the evidence partition.
type EvidenceFormat int

// FAT32 is read everywhere, but no file can have 4 GiB; exFAT knows no such limit.
const (
	FAT32 EvidenceFormat = iota
	ExFAT
)

// Image is the image of the stick.
type Image struct {
	System       []bootimage.File // of the system partition
	BIOS         bool             // make it boot without UEFI as well: SYSLINUX, which reads /syslinux/syslinux.cfg
	Evidence     EvidenceFormat
	EvidenceSize int64            // bytes: SmallestEvidence to LargestEvidence
	EvidenceFile []bootimage.File // to begin with; FAT32 only
	Time         time.Time
}

const (
	sectorSize = 512
	mebibyte   = 1 << 20
	// firstByte is where the first partition begins: partitions begin at whole
	// mebibytes, and the partition table is before them and, its copy, behind.
	firstByte = mebibyte
	// A file system of fewer clusters than 65,525 is not FAT32, whatever else it
	// says (Microsoft, p. 14); with clusters of one sector that is 33 MiB.
	smallestFAT32 = 34 * mebibyte
)

// Limits of Image.EvidenceSize. A FAT32 partition counts its sectors of 512 bytes
// in 32 bits (Microsoft, p. 9).
const (
	SmallestEvidence = smallestFAT32
	LargestEvidence  = 2<<40 - mebibyte
)

// SystemSize is the size of the system partition: the smallest that holds its
// files, with a mebibyte for directories and what SYSLINUX puts there.
func (d Image) SystemSize() (int64, error) {
	var clusters int64
	for _, f := range d.System {
		b, err := f.Contents()
		if err != nil {
			return 0, err
		}
		clusters += int64(len(b)+sectorSize-1) / sectorSize
	}
	// Each cluster of one sector has four bytes in each of two tables.
	size := clusters*(sectorSize+8) + mebibyte
	return max((size+mebibyte-1)/mebibyte*mebibyte, smallestFAT32), nil
}

// Write makes the image as the new file name.
func (d Image) Write(name string) (err error) {
	system, err := d.SystemSize()
	if err != nil {
		return fmt.Errorf("disk image: %w", err)
	}
	if d.EvidenceSize < SmallestEvidence || d.EvidenceSize > LargestEvidence || d.EvidenceSize%mebibyte != 0 {
		return fmt.Errorf("disk image: an evidence partition of %d bytes: want whole mebibytes, from %d to %d", d.EvidenceSize, SmallestEvidence/mebibyte, int64(LargestEvidence/mebibyte))
	}
	evidence := firstByte + system
	if d.Evidence != FAT32 && len(d.EvidenceFile) > 0 {
		return errors.New("disk image: files can be put on an evidence partition with FAT32 only")
	}
	if err := d.format(name, system); err != nil {
		return fmt.Errorf("disk image: %w", err)
	}
	if d.BIOS {
		if err := installSyslinux(name, firstByte); err != nil {
			return fmt.Errorf("disk image: %w", err)
		}
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if d.BIOS {
		if err := writeBootCode(f); err != nil {
			return fmt.Errorf("disk image: %w", err)
		}
	}
	if err := settleFAT(f, firstByte, systemSerial, d.Time); err != nil {
		return err
	}
	if d.Evidence == ExFAT {
		return writeExFAT(f, evidence, d.EvidenceSize)
	}
	return settleFAT(f, evidence, evidenceSerial, d.Time)
}

// format makes the partitions and the FAT file systems with their files.
func (d Image) format(name string, system int64) (err error) {
	backend, err := file.CreateFromPath(name, firstByte+system+d.EvidenceSize+mebibyte)
	if err != nil {
		return err
	}
	image, err := diskfs.OpenBackend(backend)
	if err != nil {
		return errors.Join(err, backend.Close())
	}
	defer func() { err = errors.Join(err, image.Close()) }()
	if err := image.Partition(d.table(system)); err != nil {
		return err
	}
	if err := fillFAT(image, 1, SystemLabel, d.System); err != nil || d.Evidence != FAT32 {
		return err
	}
	return fillFAT(image, 2, EvidenceLabel, d.EvidenceFile)
}

// legacyBoot is the attribute by which SYSLINUX's boot code finds its partition
// (UEFI §5.3.3, table 5.8: bit 2, Legacy BIOS Bootable).
const legacyBoot = 1 << 2

func (d Image) table(system int64) *gpt.Table {
	first := uint64(firstByte / sectorSize)
	second := first + uint64(system/sectorSize)
	boot := &gpt.Partition{Index: 1, Start: first, End: second - 1, Type: gpt.EFISystemPartition, Name: SystemLabel, GUID: SystemGUID}
	if d.BIOS {
		boot.Attributes = legacyBoot
	}
	evidence := &gpt.Partition{Index: 2, Start: second, End: second + uint64(d.EvidenceSize/sectorSize) - 1, Type: gpt.MicrosoftBasicData, Name: EvidenceLabel, GUID: EvidenceGUID}
	return &gpt.Table{ProtectiveMBR: true, GUID: DiskGUID, LogicalSectorSize: sectorSize, Partitions: []*gpt.Partition{boot, evidence}}
}

func fillFAT(image *disk.Disk, partition int, label string, files []bootimage.File) error {
	fs, err := image.CreateFilesystem(disk.FilesystemSpec{Partition: partition, FSType: filesystem.TypeFat32, VolumeLabel: label, Reproducible: true})
	if err != nil {
		return fmt.Errorf("%s: %w", label, err)
	}
	for _, f := range files {
		if err := addFile(fs, f); err != nil {
			return fmt.Errorf("%s: %s: %w", label, f.Path, err)
		}
	}
	return fs.Close()
}

// addFile writes a file at once: in small pieces the table would be written
// again with each.
func addFile(fs filesystem.FileSystem, f bootimage.File) (err error) {
	b, err := f.Contents()
	if err != nil {
		return err
	}
	if dir := path.Dir(f.Path); dir != "/" {
		if err := fs.Mkdir(dir); err != nil {
			return err
		}
	}
	to, err := fs.OpenFile(f.Path, os.O_CREATE|os.O_RDWR)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	n, err := to.Write(b)
	if err == nil && n != len(b) {
		err = io.ErrShortWrite
	}
	return err
}
