package devices

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// List describes every whole medium that is attached, in the order of their
// names. One that does not answer within a time is listed with what the kernel
// knows of it.
func List(ctx context.Context) ([]*Drive, error) {
	h := thisHost()
	names, err := h.wholeMedia()
	if err != nil {
		return nil, err
	}
	drives := make([]*Drive, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Go(func() { drives[i] = h.describeInTime(ctx, name) })
	}
	wg.Wait()
	return drives, ctx.Err()
}

// listBudget is longer than any drive needs that is still in order.
const listBudget = describeBudget + 2*commandTimeout

// describeInTime leaves a drive alone that does not come back: a dead disk can
// hold whoever opens it for minutes, and must not hide the others.
func (h host) describeInTime(ctx context.Context, name string) *Drive {
	path := "/dev/" + name
	dev, ok := h.number(name)
	if !ok {
		d := newDrive("the device went away while it was looked at")
		d.Path, d.Kind, d.Name = path, BlockDevice, name
		return d
	}
	done := make(chan *Drive, 1)
	go func() { done <- h.describe(path, dev) }()
	ctx, cancel := context.WithTimeout(ctx, listBudget)
	defer cancel()
	select {
	case d := <-done:
		return d
	case <-ctx.Done():
		d := h.shown(path, dev)
		d.notAsked("the drive does not answer")
		return d
	}
}

// number is the device number of a whole device by its name.
func (h host) number(name string) (dev uint64, ok bool) {
	major, minor, ok := strings.Cut(readLine(filepath.Join(h.sys, "block", name, "dev")), ":")
	a, errA := strconv.ParseUint(major, 10, 32)
	b, errB := strconv.ParseUint(minor, 10, 32)
	return unix.Mkdev(uint32(a), uint32(b)), ok && errA == nil && errB == nil
}

// wholeMedia are the names of the block devices that are worth a row: not RAM
// disks, not the empty ones that some drivers make in advance, and not the hidden
// paths of NVMe multipath, which have no device node.
func (h host) wholeMedia() (names []string, err error) {
	entries, err := os.ReadDir(filepath.Join(h.sys, "block"))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		dir := filepath.Join(h.sys, "block", e.Name())
		inAdvance := slices.ContainsFunc([]string{"loop", "nbd", "ram", "zram", "fd", "md", "dm-"}, func(p string) bool { return strings.HasPrefix(e.Name(), p) })
		ram := strings.HasPrefix(e.Name(), "ram") || strings.HasPrefix(e.Name(), "zram")
		hidden := readLine(filepath.Join(dir, "hidden")) == "1"
		if ram || hidden || inAdvance && readLine(filepath.Join(dir, "size")) == "0" {
			continue
		}
		names = append(names, e.Name())
	}
	slices.SortFunc(names, natural)
	return names, nil
}

// natural compares names as people do: sdb before sdaa, nvme2n1 before nvme10n1.
func natural(a, b string) int {
	if stem(a) == stem(b) && len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// stem is the driver's part of a name: "sd", "nvme", "loop".
func stem(name string) string {
	if strings.HasPrefix(name, "sd") || strings.HasPrefix(name, "vd") {
		return name[:2]
	}
	return strings.TrimRight(name, "0123456789np")
}

// bus says how a block device is attached, by its place in the device tree.
func (n node) bus() string {
	name := filepath.Base(n.disk)
	switch {
	case strings.HasPrefix(name, "nvme"):
		return busNVMe
	case strings.HasPrefix(name, "mmcblk"):
		return busMMC
	case strings.HasPrefix(name, "loop"):
		return busLoop
	case strings.HasPrefix(name, "vd"):
		return busVirtio
	case !strings.HasPrefix(name, "sd"):
		return busOther
	}
	for _, part := range strings.Split(n.disk, "/") {
		switch {
		case strings.HasPrefix(part, "usb"):
			return busUSB
		case strings.HasPrefix(part, "ata") && len(part) > 3 && part[3] >= '0' && part[3] <= '9':
			return busATA
		}
	}
	return busSCSI
}

// number reads a decimal attribute; 0 if it is not there.
func (n node) number(name, dir string) int64 {
	v, err := strconv.ParseInt(readLine(filepath.Join(dir, name)), 10, 64)
	if err != nil || v < 0 || v > 1<<54 {
		return 0
	}
	return v
}
