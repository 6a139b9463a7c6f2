package container

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"shokyo.dev/shokyo/image/container/disk"
	"shokyo.dev/shokyo/image/foreign"
	"shokyo.dev/shokyo/image/source"
)

// VMDK (VMware, "Virtual Disk Format 5.0"): a text describes the extents that the disk is made of; sparse ones have tables of
// two levels, little-endian, in units of 512 bytes.

const (
	vmdkMagic      = "KDMV"
	vmdkDescriptor = "# Disk DescriptorFile"
	vmdkSector     = 512
	vmdkAtEnd      = 1<<64 - 1 // the directory's place stands in a copy of the header at the end
	vmdkZeroGrains = 1 << 2
	vmdkPacked     = 1 << 16
	vmdkMaxText    = 1 << 20
	vmdkMaxExtents = 4096
	vmdkNoParent   = "ffffffff"
)

func isVMDK(e *foreign.Ends) bool {
	return bytes.HasPrefix(e.Head, []byte(vmdkMagic)) || bytes.HasPrefix(e.Head, []byte(vmdkDescriptor))
}

type vmdk struct {
	file   source.Source
	grains []byte // all tables of the second level, one behind the other
	grain  int64
	zeros  bool // an entry of 1 is zeros
	packed bool
}

func openVMDK(o *disk.Opening) (*disk.Opened, error) {
	head := make([]byte, min(vmdkSector, o.File.Size()))
	if err := source.ReadFull(o.File, head, 0); err != nil {
		return nil, err
	}
	opened := new(disk.Opened)
	if !bytes.HasPrefix(head, []byte(vmdkMagic)) {
		text := make([]byte, min(vmdkMaxText, o.File.Size()))
		if err := source.ReadFull(o.File, text, 0); err != nil {
			return nil, err
		}
		return opened, described(o, opened, string(text))
	}
	d, text, err := openGrains(o.File)
	if err != nil {
		return nil, err
	}
	opened.Disk = d
	if extents := extentsOf(text); len(extents) > 1 {
		return nil, errors.New("it is one of several extents: name the file that describes all of them")
	}
	return opened, rests(o, opened, text)
}

// rests notes that a disk differs from another, by which it was made.
func rests(o *disk.Opening, opened *disk.Opened, text string) (err error) {
	if parent := valueOf(text, "parentCID"); parent == "" || strings.EqualFold(parent, vmdkNoParent) {
		return nil
	}
	under, err := underneath(o, opened, valueOf(text, "parentFileNameHint"))
	if err != nil || under == nil {
		return err
	}
	d, ok := opened.Disk.(*disk.Clustered)
	if !ok {
		return errors.New("a disk of several extents that rests on another is not known")
	}
	d.Under = under
	return nil
}

// valueOf is what a line of a descriptor says.
func valueOf(text, key string) string {
	for line := range strings.Lines(text) {
		if k, v, ok := strings.Cut(line, "="); ok && strings.TrimSpace(k) == key {
			return strings.Trim(strings.TrimSpace(v), `"`)
		}
	}
	return ""
}

// extent is a line such as: RW 4192256 SPARSE "disk-s001.vmdk"
type extent struct {
	sectors    int64
	kind, file string
	offset     int64 // of a flat one, in sectors
}

var vmdkExtent = regexp.MustCompile(`(?m)^(?:RW|RDONLY|NOACCESS)\s+(\d{1,18})\s+([A-Z]+)(?:\s+"([^"]*)"(?:\s+(\d{1,18}))?)?`)

func extentsOf(text string) (list []extent) {
	for _, m := range vmdkExtent.FindAllStringSubmatch(text, vmdkMaxExtents+1) {
		n, _ := strconv.ParseInt(m[1], 10, 64)
		at, _ := strconv.ParseInt(m[4], 10, 64)
		list = append(list, extent{n, m[2], m[3], at})
	}
	return list
}

// described joins the extents that a descriptor names. They lie beside it: it cannot have another file read.
func described(o *disk.Opening, opened *disk.Opened, text string) error {
	list := extentsOf(text)
	if len(list) == 0 || len(list) > vmdkMaxExtents {
		return fmt.Errorf("its descriptor names %d extents", len(list))
	}
	var all disk.Joined
	for _, x := range list {
		d, err := extentOf(o, opened, &x)
		if err != nil {
			return err
		}
		if d.Size() > disk.MaxBytes-all.Size() {
			return errors.New("its extents are longer than any disk")
		}
		all.Add(d)
	}
	if all.Size() == 0 {
		return errors.New("its extents are empty")
	}
	opened.Disk = &all
	return rests(o, opened, text)
}

