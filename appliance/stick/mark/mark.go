// Package mark is what tells one stick from all others: the number in the GUIDs of its
// partition table, and the serial number of its system volume. Which of the sticks that
// are there is the one to be written to is decided by them in package stick.
package mark

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"shokyo.dev/shokyo/internal/gpt"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/words/stick"
)

// Every image is the same, bit by bit, and so are sticks that were never used. So
// that one can be told from another, and from a disk to which one was copied, a
// stick gets a number of its own when it is used for the first time: in its GUIDs,
//
//	5d0f6a2e-NNNN-4NNN-8NNN-NNNNNNNNNNRR
//
// of which 5d0f6a2e stands for shokyo and RR for what it names (01 the disk, 02
// its system partition, 03 EVIDENCE), and in the serial number of the FAT volume
// on the system partition. Boot loaders say by these what they came from.

// What the image builder writes (package bootimage has the same).
const (
	EvidenceName = "EVIDENCE"
	guidOfShokyo = "5d0f6a2e-"
	roleSystem   = "02"
	roleEvidence = "03"
	NoNumber     = "0000-4000-8000-0000000000" // the number of a stick that has none
)

// Mark is what tells a stick from others.
type Mark struct {
	Number string // NNNN-4NNN-8NNN-NNNNNNNNNN
	Volume string // the serial number of its system volume, as "5D0F-0002"; "" if it has none
}

// numberOf takes the number out of a GUID, or says that it is none of ours.
func numberOf(guid, role string) (string, bool) {
	number, ours := strings.CutPrefix(guid, guidOfShokyo)
	number, named := strings.CutSuffix(number, role)
	if !ours || !named || len(number) != len(NoNumber) {
		return "", false
	}
	return number, true
}

// Origin is the stick that the computer was started from, as the boot loader called
// it, or later the one that is used. The zero value: it did not say, as when the
// computer was started from a network.
type Origin struct {
	Number string // by UEFI
	Volume string // by BIOS
	Next   string // the number that it is about to get
}

// Known says whether the boot loader said it.
func (o Origin) Known() bool { return o.Number != "" || o.Volume != "" }

// Is says whether a stick is that one.
func (o Origin) Is(m Mark) bool {
	switch {
	case o.Next != "" && o.Next == m.Number:
		return true
	case o.Number != "":
		return o.Number == m.Number
	}
	return o.Volume != "" && o.Volume == m.Volume
}

// String is for the log.
func (o Origin) String() string {
	switch {
	case o.Number == NoNumber:
		return stick.NewStick.EN
	case o.Number != "":
		return stick.Numbered.Say(o.Number).EN
	case o.Volume != "":
		return stick.OfVolume.Say(o.Volume).EN
	}
	return stick.UnknownOrigin.EN
}

// loaderPartition is where systemd-stub leaves the GUID of the partition that the
// firmware took it from (systemd: the Boot Loader Interface).
const loaderPartition = "LoaderDevicePartUUID-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"

// Boot asks the firmware's variables and the kernel's command line.
func Boot(efivars, commandLine string) Origin {
	b, err := wholefile.Read(filepath.Join(efivars, loaderPartition), 256)
	if err == nil {
		number, _ := numberOf(strings.ToLower(efiString(b)), roleSystem)
		return Origin{Number: number}
	}
	b, _ = wholefile.Read(commandLine, 64<<10) // no kernel takes one so long: cut short, any stick would do
	for word := range strings.FieldsSeq(string(b)) {
		// SYSLINUX adds it, behind what could be mistaken for it (SYSAPPEND 0x40000).
		if volume, found := strings.CutPrefix(word, "FSUUID="); found {
			return Origin{Volume: volume}
		}
	}
	return Origin{}
}

