package devices

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/devices/answer"
	"shokyo.dev/shokyo/devices/kernel"
	"shokyo.dev/shokyo/devices/written"
	"shokyo.dev/shokyo/internal/aligned"
)

// TestMain lets the test binary be its own helper: with SHOKYO_TEST_OPEN set it
// opens that path and says what happened, as whoever it is run as.
func TestMain(m *testing.M) {
	if path := os.Getenv("SHOKYO_TEST_OPEN"); path != "" {
		medium, err := Open(path)
		if err == nil {
			medium.Close()
		}
		fmt.Print("permission ", errors.Is(err, fs.ErrPermission), ": ", err)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func randomBytes(n int, seed byte) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

// folders are one on a disk and one in memory: O_DIRECT differs.
func folders(t *testing.T) []string {
	t.Helper()
	list := []string{t.TempDir()}
	if dir, err := os.MkdirTemp("/dev/shm", "shokyo-test"); err == nil {
		t.Cleanup(func() { os.RemoveAll(dir) })
		list = append(list, dir)
	}
	return list
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func mustOpen(t *testing.T, path string) *Medium {
	t.Helper()
	m, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// checkReads compares reads at odd and even offsets, lengths and addresses.
func checkReads(t *testing.T, m *Medium, want []byte) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	buf := aligned.Bytes(1<<20+8192, 4096)
	odd := func(n int) int { // often a multiple of something
		return rng.IntN(n) &^ []int{0, 0, 511, 4095}[rng.IntN(4)]
	}
	for range 300 {
		off := min(odd(len(want)+5000), len(want)+4999)
		skip := odd(8192)
		p := buf[skip : skip+odd(1<<20)]
		clear(p)
		n, err := m.ReadAt(p, int64(off))
		expect := want[min(off, len(want)):]
		expect = expect[:min(len(expect), len(p))]
		if !bytes.Equal(p[:n], expect) {
			t.Fatalf("ReadAt(%d bytes at address …%x, %d): %d bytes, wrong ones or too few: %v", len(p), skip, off, n, err)
		}
		if eof := n < len(p) || off >= len(want); eof != (err == io.EOF) || !eof && err != nil {
			t.Fatalf("ReadAt(%d bytes, %d) of %d: %d bytes, error %v", len(p), off, len(want), n, err)
		}
	}
	if _, err := m.ReadAt(buf[:1], -1); err == nil || err == io.EOF {
		t.Errorf("negative offset: %v", err)
	}
}

func TestFile(t *testing.T) {
	for _, dir := range folders(t) {
		for _, size := range []int{1, 511, 512, 513, 4096, 4097, 1<<20 - 1, 1 << 20, 3<<20 + 12345} {
			path := filepath.Join(dir, "medium")
			want := randomBytes(size, byte(size))
			write(t, path, want)
			m := mustOpen(t, path)
			if m.Size() != int64(size) || m.Alignment() != 512 {
				t.Errorf("%s: size %d, alignment %d; want %d, 512", path, m.Size(), m.Alignment(), size)
			}
			f := m.Facts()
			if f != (kernel.Facts{Path: path, Kind: kernel.File, SizeBytes: int64(size)}) {
				t.Errorf("facts %+v", f)
			}
			checkReads(t, m, want)
			c, err := m.Check()
			if err != nil || c.Changed != answer.No {
				t.Errorf("untouched: %+v, %v", c, err)
			}
			if err := m.Close(); err != nil {
				t.Error(err)
			}
			if _, err := m.ReadAt(make([]byte, 512), 0); err == nil {
				t.Error("a closed medium can be read")
			}
		}
	}
}

// TestBuffered reads without O_DIRECT, as on a file system that has none.
func TestBuffered(t *testing.T) {
	path := filepath.Join(t.TempDir(), "medium")
	want := randomBytes(1<<20+77, 3)
	write(t, path, want)
	m := mustOpen(t, path)
	if err := m.withoutDirect(); err != nil {
		t.Fatal(err)
	}
	flags, err := unix.FcntlInt(m.file.Fd(), unix.F_GETFL, 0)
	if err != nil || flags&unix.O_DIRECT != 0 {
		t.Errorf("flags %x, %v", flags, err)
	}
	checkReads(t, m, want)
}

func TestConcurrent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "medium")
	want := randomBytes(4<<20+100, 4)
	write(t, path, want)
	m := mustOpen(t, path)
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() { checkReads(t, m, want) })
	}
	group.Wait()
}

