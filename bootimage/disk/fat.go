package disk

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// volume is what a file system is written on.
type volume interface {
	io.ReaderAt
	io.WriterAt
}

// settleFAT makes a FAT32 file system the same whoever wrote it and when. The
// programs that fill it leave the time of day in every entry, so all times are
// set. The boot sector gets the volume's serial number and, because BIOS boot
// code may go by it, the number of sectors before the volume; its backup becomes
// a copy of it. (Microsoft, "FAT32 File System Specification", 1.03: boot
// sector p. 9, directory entries p. 22.)
func settleFAT(v volume, start int64, serial uint32, at time.Time) error {
	boot := make([]byte, 512)
	_, err := v.ReadAt(boot, start)
	if err != nil {
		return fmt.Errorf("settle FAT32: %w", err)
	}
	f, err := parseFAT(boot)
	if err != nil {
		return fmt.Errorf("settle FAT32: %w", err)
	}
	f.volume, f.start = v, start
	f.date, f.clock = dosTime(at)
	le := binary.LittleEndian
	le.PutUint32(boot[28:], uint32(start/f.sector)) // BPB_HiddSec
	le.PutUint32(boot[67:], serial)                 // BS_VolID
	backup := int64(le.Uint16(boot[50:]))           // BPB_BkBootSec
	for _, sector := range []int64{0, backup} {
		if _, err := v.WriteAt(boot, start+sector*f.sector); err != nil {
			return fmt.Errorf("settle FAT32: %w", err)
		}
	}
	if err := f.settle(f.root, directoryLimit); err != nil {
		return fmt.Errorf("settle FAT32: %w", err)
	}
	return nil
}

// fat32 is where things are in a FAT32 file system.
type fat32 struct {
	volume          volume
	start           int64 // of the file system on the volume
	sector, cluster int64 // bytes
	table, data     int64 // from start: the first table, and cluster 2
	clusters, root  uint32
	date, clock     uint16 // to be set everywhere
}

func parseFAT(boot []byte) (f fat32, err error) {
	le := binary.LittleEndian
	f.sector = int64(le.Uint16(boot[11:]))                                  // BPB_BytsPerSec
	f.cluster = int64(boot[13]) * f.sector                                  // BPB_SecPerClus
	f.table = int64(le.Uint16(boot[14:])) * f.sector                        // BPB_RsvdSecCnt
	f.data = f.table + int64(boot[16])*int64(le.Uint32(boot[36:]))*f.sector // BPB_NumFATs, BPB_FATSz32
	f.root = le.Uint32(boot[44:])                                           // BPB_RootClus
	size := int64(le.Uint32(boot[32:])) * f.sector                          // BPB_TotSec32
	if f.cluster < 512 || f.cluster > 64<<10 || f.data == f.table || f.data > size {
		return f, errors.New("no FAT32 boot sector")
	}
	f.clusters = uint32((size - f.data) / f.cluster)
	return f, nil
}

// directoryLimit bounds how many clusters all directories may have together. An
// image of ours has a dozen.
const directoryLimit = 256

// settle works through the directories, from the one at cluster first on.
func (f fat32) settle(first uint32, limit int) error {
	b := make([]byte, f.cluster)
	for queue := []uint32{first}; len(queue) > 0; limit-- {
		c := queue[0]
		if limit == 0 || c < 2 || c-2 >= f.clusters {
			return fmt.Errorf("directories are damaged at cluster %d", c)
		}
		at := f.start + f.data + int64(c-2)*f.cluster
		if _, err := f.volume.ReadAt(b, at); err != nil {
			return err
		}
		queue = append(queue[1:], f.entries(b)...)
		if _, err := f.volume.WriteAt(b, at); err != nil {
			return err
		}
		next, err := f.next(c)
		if err != nil {
			return err
		}
		if next < 0x0ffffff8 { // not the end of the chain
			queue = append(queue, next)
		}
	}
	return nil
}

// next is what the table has for a cluster: the one that follows. The upper
// four bits are reserved.
func (f fat32) next(cluster uint32) (uint32, error) {
	var e [4]byte
	_, err := f.volume.ReadAt(e[:], f.start+f.table+int64(cluster)*4)
	return binary.LittleEndian.Uint32(e[:]) & 0x0fffffff, err
}

// Attributes of a directory entry.
const (
	attributeDirectory = 0x10
	attributeMask      = 0x3f
	attributeLongName  = 0x0f // a part of a long name: no times in it
)

// entries settles the entries of a directory in one cluster, deleted ones as
// well, and returns where the directories in it begin.
func (f fat32) entries(b []byte) (directories []uint32) {
	for ; len(b) >= 32; b = b[32:] {
		if b[0] == 0 || b[11]&attributeMask == attributeLongName {
			continue
		}
		f.setTimes(b)
		first := uint32(binary.LittleEndian.Uint16(b[20:]))<<16 | uint32(binary.LittleEndian.Uint16(b[26:]))
		switch {
		case string(b[:3]) == ".. " && first == f.root:
			binary.LittleEndian.PutUint16(b[26:], 0) // the root goes by 0 there
		case b[0] != '.' && b[0] != deleted && b[11]&attributeDirectory != 0:
			directories = append(directories, first)
		}
	}
	return directories
}

const deleted = 0xe5

func (f fat32) setTimes(entry []byte) {
	le := binary.LittleEndian
	entry[13] = 0 // DIR_CrtTimeTenth
	le.PutUint16(entry[14:], f.clock)
	le.PutUint16(entry[16:], f.date)
	le.PutUint16(entry[18:], f.date) // last access: no time of day
	le.PutUint16(entry[22:], f.clock)
	le.PutUint16(entry[24:], f.date)
}

// dosTime is how FAT has a time: years since 1980, and pairs of seconds.
func dosTime(t time.Time) (date, clock uint16) {
	t = t.UTC()
	date = uint16((t.Year()-1980)<<9 | int(t.Month())<<5 | t.Day())
	return date, uint16(t.Hour()<<11 | t.Minute()<<5 | t.Second()/2)
}
