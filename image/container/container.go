// Package container serves virtual disks as what the machine saw whose disk they were: qcow2, VDI, VHD, VHDX and VMDK;
// and evidence files, E01. The file is
// read, never run: nothing is converted, no file that it names is opened unless it was named in the call, or is a part of the
// disk beside it.
//
// A container maps clusters of the disk to places in files. What it stores nothing for is not zeros: such a
// cluster is a hole, as in a sparse image (docs/decisions/0013-holes.md), and a report counts it apart. What lies in the
// file and belongs to no cluster of the disk as it is now (snapshots, freed clusters) is not part of it; notes say so.
//
// This file has the kinds, and what all of them do; a file per format reads its tables. Nothing in a container is trusted:
// tables are bounded by the file that they lie in, and a place outside of it is an error of that cluster.
package container

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"shokyo.dev/shokyo/image/foreign"
	"shokyo.dev/shokyo/image/source"
	"shokyo.dev/shokyo/words"
	"shokyo.dev/shokyo/words/medium"
)

// Disk is a virtual disk. It is safe for concurrent use.
type Disk interface {
	source.Source
	Stored(off int64) (end int64, stored bool)
}

// Opened is a disk with what is to be said of it.
type Opened struct {
	Disk
	Format string
	Paths  []string // besides the container's own: its parts, and what it rests on
	Notes  []string
	Defect error // something of the disk is not there; what is, is served
}

// Opening is how a container is opened.
type Opening struct {
	Path    string
	File    source.Source
	Open    func(path string) (source.Source, error) // other files of it
	Backing []string                                 // what it rests on, as named in the call; one for each layer
}

// format is a row for each kind of container.
type format struct {
	name string
	is   func(*foreign.Ends) bool
	open func(*Opening) (*Opened, error)
}

func formats() []format {
	return []format{
		{"qcow2", isQcow2, openQcow2},
		{"VDI", isVDI, openVDI},
		{"VHD", isVHD, openVHD},
		{"VHDX", isVHDX, openVHDX},
		{"VMDK", isVMDK, openVMDK},
		{"E01", isEWF, openEWF},
	}
}

// Is says whether these are the ends of a container that can be opened.
func Is(e *foreign.Ends) bool { return formatOf(e) != nil }

func formatOf(e *foreign.Ends) *format {
	for _, f := range formats() {
		if f.is(e) {
			return &f
		}
	}
	return nil
}

// Open opens a container. What cannot be one is an error; what lacks something is opened with a Defect.
func Open(o *Opening) (*Opened, error) {
	ends, err := foreign.ReadEnds(o.File, o.File.Size())
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", o.Path, err)
	}
	f := formatOf(ends)
	if f == nil {
		return nil, fmt.Errorf("%s is no container that can be opened", o.Path)
	}
	d, err := f.open(o)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", o.Path, f.name, err)
	}
	d.Format = f.name
	return d, nil
}

// maxDisk is more than any disk has.
const maxDisk = 1 << 60

// state is what a container has of a cluster.
type state uint8

const (
	absent state = iota // nothing: what it rests on has it, or nobody
	zero                // a mark that it is zeros, as given back or never written: no bytes either
	plain               // its bytes
	packed              // its bytes, compressed
)

// place is where a cluster lies.
type place struct {
	state state
	file  int   // which
	at    int64 // in the file
	size  int64 // of what is packed
	skip  int64 // in what it is unpacked to
	bare  bool  // it is as it was, with a checksum behind it
}

// table finds clusters. It is asked by several at once.
type table interface {
	place(n int64) (place, error)
	unpack(p place) ([]byte, error) // all that was packed together
}

// clustered is a disk made of clusters of one size.
type clustered struct {
	table
	files   []source.Source
	size    int64
	cluster int64
	under   Disk // what it rests on; nil: nothing

	lock   sync.Mutex
	last   place // of what was unpacked last
	opened []byte
}

func (d *clustered) Size() int64 { return d.size }

// ReadAt gives what the machine would read. Where nothing is stored, zeros.
func (d *clustered) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 || off >= d.size {
		return 0, io.EOF
	}
	end := min(d.size, off+int64(len(p)))
	for at := off; at < end; {
		next := min(end, (at/d.cluster+1)*d.cluster)
		if err := d.read(p[at-off:next-off], at); err != nil {
			return int(at - off), fmt.Errorf("the cluster of byte %d: %w", at, err)
		}
		at = next
	}
	if end-off < int64(len(p)) {
		err = io.EOF
	}
	return int(end - off), err
}

// read fills p with bytes of one cluster.
func (d *clustered) read(p []byte, at int64) error {
	x, err := d.place(at / d.cluster)
	if err != nil {
		return err
	}
	in := at % d.cluster
	switch x.state {
	case plain:
		return readPlain(d.files[x.file], p, x.at+in)
	case packed:
		return d.readPacked(p, x, in)
	case absent:
		if d.under != nil && at < d.under.Size() {
			n, err := d.under.ReadAt(p, at)
			clear(p[n:])
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return err
		}
	}
	clear(p)
	return nil
}

