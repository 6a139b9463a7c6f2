package container

import (
	"encoding/binary"
	"errors"
	"fmt"

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

func openVHD(o *Opening) (*Opened, error) {
	opened := new(Opened)
	end := o.File.Size() - vhdFooter
	f, err := tableOf(o.File, end, vhdFooter, 1)
	if err != nil {
		return nil, err
	}
	if !vhdChecked(f) { // the copy at the front of one that grows
		opened.Defect = errors.New("its footer is damaged or missing, as if its end were cut off; the copy at its front is used")
		if f, err = tableOf(o.File, 0, vhdFooter, 1); err != nil {
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
			opened.unseen(fmt.Sprintf("%d bytes behind the disk", end-size))
		}
		opened.Disk = part{raw{o.File}, 0, size}
		return opened, nil
	case vhdDynamic, vhdDiffers:
		return openVHDBlocks(o, opened, size, int64(be.Uint64(f[16:])), kind == vhdDiffers)
	default:
		return nil, fmt.Errorf("disks of type %d are not known", kind)
	}
}

func openVHDBlocks(o *Opening, opened *Opened, size, header int64, differs bool) (*Opened, error) {
	h, err := tableOf(o.File, header, 1024, 1)
	if err != nil {
		return nil, err
	}
	be := binary.BigEndian
	if string(h[:8]) != vhdSparse || vhdSum(h, 36) != be.Uint32(h[36:]) {
		return nil, errors.New("its header of blocks is damaged")
	}
	n, block := int64(be.Uint32(h[28:])), int64(be.Uint32(h[32:]))
	if err := checkSize(size, block); err != nil {
		return nil, err
	}
	if wanted := ceil(size, block); n < wanted {
		return nil, fmt.Errorf("its table has %d blocks, and %d are needed for %d bytes", n, wanted, size)
	}
	v := &vhd{bitmap: ceil(block/512/8, 512) * 512}
	if v.blocks, err = tableOf(o.File, int64(be.Uint64(h[16:])), n, 4); err != nil {
		return nil, err
	}
	opened.Disk = &clustered{table: v, files: []source.Source{o.File}, size: size, cluster: block}
	if !differs {
		return opened, nil
	}
	// Of a block that differs in some sectors its bitmap says which; the others are the parent's.
	parent, err := o.underneath(opened, "its parent")
	if err != nil {
		return nil, err
	}
	opened.Disk = &clustered{table: &vhdSectors{vhd: v, file: o.File, per: block / 512}, files: []source.Source{o.File}, size: size, cluster: 512, under: parent}
	return opened, nil
}

func (v *vhd) place(n int64) (place, error) {
	at := binary.BigEndian.Uint32(v.blocks[4*n:])
	if at == vhdAbsent {
		return place{}, nil
	}
	return place{state: plain, at: int64(at)*512 + v.bitmap}, nil
}

func (v *vhd) unpack(place) ([]byte, error) { return nil, errors.ErrUnsupported }

// vhdSectors finds sectors of a disk that differs from its parent.
type vhdSectors struct {
	*vhd
	file source.Source
	per  int64 // sectors of a block
}

func (v *vhdSectors) place(n int64) (place, error) {
	p, err := v.vhd.place(n / v.per)
	if err != nil || p.state == absent {
		return p, err
	}
	var bits [1]byte
	in := n % v.per
	if err := readPlain(v.file, bits[:], p.at-v.bitmap+in/8); err != nil {
		return place{}, err
	}
	if bits[0]>>(7-in%8)&1 == 0 {
		return place{}, nil
	}
	p.at += in * 512
	return p, nil
}
