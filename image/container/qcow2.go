package container

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"shokyo.dev/shokyo/image/codec"
	"shokyo.dev/shokyo/image/container/disk"
	"shokyo.dev/shokyo/image/foreign"
	"shokyo.dev/shokyo/image/source"
)

// qcow2 versions 2 and 3 (QEMU, docs/interop/qcow2.txt): tables of two levels, big-endian.

const qcow2Magic = "QFI\xfb"

func isQcow2(e *foreign.Ends) bool {
	if len(e.Head) < 72 || string(e.Head[:4]) != qcow2Magic {
		return false
	}
	v := binary.BigEndian.Uint32(e.Head[4:])
	return v == 2 || v == 3
}

// Incompatible features: without knowing one nothing of the file is known.
const (
	qcow2Dirty      = 1 << 0
	qcow2Corrupt    = 1 << 1
	qcow2DataFile   = 1 << 2
	qcow2Packing    = 1 << 3
	qcow2Extended   = 1 << 4
	qcow2Understood = qcow2Dirty | qcow2Corrupt | qcow2DataFile | qcow2Packing | qcow2Extended
)

const (
	qcow2Offset   = 0x00fffffffffffe00 // of an entry of a table
	qcow2Zero     = 1
	qcow2Packed   = 1 << 62
	qcow2Parts    = 32 // of a cluster, with extended entries
	qcow2MaxL1    = 32 << 20
	qcow2MaxCache = 32 << 20
)

type qcow2 struct {
	file     source.Source
	bits     uint // of a cluster
	extended bool
	zstd     bool
	v3       bool
	l1       []byte

	lock   sync.Mutex
	tables map[int64][]byte // of the second level
	held   int
}

func openQcow2(o *disk.Opening) (*disk.Opened, error) {
	h, err := disk.TableOf(o.File, 0, 1, min(112, o.File.Size()))
	if err != nil || len(h) < 72 {
		return nil, errors.Join(errors.New("its header is cut short"), err)
	}
	be := binary.BigEndian
	q := &qcow2{file: o.File, bits: uint(be.Uint32(h[20:])), v3: be.Uint32(h[4:]) == 3, tables: map[int64][]byte{}}
	size := int64(be.Uint64(h[24:]))
	if q.bits < 9 || q.bits > 21 {
		return nil, fmt.Errorf("clusters of 2^%d bytes are none", q.bits)
	}
	if err := disk.CheckSize(size, 1<<q.bits); err != nil {
		return nil, err
	}
	opened := new(disk.Opened)
	if err := q.features(h, opened); err != nil {
		return nil, err
	}
	d := &disk.Clustered{Table: q, Files: []source.Source{o.File}, Bytes: size, Cluster: 1 << q.bits}
	if q.extended {
		d.Cluster /= qcow2Parts
	}
	entries := int64(be.Uint32(h[36:]))
	if wanted := ceil(size, q.span()); entries < wanted {
		return nil, fmt.Errorf("its table has %d entries, and %d are needed for %d bytes", entries, wanted, size)
	} else if wanted*8 > qcow2MaxL1 {
		return nil, fmt.Errorf("its table of %d entries is larger than QEMU makes one", wanted)
	} else if q.l1, err = disk.TableOf(o.File, int64(be.Uint64(h[40:])), wanted, 8); err != nil {
		return nil, err
	}
	if n := be.Uint32(h[60:]); n > 0 {
		opened.Unseen(fmt.Sprintf("snapshots: %d", n))
	}
	switch be.Uint32(h[32:]) {
	case 0:
	case 1:
		opened.Defect = errors.Join(opened.Defect, errors.New("it is encrypted by a passphrase (AES), and whether that is known nobody can see: examine it for key slots elsewhere"))
	default:
		opened.Defect = errors.Join(opened.Defect, errors.New("it is encrypted by a LUKS header in the container, whose key slots were not looked at: extract that (qemu-img amend, or qemu-img info), or examine the file with --format raw"))
	}
	if at, n := int64(be.Uint64(h[8:])), int64(be.Uint32(h[16:])); at != 0 {
		name, err := disk.TableOf(o.File, at, min(n, 1023), 1)
		if err != nil {
			return nil, err
		}
		if d.Under, err = underneath(o, opened, string(name)); err != nil {
			return nil, err
		}
	}
	opened.Disk = d
	return opened, nil
}

