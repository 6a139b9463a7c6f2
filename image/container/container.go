// Package container serves virtual disks as what the machine saw whose disk they were: qcow2, VDI, VHD, VHDX and VMDK;
// and evidence files, E01. The file is
// read, never run: nothing is converted, no file that it names is opened unless it was named in the call, or is a part of the
// disk beside it.
//
// A container maps clusters of the disk to places in files. What it stores nothing for is not zeros: such a
// cluster is a hole, as in a sparse image (docs/decisions/0013-holes.md), and a report counts it apart. What lies in the
// file and belongs to no cluster of the disk as it is now (snapshots, freed clusters) is not part of it; notes say so.
//
// This file has the kinds; a file per format reads its tables, ewf is a package of its own, and disk is what all of them do.
package container

import (
	"errors"
	"fmt"

	"shokyo.dev/shokyo/image/container/disk"
	"shokyo.dev/shokyo/image/container/ewf"
	"shokyo.dev/shokyo/image/foreign"
)

// format is a row for each kind of container.
type format struct {
	name string
	is   func(*foreign.Ends) bool
	open func(*disk.Opening) (*disk.Opened, error)
}

func formats() []format {
	return []format{
		{"qcow2", isQcow2, openQcow2},
		{"VDI", isVDI, openVDI},
		{"VHD", isVHD, openVHD},
		{"VHDX", isVHDX, openVHDX},
		{"VMDK", isVMDK, openVMDK},
		{"E01", ewf.Is, ewf.Open},
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
func Open(o *disk.Opening) (*disk.Opened, error) {
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

// underneath opens what a container rests on: what the call names for it, or nothing, and then that is a defect.
func underneath(o *disk.Opening, opened *disk.Opened, named string) (disk.Disk, error) {
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
		return disk.Raw{Source: file}, nil
	}
	below, err := Open(&disk.Opening{Path: path, File: file, Open: o.Open, Backing: o.Backing[1:]})
	if err != nil {
		return nil, err
	}
	opened.Paths, opened.Notes = append(opened.Paths, below.Paths...), append(opened.Notes, below.Notes...)
	opened.Defect = errors.Join(opened.Defect, below.Defect)
	return below.Disk, nil
}