// efiString is the text in a variable: behind four bytes of attributes, UTF-16,
// with a NUL at its end (kernel: Documentation/filesystems/efivarfs.rst).
func efiString(b []byte) string {
	var units []uint16
	for i := 4; i+1 < len(b); i += 2 {
		u := binary.LittleEndian.Uint16(b[i:])
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	return string(utf16.Decode(units))
}

// Read reads the mark of a stick whose evidence partition has that number in
// the partition table: Debian's kernel 6.1 does not show the GUID in sysfs. An error: it is no stick.
func Read(disk io.ReaderAt, block int64, evidence int) (m Mark, err error) {
	entry, err := gpt.ReadEntry(disk, block, evidence)
	if err != nil {
		return m, err
	}
	id, ours := gpt.GUID(entry.GUID()), false
	if m.Number, ours = numberOf(id, roleEvidence); !ours {
		return m, fmt.Errorf("partition %d is %s, and not a stick's", evidence, id)
	}
	if start, err := systemVolume(disk, block); err == nil {
		m.Volume = volumeSerial(start.boot)
	}
	return m, nil
}

// fatVolume is a FAT32 boot sector, and where it lies and its copy, in bytes.
type fatVolume struct {
	at, copyAt int64 // copyAt is 0 if there is none
	boot       []byte
}

// Fields of a FAT32 boot sector (Microsoft, "FAT32 File System Specification",
// 1.03, p. 9).
const (
	fatSector = 11 // BPB_BytsPerSec
	fatBackup = 50 // BPB_BkBootSec
	fatSerial = 67 // BS_VolID
	fatKind   = 82 // BS_FilSysType
)

// systemVolume is the file system on partition 1.
func systemVolume(disk io.ReaderAt, block int64) (v fatVolume, err error) {
	entry, err := gpt.ReadEntry(disk, block, 1)
	if err != nil {
		return v, err
	}
	le := binary.LittleEndian
	first := entry.First()
	if first > gpt.MostBlocks {
		return v, errors.New("partition 1 begins behind the end of any disk")
	}
	v = fatVolume{at: int64(first) * block, boot: make([]byte, 512)}
	if _, err := disk.ReadAt(v.boot, v.at); err != nil {
		return v, err
	}
	if string(v.boot[fatKind:fatKind+8]) != "FAT32   " {
		return v, errors.New("partition 1 has no FAT32")
	}
	same := make([]byte, len(v.boot))
	copyAt := v.at + int64(le.Uint16(v.boot[fatBackup:]))*int64(le.Uint16(v.boot[fatSector:]))
	if _, err := disk.ReadAt(same, copyAt); err == nil && copyAt != v.at && bytes.Equal(same, v.boot) {
		v.copyAt = copyAt
	}
	return v, nil
}

// volumeSerial writes it as SYSLINUX and DOS do.
func volumeSerial(boot []byte) string {
	n := binary.LittleEndian.Uint32(boot[fatSerial:])
	return fmt.Sprintf("%04X-%04X", n>>16, n&0xffff)
}

// NewNumber draws a number: what is free of a random UUID (RFC 9562, §5.4).
func NewNumber() string {
	b := make([]byte, 16)
	rand.Read(b)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x", b[4:6], b[6:8], b[8:10], b[10:15])
}

// parseNumber gives bytes 4 to 14 of a GUID, as it is stored (UEFI 2.10, appendix A).
func parseNumber(number string) ([]byte, error) {
	b, err := hex.DecodeString(strings.ReplaceAll(number, "-", ""))
	if err != nil || len(b) != 11 {
		return nil, fmt.Errorf("%q is no number of a stick", number)
	}
	b[0], b[1], b[2], b[3] = b[1], b[0], b[3], b[2]
	return b, nil
}

// Write gives the stick a number of its own. It looks at everything before it
// writes anything. The primary partition table comes last, in one piece: until
// then, should the power fail, the stick is one without a number.
func Write(disk gpt.Device, block int64, number string) error {
	n, err := parseNumber(number)
	if err != nil {
		return err
	}
	primary, err := gpt.Read(disk, block, 1)
	if err != nil {
		return err
	}
	backup, noBackup := gpt.Read(disk, block, primary.Header.Alternate())
	volume, noVolume := systemVolume(disk, block)
	if noBackup == nil {
		if err := writeNumbered(disk, &backup, n); err != nil {
			return err
		}
	}
	if noVolume == nil { // without one the stick is none to boot from by BIOS
		if err := volume.setSerial(disk, n[5:9]); err != nil {
			return err
		}
	}
	return writeNumbered(disk, &primary, n)
}

// writeNumbered puts the number into each GUID of a table that is shokyo's: it keeps
// its first four bytes and its last.
func writeNumbered(disk gpt.Device, t *gpt.Table, number []byte) error {
	for _, g := range t.GUIDs() {
		if strings.HasPrefix(gpt.GUID(g), guidOfShokyo) {
			copy(g[4:15], number)
		}
	}
	if err := t.Write(disk); err != nil {
		return fmt.Errorf("write the stick's partition table: %w", err)
	}
	return nil
}

// setSerial gives the volume another serial number.
func (v fatVolume) setSerial(disk gpt.Device, serial []byte) (err error) {
	if v.copyAt != 0 {
		_, err = disk.WriteAt(serial, v.copyAt+fatSerial)
	}
	if err == nil {
		_, err = disk.WriteAt(serial, v.at+fatSerial)
	}
	return errors.Join(err, disk.Sync())
}