// readPlain reads bytes that the file has. Only the last cluster of a file may be cut short: what it lacks was never written.
func readPlain(file source.Source, p []byte, at int64) error {
	if at < 0 || at >= file.Size() {
		return fmt.Errorf("it lies at byte %d of a file of %d", at, file.Size())
	}
	n := min(int64(len(p)), file.Size()-at)
	if err := source.ReadFull(file, p[:n], at); err != nil {
		return err
	}
	clear(p[n:])
	return nil
}

// readPacked unpacks, and keeps that for the next who asks: readers go forward.
func (d *clustered) readPacked(p []byte, x place, in int64) error {
	if file := d.files[x.file]; x.at < 0 || x.size <= 0 || x.at > file.Size() {
		return fmt.Errorf("it lies at byte %d of a file of %d", x.at, file.Size())
	}
	b, err := d.unpacked(x)
	if err != nil {
		return err
	}
	from := x.skip + in
	if from+int64(len(p)) > int64(len(b)) {
		return fmt.Errorf("it is unpacked to %d bytes", len(b))
	}
	copy(p, b[from:])
	return nil
}

func (d *clustered) unpacked(x place) ([]byte, error) {
	d.lock.Lock()
	b, last := d.opened, d.last
	d.lock.Unlock()
	if b != nil && last.file == x.file && last.at == x.at {
		return b, nil
	}
	b, err := d.unpack(x)
	if err == nil {
		d.lock.Lock()
		d.last, d.opened = x, b
		d.lock.Unlock()
	}
	return b, err
}

// reach is how many clusters are looked at for the end of a stretch.
const reach = 1 << 14

// Stored says whether there are bytes for what lies at off, and how far that goes at least.
func (d *clustered) Stored(off int64) (end int64, stored bool) {
	if off >= d.size {
		return d.size, true
	}
	first, end, known := true, off, false
	for n := off / d.cluster; n*d.cluster < d.size && n < off/d.cluster+reach; n++ {
		to := min(d.size, (n+1)*d.cluster)
		is := d.stores(n, &to, end)
		if first {
			known, first = is, false
		}
		if is != known {
			break
		}
		if end = to; to < min(d.size, (n+1)*d.cluster) {
			break
		}
	}
	return end, known
}

// stores says that of a cluster; what it rests on may say something else within it, from a place on.
func (d *clustered) stores(n int64, to *int64, from int64) bool {
	x, err := d.place(n)
	if err != nil || x.state == plain || x.state == packed {
		return true // what cannot be found out is read, and fails there
	}
	if x.state == zero || d.under == nil || from >= d.under.Size() {
		return false
	}
	end, stored := d.under.Stored(from)
	*to = min(*to, end)
	return stored
}

// underneath opens what a container rests on: what the call names for it, or nothing, and then that is a defect.
func (o *Opening) underneath(opened *Opened, named string) (Disk, error) {
	if len(o.Backing) == 0 {
		opened.Defect = errors.Join(opened.Defect, fmt.Errorf("it rests on another file, which it calls %.200q, and that was not given: --backing FILE; what it has of the disk is not known", named))
		return nil, nil
	}
	path := o.Backing[0]
	file, err := o.Open(path)
	if err != nil {
		return nil, err
	}
	opened.Paths = append(opened.Paths, path)
	ends, err := foreign.ReadEnds(file, file.Size())
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if !Is(ends) {
		if k := foreign.ByContent(ends); k != nil && k.Opaque() {
			return nil, fmt.Errorf("%s is %s: it cannot be what a disk rests on", path, k.Name)
		}
		return raw{file}, nil
	}
	below, err := Open(&Opening{Path: path, File: file, Open: o.Open, Backing: o.Backing[1:]})
	if err != nil {
		return nil, err
	}
	opened.Paths, opened.Notes = append(opened.Paths, below.Paths...), append(opened.Notes, below.Notes...)
	opened.Defect = errors.Join(opened.Defect, below.Defect)
	return below.Disk, nil
}

// raw is a file that is the disk, byte for byte.
type raw struct{ source.Source }

func (r raw) Stored(off int64) (int64, bool) { return source.Stored(r.Source, off) }

// note is for what belongs to the container and not to the disk.
func (o *Opened) note(s words.Text) { o.Notes = append(o.Notes, s.EN) }

// unseen notes that the file holds more than the disk shows.
func (o *Opened) unseen(what string) { o.note(medium.ContainerUnseen.Say(what)) }

// tableOf reads a table of n entries of some bytes, which has to lie in the file.
func tableOf(file source.Source, at, n, bytes int64) ([]byte, error) {
	if n < 0 || at < 0 || n > maxTable/bytes || at > file.Size() || n*bytes > file.Size()-at {
		return nil, fmt.Errorf("a table of %d entries at byte %d does not lie in the file of %d bytes", n, at, file.Size())
	}
	b := make([]byte, n*bytes)
	return b, source.ReadFull(file, b, at)
}

// maxTable is the most of a table that is held: the map of 16 TiB in blocks of a MiB is 64 MiB.
const maxTable = 256 << 20

// checkSize bounds what a header says of the disk.
func checkSize(size, cluster int64) error {
	if size < 0 || size > maxDisk || cluster < 512 || cluster > 256<<20 || cluster&(cluster-1) != 0 {
		return fmt.Errorf("a disk of %d bytes in clusters of %d is none", size, cluster)
	}
	return nil
}