func extentOf(o *disk.Opening, opened *disk.Opened, x *extent) (disk.Disk, error) {
	size := x.sectors * vmdkSector
	if x.kind == "ZERO" {
		return disk.Zeros(size), nil
	}
	if x.file == "" || filepath.Base(x.file) != x.file {
		return nil, fmt.Errorf("its extent %.200q lies in another folder, which is not looked into", x.file)
	}
	path := filepath.Join(filepath.Dir(o.Path), x.file)
	file, err := o.Open(path)
	if err != nil {
		return nil, fmt.Errorf("its extent: %w", err)
	}
	opened.Paths = append(opened.Paths, path)
	switch x.kind {
	case "FLAT", "VMFS":
		at := x.offset * vmdkSector
		if at > file.Size() || size > file.Size()-at {
			opened.Defect = errors.Join(opened.Defect, fmt.Errorf("its extent %s has %d bytes, and %d are described", x.file, max(0, file.Size()-at), size))
		}
		return disk.Part{Disk: disk.Raw{Source: file}, From: at, Bytes: size}, nil
	case "SPARSE":
		d, _, err := openGrains(file)
		if err == nil && d.Size() < size {
			err = fmt.Errorf("it has %d bytes, and %d are described", d.Size(), size)
		}
		if err != nil {
			return nil, fmt.Errorf("its extent %s: %w", x.file, err)
		}
		return disk.Part{Disk: d, From: 0, Bytes: size}, nil
	}
	return nil, fmt.Errorf("extents of the kind %q are not known", x.kind)
}

// openGrains opens a sparse extent, and gives the descriptor in it.
func openGrains(file source.Source) (*disk.Clustered, string, error) {
	h, err := disk.TableOf(file, 0, vmdkSector, 1)
	if err != nil {
		return nil, "", err
	}
	le := binary.LittleEndian
	text, err := disk.TableOf(file, int64(min(le.Uint64(h[28:]), 1<<40))*vmdkSector, int64(min(le.Uint64(h[36:]), vmdkMaxText/vmdkSector))*vmdkSector, 1)
	if err != nil {
		return nil, "", err
	}
	if le.Uint64(h[56:]) == vmdkAtEnd {
		if h, err = disk.TableOf(file, file.Size()-1024, vmdkSector, 1); err != nil {
			return nil, "", err
		}
	}
	if string(h[:4]) != vmdkMagic {
		return nil, "", errors.New("its header is damaged, or the copy at its end is not there: is it whole?")
	}
	flags, per := le.Uint32(h[8:]), int64(le.Uint32(h[44:]))
	capacity, grain := le.Uint64(h[12:]), le.Uint64(h[20:])
	if capacity > disk.MaxBytes/vmdkSector || grain > 1<<17 || per < 1 || per > 1<<16 {
		return nil, "", fmt.Errorf("%d sectors in grains of %d, %d to a table, are no disk", capacity, grain, per)
	}
	v := &vmdk{file: file, grain: int64(grain) * vmdkSector, zeros: flags&vmdkZeroGrains != 0, packed: flags&vmdkPacked != 0}
	size := int64(capacity) * vmdkSector
	if err := disk.CheckSize(size, v.grain); err != nil {
		return nil, "", err
	}
	if err := v.load(int64(min(le.Uint64(h[56:]), 1<<50))*vmdkSector, ceil(ceil(size, v.grain), per), per); err != nil {
		return nil, "", err
	}
	return &disk.Clustered{Table: v, Files: []source.Source{file}, Bytes: size, Cluster: v.grain}, string(bytes.TrimRight(text, "\x00")), nil
}

// load reads the tables that a directory names. One that is not there covers grains that are not.
func (v *vmdk) load(at, tables, per int64) error {
	directory, err := disk.TableOf(v.file, at, tables, 4)
	if err != nil {
		return err
	}
	if tables > disk.MaxTable/4/per {
		return fmt.Errorf("%d tables are more than are held", tables)
	}
	v.grains = make([]byte, tables*per*4)
	for i := range tables {
		at := int64(binary.LittleEndian.Uint32(directory[4*i:])) * vmdkSector
		if at == 0 {
			continue
		}
		t, err := disk.TableOf(v.file, at, per, 4)
		if err != nil {
			return err
		}
		copy(v.grains[i*per*4:], t)
	}
	return nil
}

func (v *vmdk) Place(n int64) (disk.Place, error) {
	at := int64(binary.LittleEndian.Uint32(v.grains[4*n:]))
	switch {
	case at == 0:
		return disk.Place{}, nil
	case at == 1 && v.zeros:
		return disk.Place{State: disk.Zero}, nil
	case v.packed:
		return disk.Place{State: disk.Packed, At: at * vmdkSector, Size: v.grain}, nil
	}
	return disk.Place{State: disk.Plain, At: at * vmdkSector}, nil
}

// unpack reads a grain behind its marker: where it belongs, how long it is, and zlib (RFC 1950).
func (v *vmdk) Unpack(p disk.Place) ([]byte, error) {
	var marker [12]byte
	if err := source.ReadFull(v.file, marker[:], p.At); err != nil {
		return nil, err
	}
	n := int64(binary.LittleEndian.Uint32(marker[8:]))
	if n > 2*v.grain || n > v.file.Size()-p.At-12 {
		return nil, fmt.Errorf("%d bytes are more than a grain can be packed to", n)
	}
	z, err := zlib.NewReader(io.NewSectionReader(v.file, p.At+12, n))
	if err != nil {
		return nil, err
	}
	out := make([]byte, v.grain)
	if n, err := io.ReadFull(z, out); err != nil && !(errors.Is(err, io.ErrUnexpectedEOF) && n > 0) { // the last grain may end with the disk
		return nil, err
	}
	return out, nil
}
