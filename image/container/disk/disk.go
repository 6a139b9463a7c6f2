// Package disk is what all containers of disks have in common: a disk made of clusters that lie in files, and what is said of
// one that was opened. A format says where a cluster lies (Table); here it is read, unpacked, and told from what nobody stored.
// Nothing in a container is trusted: tables are bounded by the file that they lie in, and a place outside of it is an
// error of that cluster.
package disk

import (
	"errors"
	"fmt"
	"io"
	"sync"

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

// MaxBytes is more than any disk has.
const MaxBytes = 1 << 60

// State is what a container has of a cluster.
type State uint8

const (
	Absent State = iota // nothing: what it rests on has it, or nobody
	Zero                // a mark that it is zeros, as given back or never written: no bytes either
	Plain               // its bytes
	Packed              // its bytes, compressed
)

// Place is where a cluster lies.
type Place struct {
	State State
	File  int   // which
	At    int64 // in the file
	Size  int64 // of what is packed
	Skip  int64 // in what it is unpacked to
	Bare  bool  // it is as it was, with a checksum behind it
}

// Table finds clusters. It is asked by several at once.
type Table interface {
	Place(n int64) (Place, error)
	Unpack(p Place) ([]byte, error) // all that was packed together
}

// Clustered is a disk made of clusters of one size.
type Clustered struct {
	Table
	Files   []source.Source
	Bytes   int64
	Cluster int64
	Under   Disk // what it rests on; nil: nothing

	lock   sync.Mutex
	last   Place // of what was unpacked last
	opened []byte
}

func (d *Clustered) Size() int64 { return d.Bytes }

// ReadAt gives what the machine would read. Where nothing is stored, zeros.
func (d *Clustered) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 || off >= d.Bytes {
		return 0, io.EOF
	}
	end := min(d.Bytes, off+int64(len(p)))
	for at := off; at < end; {
		next := min(end, (at/d.Cluster+1)*d.Cluster)
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
func (d *Clustered) read(p []byte, at int64) error {
	x, err := d.Place(at / d.Cluster)
	if err != nil {
		return err
	}
	in := at % d.Cluster
	switch x.State {
	case Plain:
		return ReadPlain(d.Files[x.File], p, x.At+in)
	case Packed:
		return d.readPacked(p, x, in)
	case Absent:
		if d.Under != nil && at < d.Under.Size() {
			n, err := d.Under.ReadAt(p, at)
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

// ReadPlain reads bytes that the file has. Only the last cluster of a file may be cut short: what it lacks was never written.
func ReadPlain(file source.Source, p []byte, at int64) error {
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
func (d *Clustered) readPacked(p []byte, x Place, in int64) error {
	if file := d.Files[x.File]; x.At < 0 || x.Size <= 0 || x.At > file.Size() {
		return fmt.Errorf("it lies at byte %d of a file of %d", x.At, file.Size())
	}
	b, err := d.unpacked(x)
	if err != nil {
		return err
	}
	from := x.Skip + in
	if from+int64(len(p)) > int64(len(b)) {
		return fmt.Errorf("it is unpacked to %d bytes", len(b))
	}
	copy(p, b[from:])
	return nil
}

func (d *Clustered) unpacked(x Place) ([]byte, error) {
	d.lock.Lock()
	b, last := d.opened, d.last
	d.lock.Unlock()
	if b != nil && last.File == x.File && last.At == x.At {
		return b, nil
	}
	b, err := d.Unpack(x)
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
func (d *Clustered) Stored(off int64) (end int64, stored bool) {
	if off >= d.Bytes {
		return d.Bytes, true
	}
	first, end, known := true, off, false
	for n := off / d.Cluster; n*d.Cluster < d.Bytes && n < off/d.Cluster+reach; n++ {
		to := min(d.Bytes, (n+1)*d.Cluster)
		is := d.stores(n, &to, end)
		if first {
			known, first = is, false
		}
		if is != known {
			break
		}
		if end = to; to < min(d.Bytes, (n+1)*d.Cluster) {
			break
		}
	}
	return end, known
}

// stores says that of a cluster; what it rests on may say something else within it, from a place on.
func (d *Clustered) stores(n int64, to *int64, from int64) bool {
	x, err := d.Place(n)
	if err != nil || x.State == Plain || x.State == Packed {
		return true // what cannot be found out is read, and fails there
	}
	if x.State == Zero || d.Under == nil || from >= d.Under.Size() {
		return false
	}
	end, stored := d.Under.Stored(from)
	*to = min(*to, end)
	return stored
}

// Raw is a file that is the disk, byte for byte.
type Raw struct{ source.Source }

func (r Raw) Stored(off int64) (int64, bool) { return source.Stored(r.Source, off) }

// Note is for what belongs to the container and not to the disk.
func (o *Opened) Note(s words.Text) { o.Notes = append(o.Notes, s.EN) }

// Unseen notes that the file holds more than the disk shows.
func (o *Opened) Unseen(what string) { o.Note(medium.ContainerUnseen.Say(what)) }

// TableOf reads a table of n entries of some bytes, which has to lie in the file.
func TableOf(file source.Source, at, n, bytes int64) ([]byte, error) {
	if n < 0 || at < 0 || n > MaxTable/bytes || at > file.Size() || n*bytes > file.Size()-at {
		return nil, fmt.Errorf("a table of %d entries at byte %d does not lie in the file of %d bytes", n, at, file.Size())
	}
	b := make([]byte, n*bytes)
	return b, source.ReadFull(file, b, at)
}

// MaxTable is the most of a table that is held: the map of 16 TiB in blocks of a MiB is 64 MiB.
const MaxTable = 256 << 20

// CheckSize bounds what a header says of the disk.
func CheckSize(size, cluster int64) error {
	if size < 0 || size > MaxBytes || cluster < 512 || cluster > 256<<20 || cluster&(cluster-1) != 0 {
		return fmt.Errorf("a disk of %d bytes in clusters of %d is none", size, cluster)
	}
	return nil
}
