package container

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"shokyo.dev/shokyo/image/container/disk"
	"shokyo.dev/shokyo/image/foreign"
	"shokyo.dev/shokyo/image/source"
)

// VHDX ([MS-VHDX]): two headers, of which the newer one holds, a table of regions, in them the block allocation table and what is
// known of the disk. Little-endian. A log that was not written back would have to be replayed: it is a defect.

const (
	vhdxMagic     = "vhdxfile"
	vhdxHeaders   = 64 << 10 // two, behind one another
	vhdxHeader    = 4 << 10
	vhdxRegions   = 192 << 10 // two
	vhdxRegion    = 64 << 10
	vhdxMaxItems  = 2047
	vhdxParent    = 2
	vhdxMB        = 1 << 20
	vhdxChunkBits = 1 << 23 // sectors that a block of bitmaps covers
)

// States of a block ([MS-VHDX] 2.5.1.1).
const (
	vhdxNotPresent = iota
	vhdxUndefined
	vhdxZero
	vhdxUnmapped
	vhdxWhole  = 6
	vhdxPartly = 7
)

// Names of regions and of what is known, as they lie in the file.
var (
	vhdxTable    = guid(0x2DC27766, 0xF623, 0x4200, "\x9D\x64\x11\x5E\x9B\xFD\x4A\x08")
	vhdxMetadata = guid(0x8B7CA206, 0x4790, 0x4B9A, "\xB8\xFE\x57\x5F\x05\x0F\x88\x6E")
	vhdxFile     = guid(0xCAA16737, 0xFA36, 0x4D43, "\xB3\xB6\x33\xF0\xAA\x44\xE7\x6B")
	vhdxSize     = guid(0x2FA54224, 0xCD1B, 0x4876, "\xB2\x11\x5D\xBE\xD8\x3B\xF4\xB8")
	vhdxSector   = guid(0x8141BF1D, 0xA96F, 0x4709, "\xBA\x47\xF2\x33\xA8\xFA\xAB\x5F")
)

func guid(a uint32, b, c uint16, d string) string {
	le := binary.LittleEndian
	return string(le.AppendUint16(le.AppendUint16(le.AppendUint32(nil, a), b), c)) + d
}

func isVHDX(e *foreign.Ends) bool { return bytes.HasPrefix(e.Head, []byte(vhdxMagic)) }

type vhdx struct {
	file    source.Source
	entries []byte
	ratio   int64 // blocks of data to one of bitmaps
	sectors int64 // of a block; 0: no part of a block is asked for
	sector  int64
}