func TestReadOnlyDescriptors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "medium")
	write(t, path, randomBytes(8192, 5))
	for _, how := range []int{0, unix.O_DIRECT, unix.O_EXCL, unix.O_RDWR, unix.O_WRONLY | unix.O_CREAT | unix.O_TRUNC, -1} {
		f, err := openReadOnly(path, how)
		if err != nil {
			t.Fatal(err)
		}
		flags, err := unix.FcntlInt(f.Fd(), unix.F_GETFL, 0)
		if err != nil || flags&unix.O_ACCMODE != unix.O_RDONLY {
			t.Errorf("how %x: flags %x, %v", how, flags, err)
		}
		if cloexec, _ := unix.FcntlInt(f.Fd(), unix.F_GETFD, 0); cloexec&unix.FD_CLOEXEC == 0 {
			t.Errorf("how %x: children inherit the descriptor", how)
		}
		if _, err := f.WriteAt([]byte("x"), 0); err == nil {
			t.Errorf("how %x: writing is possible", how)
		}
		f.Close()
	}
	if st, _ := os.Stat(path); st.Size() != 8192 {
		t.Error("the file was truncated")
	}
}

func TestShrinkingFile(t *testing.T) {
	for _, dir := range folders(t) {
		path := filepath.Join(dir, "medium")
		want := randomBytes(1<<20, 6)
		write(t, path, want)
		m := mustOpen(t, path)
		if err := os.Truncate(path, 300_000); err != nil {
			t.Fatal(err)
		}
		p := aligned.Bytes(1<<20, 4096)
		n, err := m.ReadAt(p, 0)
		if n != 300_000 || err != io.EOF || !bytes.Equal(p[:n], want[:n]) {
			t.Errorf("%d bytes, %v; want 300000 and EOF", n, err)
		}
		if n, err := m.ReadAt(p[:512], 500_000); n != 0 || err != io.EOF {
			t.Errorf("behind the new end: %d bytes, %v", n, err)
		}
		if c, err := m.Check(); err != nil || c.Changed != answer.Yes || !strings.Contains(c.Text, "from 1048576 to 300000 bytes") {
			t.Errorf("%+v, %v", c, err)
		}
	}
}

// A read may be cut short anywhere, and the next one from the aligned offset before
// that as well. Taken for the end of the medium, it cost all that lies behind.
func TestShortReadIsNoEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "medium")
	want := randomBytes(1<<20, 7)
	write(t, path, want)
	m := mustOpen(t, path)
	const stuck = 300_000 // no read goes over this byte
	m.system = func(fd int, p []byte, off int64) (int, error) {
		n, err := unix.Pread(fd, p, off)
		if off < stuck {
			n = min(n, int(stuck-off))
		}
		return n, err
	}
	p := aligned.Bytes(1<<20, 4096)
	n, err := m.ReadAt(p, 0)
	if n != stuck || !errors.Is(err, io.ErrNoProgress) || errors.Is(err, io.EOF) || !bytes.Equal(p[:n], want[:n]) {
		t.Errorf("%d bytes, %v; want %d and no end of the medium", n, err, stuck)
	}
	behind := (stuck/m.align + 1) * m.align
	if n, err := m.ReadAt(p[:4096], int64(behind)); n != 4096 || err != nil || !bytes.Equal(p[:n], want[behind:behind+n]) {
		t.Errorf("behind it: %d bytes, %v", n, err)
	}
}

// Holes are what the file system says; a file that ended early has none behind its end.
func TestStored(t *testing.T) {
	for _, dir := range folders(t) {
		path := filepath.Join(dir, "medium")
		const size, data, length = 40 << 20, 8 << 20, 1 << 20
		write(t, path, nil)
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.WriteAt(randomBytes(length, 8), data)
		if err := errors.Join(err, f.Truncate(size), f.Close()); err != nil {
			t.Fatal(err)
		}
		m := mustOpen(t, path)
		for _, c := range []struct {
			off, end int64
			stored   bool
		}{{0, data, false}, {4096, data, false}, {data - 1, data, false}, {data, data + length, true}, {data + length - 1, data + length, true}, {data + length, size, false}, {size - 1, size, false}} {
			if end, stored := m.Stored(c.off); end != c.end || stored != c.stored {
				t.Errorf("%s at %d: stored is %v to %d, want %v to %d", dir, c.off, stored, end, c.stored, c.end)
			}
		}
		if err := os.Truncate(path, data+length); err != nil {
			t.Fatal(err)
		}
		for _, off := range []int64{data + length, size - 1} {
			if end, stored := m.Stored(off); !stored || end != size {
				t.Errorf("%s at %d, behind the new end: stored is %v to %d: a lost end is no hole", dir, off, stored, end)
			}
		}
	}
}

func TestChangedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "medium")
	write(t, path, randomBytes(8192, 7))
	m := mustOpen(t, path)
	later := time.Now().Add(time.Minute)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	if c, err := m.Check(); err != nil || c.Changed != answer.Yes || !c.After.ModTime.Equal(later) {
		t.Errorf("%+v, %v", c, err)
	}
	m.Close()
	if _, err := m.Check(); err == nil {
		t.Error("Check after Close gives no error")
	}
}

