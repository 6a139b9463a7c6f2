package checkpoint

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/internal/bytesize"
)

// Reserve is room that is kept free for the checkpoint and the bundle: an
// examination of days must not be lost because its report has no place.
type Reserve struct {
	path string
	file *os.File
}

// reserveBytes covers the largest checkpoint and the largest bundle: 22 MiB of
// regions, findings and explanations, and of a drive 6 MiB of answers and 10 MiB
// of facts, if it tries hard.
const reserveBytes = 48 << 20

// Take takes the room, or says at once that there is none. It also holds a
// lock, so that no second examination writes to the same bundle. It follows no
// link and touches no file that has another name: what lies there may be evidence.
func Take(path string) (*Reserve, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write to the output folder: %w", err)
	}
	r := &Reserve{path, f}
	fd := int(f.Fd())
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFREG || st.Nlink > 1 {
		f.Close()
		return nil, fmt.Errorf("%s is no file of ours: remove it or choose another --out", path)
	}
	if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("another examination is writing to %s: %w", strings.TrimSuffix(path, Suffix), err)
	}
	err = unix.Fallocate(fd, 0, 0, reserveBytes)
	if err != nil && !errors.Is(err, unix.EOPNOTSUPP) { // FAT, some network file systems: no promise to be had
		r.Close()
		return nil, fmt.Errorf("keep %s free for the report in %s: %w; make room or choose another --out", bytesize.Format(reserveBytes), filepath.Dir(path), err)
	}
	return r, nil
}

// Suffix is longer than those of all other files that are made beside a
// bundle, so that a name too long for them is noticed at the start.
const Suffix = ".checkpoint.reserved"

// Release gives the room to whoever writes next. It may be called again.
func (r *Reserve) Release() { r.file.Truncate(0) }

// Close gives up the lock as well.
func (r *Reserve) Close() {
	os.Remove(r.path)
	r.file.Close()
}
