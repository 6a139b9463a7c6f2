package container

import (
	"encoding/binary"
	"errors"
	"fmt"

	"shokyo.dev/shokyo/image/container/disk"
	"shokyo.dev/shokyo/image/foreign"
	"shokyo.dev/shokyo/image/source"
)

// VHD (Microsoft, "Virtual Hard Disk Image Format Specification", 2006): a footer at the end says what it is, big-endian.

const (
	vhdCookie  = "conectix"
	vhdSparse  = "cxsparse"
	vhdFooter  = 512
	vhdFixed   = 2
	vhdDynamic = 3
	vhdDiffers = 4
	vhdAbsent  = 0xffffffff
)

func isVHD(e *foreign.Ends) bool {
	return len(e.Tail) == vhdFooter && vhdChecked(e.Tail) || len(e.Head) >= vhdFooter && vhdChecked(e.Head[:vhdFooter])
}

// vhdChecked says whether a footer is one, by its cookie and checksum: the one's complement of the sum of all other bytes.
func vhdChecked(f []byte) bool {
	if string(f[:8]) != vhdCookie {
		return false
	}
	return vhdSum(f, 64) == binary.BigEndian.Uint32(f[64:])
}

func vhdSum(b []byte, checksum int) (sum uint32) {
	for i, c := range b {
		if i < checksum || i >= checksum+4 {
			sum += uint32(c)
		}
	}
	return ^sum
}

type vhd struct {
	blocks []byte
	bitmap int64 // bytes before the data of a block
}

func openVHD(o *disk.Opening) (*disk.Opened, error) {
	opened := new(disk.Opened)
	end := o.File.Size() - vhdFooter
	f, err := disk.TableOf(o.File, end, vhdFooter, 1)
	if err != nil {
		return nil, err
	}
	if !vhdChecked(f) { // the copy at the front of one that grows
		opened.Defect = errors.New("its footer is damaged or missing, as if its end were cut off; the copy at its front is used")
		if f, err = disk.TableOf(o.File, 0, vhdFooter, 1); err != nil {
			return nil, err
		}
	}
	be := binary.BigEndian
	size := int64(be.Uint64(f[48:]))
	switch kind := be.Uint32(f[60:]); kind {
	case vhdFixed:
		if size < 0 || size > end {
			opened.Defect = errors.Join(opened.Defect, fmt.Errorf("it has %d bytes, and its footer says %d", end, size))
			size = end
		}
		if size < end {
			opened.Unseen(fmt.Sprintf("%d bytes behind the disk", end-size))
		}
		opened.Disk = disk.Part{Disk: disk.Raw{Source: o.File}, From: 0, Bytes: size}
		return opened, nil
	case vhdDynamic, vhdDiffers:
		return openVHDBlocks(o, opened, size, int64(be.Uint64(f[16:])), kind == vhdDiffers)
	default:
		return nil, fmt.Errorf("disks of type %d are not known", kind)
	}
}

func openVHDBlocks(o *disk.Opening, opened *disk.Opened, size, header int64, differs bool) (*disk.Opened, error) {
	h, err := disk.TableOf(o.File, header, 1024, 1)
	if err != nil {
		return nil, err
	}
	be := binary.BigEndian
	if string(h[:8]) != vhdSparse || vhdSum(h, 36) != be.Uint32(h[36:]) {
		return nil, errors.New("its header of blocks is damaged")
	}
	n, block := int64(be.Uint32(h[28:])), int64(be.Uint32(h[32:]))
	if err := disk.CheckSize(size, block); err != nil {
		return nil, err
	}
	if wanted := ceil(size, block); n < wanted {
		return nil, fmt.Errorf("its table has %d blocks, and %d are needed for %d bytes", n, wanted, size)
	}
	v := &vhd{bitmap: ceil(block/512/8, 512) * 512}
	if v.blocks, err = disk.TableOf(o.File, int64(be.Uint64(h[16:])), n, 4); err != nil {
		return nil, err
	}
	opened.Disk = &disk.Clustered{Table: v, Files: []source.Source{o.File}, Bytes: size, Cluster: block}
	if !differs {
		return opened, nil
	}
	// Of a block that differs in some sectors its bitmap says which; the others are the parent's.
	parent, err := underneath(o, opened, "its parent")
	if err != nil {
		return nil, err
	}
	opened.Disk = &disk.Clustered{Table: &vhdSectors{vhd: v, file: o.File, per: block / 512}, Files: []source.Source{o.File}, Bytes: size, Cluster: 512, Under: parent}
	return opened, nil
}

func (v *vhd) Place(n int64) (disk.Place, error) {
	at := binary.BigEndian.Uint32(v.blocks[4*n:])
	if at == vhdAbsent {
		return disk.Place{}, nil
	}
	return disk.Place{State: disk.Plain, At: int64(at)*512 + v.bitmap}, nil
}

func (v *vhd) Unpack(disk.Place) ([]byte, error) { return nil, errors.ErrUnsupported }

// vhdSectors finds sectors of a disk that differs from its parent.
type vhdSectors struct {
	*vhd
	file source.Source
	per  int64 // sectors of a block
}

func (v *vhdSectors) Place(n int64) (disk.Place, error) {
	p, err := v.vhd.Place(n / v.per)
	if err != nil || p.State == disk.Absent {
		return p, err
	}
	var bits [1]byte
	in := n % v.per
	if err := disk.ReadPlain(v.file, bits[:], p.At-v.bitmap+in/8); err != nil {
		return disk.Place{}, err
	}
	if bits[0]>>(7-in%8)&1 == 0 {
		return disk.Place{}, nil
	}
	p.At += in * 512
	return p, nil
}