func (q *qcow2) features(h []byte, o *disk.Opened) error {
	if !q.v3 || len(h) < 104 {
		return nil
	}
	f := binary.BigEndian.Uint64(h[72:])
	switch {
	case f&^qcow2Understood != 0:
		return fmt.Errorf("it needs features that are not known (%#x)", f&^qcow2Understood)
	case f&qcow2DataFile != 0:
		return errors.New("its data lie in a file of their own: examine that one, which is the disk byte for byte")
	}
	if f&qcow2Corrupt != 0 {
		o.Defect = errors.New("it is marked corrupt: QEMU found its tables to contradict each other")
	}
	q.extended = f&qcow2Extended != 0
	if f&qcow2Packing != 0 {
		if len(h) < 105 || h[104] > 1 {
			return errors.New("it is compressed in a way that is not known")
		}
		q.zstd = h[104] == 1
	}
	if q.extended && q.bits < 14 {
		return fmt.Errorf("clusters of 2^%d bytes have no parts", q.bits)
	}
	return nil
}

// entry is the size of one of the second level, span what such a table covers of the disk.
func (q *qcow2) entry() int64 {
	if q.extended {
		return 16
	}
	return 8
}
func (q *qcow2) span() int64 { return (1 << q.bits) / q.entry() << q.bits }

func ceil(a, b int64) int64 { return (a + b - 1) / b }

func (q *qcow2) Place(n int64) (disk.Place, error) {
	part := int64(0)
	if q.extended {
		n, part = n/qcow2Parts, n%qcow2Parts
	}
	per := (int64(1) << q.bits) / q.entry()
	if n/per*8+8 > int64(len(q.l1)) {
		return disk.Place{}, errors.New("no table covers it")
	}
	at := int64(binary.BigEndian.Uint64(q.l1[n/per*8:]) & qcow2Offset)
	if at == 0 {
		return disk.Place{}, nil
	}
	l2, err := q.second(at)
	if err != nil {
		return disk.Place{}, err
	}
	e := l2[n%per*q.entry():]
	return q.decode(binary.BigEndian.Uint64(e), e, part), nil
}

func (q *qcow2) decode(v uint64, e []byte, part int64) disk.Place {
	sub := int64(1) << q.bits
	if q.extended {
		sub /= qcow2Parts
	}
	if v&qcow2Packed != 0 {
		x := 62 - (q.bits - 8)
		at := int64(v & (1<<x - 1))
		sectors := int64(v>>x) & (1<<(q.bits-8) - 1)
		return disk.Place{State: disk.Packed, At: at, Size: (sectors+1)*512 - at%512, Skip: part * sub}
	}
	at := int64(v & qcow2Offset)
	if !q.extended {
		switch {
		case q.v3 && v&qcow2Zero != 0:
			return disk.Place{State: disk.Zero}
		case at == 0:
			return disk.Place{}
		}
		return disk.Place{State: disk.Plain, At: at}
	}
	bitmap := binary.BigEndian.Uint64(e[8:])
	switch {
	case bitmap>>(32+part)&1 != 0:
		return disk.Place{State: disk.Zero}
	case bitmap>>part&1 != 0:
		return disk.Place{State: disk.Plain, At: at + part*sub}
	}
	return disk.Place{}
}

// second is a table of the second level. So many are held; then all are forgotten.
func (q *qcow2) second(at int64) ([]byte, error) {
	q.lock.Lock()
	defer q.lock.Unlock()
	if t := q.tables[at]; t != nil {
		return t, nil
	}
	t, err := disk.TableOf(q.file, at, 1<<q.bits, 1)
	if err != nil {
		return nil, err
	}
	if q.held += len(t); q.held > qcow2MaxCache {
		clear(q.tables)
		q.held = len(t)
	}
	q.tables[at] = t
	return t, nil
}

func (q *qcow2) Unpack(p disk.Place) ([]byte, error) {
	size := int64(1) << q.bits
	b := make([]byte, min(p.Size, q.file.Size()-p.At)) // the last sector may not be whole
	if err := source.ReadFull(q.file, b, p.At); err != nil {
		return nil, err
	}
	if q.zstd {
		return codec.UnpackZstd(b, int(size))
	}
	out := make([]byte, size)
	_, err := io.ReadFull(flate.NewReader(bytes.NewReader(b)), out)
	return out, err
}