// TestSinceFile: the state of one examination is what the next compares with.
func TestSinceFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "medium")
	write(t, path, randomBytes(8192, 11))
	first := mustOpen(t, path)
	c, err := first.Check()
	if err != nil {
		t.Fatal(err)
	}
	earlier := saved(t, c.After)
	first.Close()
	if c, err := mustOpen(t, path).Since(earlier); err != nil || c.Changed != answer.No || !c.Before.ModTime.Equal(earlier.ModTime) {
		t.Errorf("untouched: %+v, %v", c, err)
	}
	later := earlier.ModTime.Add(time.Nanosecond)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	second := mustOpen(t, path)
	if c, err := second.Since(earlier); err != nil || c.Changed != answer.Yes {
		t.Errorf("written in between: %+v, %v", c, err)
	}
	if c, err := second.Check(); err != nil || c.Changed != answer.No {
		t.Errorf("since it was opened again: %+v, %v", c, err)
	}
}

// TestReplacedFile: another file under the same name is none of our business.
func TestReplacedFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "medium")
	want := randomBytes(8192, 8)
	write(t, path, want)
	m := mustOpen(t, path)
	write(t, path+"2", randomBytes(100, 9))
	if err := os.Rename(path+"2", path); err != nil {
		t.Fatal(err)
	}
	checkReads(t, m, want)
	if c, err := m.Check(); err != nil || c.Changed != answer.No {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	write(t, in("empty"), nil)
	write(t, in("file"), []byte("x"))
	if err := unix.Mkfifo(in("fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", in("link")); err != nil {
		t.Fatal(err)
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := unix.Bind(fd, &unix.SockaddrUnix{Name: in("socket")}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		path, want string
		err        error
	}{
		{dir, "is a directory: give an image file or a block device", ErrNotMedium},
		{in("fifo"), "is a FIFO", ErrNotMedium},
		{in("socket"), "is a socket", ErrNotMedium},
		{"/dev/zero", "is a character device", ErrNotMedium},
		{in("empty"), "is empty: there is nothing to examine", ErrEmpty},
		{in("missing"), "does not exist", fs.ErrNotExist},
		{in("link"), "does not exist", fs.ErrNotExist},
		{in("file/x"), "does not exist", fs.ErrNotExist},
		{in(strings.Repeat("x", 300)), "can not be opened: file name too long", unix.ENAMETOOLONG},
	} {
		m, err := Open(test.path)
		var refusal *Refusal
		if m != nil || !errors.Is(err, test.err) || !errors.As(err, &refusal) || refusal.Path != test.path ||
			!strings.HasPrefix(err.Error(), test.path+" "+test.want) {
			t.Errorf("Open(%s): %v; want %q", test.path, err, test.want)
		}
	}
}

// TestSymlink: /dev/disk/by-id holds links.
func TestSymlink(t *testing.T) {
	path := filepath.Join(t.TempDir(), "medium")
	want := randomBytes(9999, 10)
	write(t, path, want)
	if err := os.Symlink(path, path+"-link"); err != nil {
		t.Fatal(err)
	}
	checkReads(t, mustOpen(t, path+"-link"), want)
}

// openAs opens a path in a process of a user who is nobody.
func openAs(t *testing.T, path string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can become another user")
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = []string{"SHOKYO_TEST_OPEN=" + path}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestNoPermission(t *testing.T) {
	dir, err := os.MkdirTemp("", "shokyo-test")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "medium")
	write(t, path, []byte("secret"))
	if got := openAs(t, path); !strings.HasPrefix(got, "permission true: ") || !strings.Contains(got, "a folder above it is closed") {
		t.Errorf("closed folder: %s", got)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if got := openAs(t, path); !strings.HasPrefix(got, "permission true: ") || !strings.Contains(got, "may not be read by this user (owner uid 0, group gid 0, mode 0600): run as root") {
		t.Errorf("closed file: %s", got)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := openAs(t, path); got != "permission false: <nil>" {
		t.Errorf("open file: %s", got)
	}
}

func sum(t *testing.T, path string) [32]byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(b)
}

func BenchmarkReadAt(b *testing.B) {
	path := filepath.Join(b.TempDir(), "medium")
	if err := os.WriteFile(path, randomBytes(64<<20, 1), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, bench := range []struct {
		name   string
		direct bool
		skip   int // bytes by which the buffer is out of place
	}{{"direct", true, 0}, {"bounced", true, 1}, {"buffered", false, 0}} {
		b.Run(bench.name, func(b *testing.B) {
			m, err := Open(path)
			if err != nil {
				b.Fatal(err)
			}
			defer m.Close()
			if !m.direct && bench.direct {
				b.Skip("no O_DIRECT here")
			}
			if !bench.direct {
				if err := m.withoutDirect(); err != nil {
					b.Fatal(err)
				}
			}
			p := aligned.Bytes(4<<20+4096, 4096)[bench.skip : 4<<20+bench.skip]
			b.SetBytes(m.Size())
			for b.Loop() {
				for off := int64(0); off < m.Size(); off += int64(len(p)) {
					if _, err := m.ReadAt(p, off); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// saved is a state as another process finds it: written as JSON and read.
func saved(t *testing.T, s written.State) (read written.State) {
	t.Helper()
	b, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(b, &read)
	}
	if err != nil {
		t.Fatal(err)
	}
	return read
}
