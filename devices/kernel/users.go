package kernel

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// User is something that keeps a block device busy, and how to make it stop.
type User struct{ What, Todo string }

// Users looks for what claims a device, its partitions or the whole it is a
// part of. The kernel only says EBUSY; a person has to know by whom.
func (h Host) Users(dev uint64) (list []User) {
	n, err := h.Node(dev)
	if err != nil {
		return nil
	}
	mounts := h.mounts()
	swaps := h.swaps()
	for _, dir := range n.relatives() {
		name := filepath.Base(dir)
		devno := ReadLine(filepath.Join(dir, "dev"))
		for _, m := range mounts {
			if m.devno == devno || m.source == "/dev/"+name {
				list = append(list, User{fmt.Sprintf("%s mounted at %s", name, m.point), "unmount it"})
			}
		}
		if slices.Contains(swaps, name) {
			list = append(list, User{name + " used as swap", "run swapoff"})
		}
		list = append(list, holders(dir)...)
	}
	return slices.Compact(list)
}

// UsedBy says in words what users finds.
func (h Host) UsedBy(dev uint64) (words []string) {
	for _, u := range h.Users(dev) {
		words = append(words, u.What)
	}
	return words
}

// relatives are the folders whose claims collide with one on n: itself, the
// whole device, and for a whole device its partitions.
func (n Node) relatives() []string {
	if n.Dir != n.Disk {
		return []string{n.Dir, n.Disk}
	}
	list := []string{n.Dir}
	parts, _ := filepath.Glob(filepath.Join(n.Dir, "*", "partition"))
	for _, p := range parts {
		list = append(list, filepath.Dir(p))
	}
	return list
}

// holders are the devices stacked on this one: dm-crypt, LVM, RAID, bcache.
func holders(dir string) (list []User) {
	entries, _ := os.ReadDir(filepath.Join(dir, "holders"))
	for _, e := range entries {
		what, todo := "held by "+e.Name(), "stop "+e.Name()
		stacked := filepath.Join(dir, "holders", e.Name())
		if name := ReadLine(filepath.Join(stacked, "dm/name")); name != "" {
			what += " (" + name + ")"
			todo = "close " + name + " (cryptsetup close, vgchange -an or dmsetup remove)"
		} else if level := ReadLine(filepath.Join(stacked, "md/level")); level != "" {
			what += " (" + level + ")"
			todo = "run mdadm --stop /dev/" + e.Name()
		}
		list = append(list, User{filepath.Base(dir) + " " + what, todo})
	}
	return list
}

type mount struct{ devno, source, point string }

// mounts reads /proc/self/mountinfo (proc_pid_mountinfo(5)): device number in
// field 3, mount point in 5, and the source second behind the lone "-". btrfs
// shows an anonymous device number, so the source counts as well.
func (h Host) mounts() (list []mount) {
	b, _ := os.ReadFile(filepath.Join(h.Proc, "self/mountinfo"))
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		dash := slices.Index(f, "-")
		if dash < 6 || dash+2 >= len(f) {
			continue
		}
		list = append(list, mount{devno: f[2], source: unescape(f[dash+2]), point: unescape(f[4])})
	}
	return list
}

// swaps are the names of the block devices in /proc/swaps.
func (h Host) swaps() (names []string) {
	b, _ := os.ReadFile(filepath.Join(h.Proc, "swaps"))
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 1 && f[1] == "partition" {
			names = append(names, filepath.Base(f[0]))
		}
	}
	return names
}

// unescape undoes what the kernel does to spaces in paths (seq_path mangles
// space, tab, newline and backslash).
func unescape(s string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(s)
}

func ReadLine(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