func openVHDX(o *disk.Opening) (*disk.Opened, error) {
	opened := new(disk.Opened)
	header := newest(o.File)
	if header == nil {
		return nil, errors.New("neither of its headers is whole")
	}
	if !bytes.Equal(header[48:64], make([]byte, 16)) {
		opened.Defect = errors.New("it was not closed: its log has changes that were not written back, and they were not replayed")
	}
	table, metadata, err := regions(o.File)
	if err != nil {
		return nil, err
	}
	items, err := vhdxItems(o.File, metadata)
	if err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	block, flags := int64(le.Uint32(items[vhdxFile])), le.Uint32(items[vhdxFile][4:])
	size, sector := int64(le.Uint64(items[vhdxSize])), int64(le.Uint32(items[vhdxSector]))
	if sector != 512 && sector != 4096 || block < vhdxMB || block > 256*vhdxMB || size > 64<<40 || size%sector != 0 {
		return nil, fmt.Errorf("%d bytes in blocks of %d and sectors of %d are no disk", size, block, sector)
	}
	v := &vhdx{file: o.File, ratio: vhdxChunkBits * sector / block, sector: sector}
	if err := disk.CheckSize(size, block); err != nil || v.ratio < 1 {
		return nil, errors.Join(err, errors.New("its blocks are too large"))
	}
	blocks := ceil(size, block)
	if n := blocks + (blocks-1)/v.ratio; n*8 > table.to-table.from {
		return nil, fmt.Errorf("its table is too short for %d blocks", blocks)
	} else if v.entries, err = disk.TableOf(o.File, table.from, n, 8); err != nil {
		return nil, err
	}
	d := &disk.Clustered{Table: v, Files: []source.Source{o.File}, Bytes: size, Cluster: block}
	if flags&vhdxParent != 0 {
		v.sectors, d.Cluster = block/sector, sector
		if v.entries, err = disk.TableOf(o.File, table.from, ceil(blocks, v.ratio)*(v.ratio+1), 8); err != nil {
			return nil, err
		}
		if d.Under, err = underneath(o, opened, "its parent"); err != nil {
			return nil, err
		}
	}
	opened.Disk = d
	return opened, nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// summed says whether a structure with this signature is as it was written: its CRC-32C stands in bytes 4 to 7.
func summed(b []byte, signature string) bool {
	if string(b[:4]) != signature {
		return false
	}
	sum := binary.LittleEndian.Uint32(b[4:])
	c := bytes.Clone(b)
	clear(c[4:8])
	return crc32.Checksum(c, castagnoli) == sum
}

// newest is the header that holds; nil: none does.
func newest(file source.Source) (best []byte) {
	for i := range int64(2) {
		b, err := disk.TableOf(file, vhdxHeaders*(1+i), vhdxHeader, 1)
		if err == nil && summed(b, "head") && (best == nil || binary.LittleEndian.Uint64(b[8:]) > binary.LittleEndian.Uint64(best[8:])) {
			best = b
		}
	}
	return best
}

// span is a stretch of a file.
type span struct{ from, to int64 }

// regions are where the table of blocks and what is known of the disk lie.
func regions(file source.Source) (table, metadata span, err error) {
	le := binary.LittleEndian
	for i := range int64(2) {
		b, err := disk.TableOf(file, vhdxRegions+vhdxRegion*i, vhdxRegion, 1)
		if err != nil || !summed(b, "regi") {
			continue
		}
		for e := b[16:]; len(e) >= 32 && len(b)-len(e) < 16+32*int(min(le.Uint32(b[8:]), vhdxMaxItems)); e = e[32:] {
			at := span{int64(le.Uint64(e[16:])), int64(le.Uint64(e[16:])) + int64(le.Uint32(e[24:]))}
			switch string(e[:16]) {
			case vhdxTable:
				table = at
			case vhdxMetadata:
				metadata = at
			default:
				if le.Uint32(e[28:])&1 != 0 {
					return table, metadata, errors.New("it has a region that is not known and is needed")
				}
			}
		}
		if table.to > 0 && metadata.to > 0 {
			return table, metadata, nil
		}
	}
	return table, metadata, errors.New("neither of its tables of regions is whole")
}

// vhdxItems are what is known of the disk, by name.
func vhdxItems(file source.Source, at span) (map[string][]byte, error) {
	b, err := disk.TableOf(file, at.from, vhdxRegion, 1)
	if err != nil {
		return nil, err
	}
	le, items := binary.LittleEndian, map[string][]byte{}
	if string(b[:8]) != "metadata" {
		return nil, errors.New("what is known of its disk is damaged")
	}
	for e := b[32:]; len(e) >= 32 && len(b)-len(e) < 32+32*int(min(le.Uint16(b[10:]), vhdxMaxItems)); e = e[32:] {
		item, err := disk.TableOf(file, at.from+int64(le.Uint32(e[16:])), min(int64(le.Uint32(e[20:])), 64), 1)
		if err != nil {
			return nil, err
		}
		items[string(e[:16])] = item
	}
	if len(items[vhdxFile]) < 8 || len(items[vhdxSize]) < 8 || len(items[vhdxSector]) < 4 {
		return nil, errors.New("nothing in it says how large the disk is")
	}
	return items, nil
}

func (v *vhdx) Place(n int64) (disk.Place, error) {
	in := int64(0)
	if v.sectors > 0 {
		n, in = n/v.sectors, n%v.sectors
	}
	e := binary.LittleEndian.Uint64(v.entries[8*(n+n/v.ratio):])
	at := int64(e>>20) * vhdxMB
	switch e & 7 {
	case vhdxNotPresent, vhdxUndefined:
		return disk.Place{}, nil
	case vhdxZero, vhdxUnmapped:
		return disk.Place{State: disk.Zero}, nil
	case vhdxWhole:
		return disk.Place{State: disk.Plain, At: at + in*v.sector}, nil
	case vhdxPartly:
		if v.sectors > 0 {
			return v.own(n, in, at)
		}
	}
	return disk.Place{}, fmt.Errorf("its block is in a state (%d) that is not known", e&7)
}

// own says whether a sector of a block is this disk's: a bit for each, in a block of bitmaps behind the chunk's blocks.
func (v *vhdx) own(n, in, at int64) (disk.Place, error) {
	e := binary.LittleEndian.Uint64(v.entries[8*((n/v.ratio+1)*(v.ratio+1)-1):])
	if e&7 != vhdxWhole {
		return disk.Place{}, errors.New("the bitmap of its block is not there")
	}
	bit := n%v.ratio*v.sectors + in
	var b [1]byte
	if err := disk.ReadPlain(v.file, b[:], int64(e>>20)*vhdxMB+bit/8); err != nil {
		return disk.Place{}, err
	}
	if b[0]>>(bit%8)&1 == 0 {
		return disk.Place{}, nil
	}
	return disk.Place{State: disk.Plain, At: at + in*v.sector}, nil
}

func (v *vhdx) Unpack(disk.Place) ([]byte, error) { return nil, errors.ErrUnsupported }
