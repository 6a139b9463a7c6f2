package container

import (
	"encoding/binary"
	"errors"
	"fmt"

	"shokyo.dev/shokyo/image/container/disk"
	"shokyo.dev/shokyo/image/foreign"
	"shokyo.dev/shokyo/image/source"
)

// VDI 1.1 (VirtualBox, src/VBox/Storage/VDICore.h): a map of blocks, little-endian.

const vdiSignature = "\x7f\x10\xda\xbe"

func isVDI(e *foreign.Ends) bool {
	return len(e.Head) >= 512 && string(e.Head[64:68]) == vdiSignature && binary.LittleEndian.Uint16(e.Head[70:]) == 1
}

const (
	vdiDifference = 4
	vdiNone       = 0xffffffff
	vdiDiscarded  = 0xfffffffe // reads as zeros
)

type vdi struct {
	blocks []byte
	data   int64
	size   int64
}

func openVDI(o *disk.Opening) (*disk.Opened, error) {
	h, err := disk.TableOf(o.File, 0, 512, 1)
	if err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	size, block, n := int64(le.Uint64(h[368:])), int64(le.Uint32(h[376:])), int64(le.Uint32(h[384:]))
	if err := disk.CheckSize(size, block); err != nil {
		return nil, err
	}
	if wanted := ceil(size, block); n < wanted {
		return nil, fmt.Errorf("its map has %d blocks, and %d are needed for %d bytes", n, wanted, size)
	}
	if le.Uint32(h[380:]) != 0 {
		return nil, errors.New("its blocks have more than data, which is not known")
	}
	v := &vdi{data: int64(le.Uint32(h[344:])), size: block}
	if v.blocks, err = disk.TableOf(o.File, int64(le.Uint32(h[340:])), n, 4); err != nil {
		return nil, err
	}
	opened := new(disk.Opened)
	d := &disk.Clustered{Table: v, Files: []source.Source{o.File}, Bytes: size, Cluster: block}
	if le.Uint32(h[76:]) == vdiDifference {
		if d.Under, err = underneath(o, opened, "its parent"); err != nil {
			return nil, err
		}
	}
	opened.Disk = d
	return opened, nil
}

func (v *vdi) Place(n int64) (disk.Place, error) {
	switch at := binary.LittleEndian.Uint32(v.blocks[4*n:]); at {
	case vdiNone:
		return disk.Place{}, nil
	case vdiDiscarded:
		return disk.Place{State: disk.Zero}, nil
	default:
		return disk.Place{State: disk.Plain, At: v.data + int64(at)*v.size}, nil
	}
}

func (v *vdi) Unpack(disk.Place) ([]byte, error) { return nil, errors.ErrUnsupported }
