package stick

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"shokyo.dev/shokyo/appliance/disks"
	"shokyo.dev/shokyo/appliance/stick/mark"
	"shokyo.dev/shokyo/internal/sysfstest"
	"shokyo.dev/shokyo/words"
)

// rig is a stick in a computer made of folders.
type rig struct {
	*Stick
	*sysfstest.Tree
	t        *testing.T
	dir      string
	guard    *disks.Guard
	mounts   int
	examined string               // the disk that is
	coming   bool                 // another USB disk
	marks    map[string]mark.Mark // of sticks that are not like all others
	mu       sync.Mutex
	flags    []string // "sda on", in the order they were set
	waited   time.Duration
}

func newRig(t *testing.T) *rig {
	t.Helper()
	return newRigIn(t, t.TempDir())
}

// newRigIn makes a rig where one may have been before: the program was started again.
func newRigIn(t *testing.T, dir string) *rig {
	t.Helper()
	b := &rig{t: t, dir: dir, Tree: sysfstest.New(t, filepath.Join(dir, "sys")), marks: make(map[string]mark.Mark)}
	b.guard = disks.NewGuard(disks.Sysfs(b.Tree.Dir), "/dev", func(said words.Text) { t.Log(said.EN) })
	b.guard.Set = b.setFlag
	evidence := filepath.Join(dir, "evidence")
	if err := os.MkdirAll(evidence, 0o755); err != nil {
		t.Fatal(err)
	}
	b.Stick = New(disks.Sysfs(b.Tree.Dir), "/dev", evidence, b.guard)
	b.State, b.Settle = filepath.Join(dir, "stick"), 0
	clock := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	b.Kernel = Kernel{
		Guarded: b.guard.Sure,
		Read: func(p disks.Partition) (mark.Mark, error) {
			if m, special := b.marks[p.Disk]; special {
				return m, nil
			}
			return mark.Mark{Number: "1"}, nil
		},
		Number: func(p disks.Partition, number string) error {
			b.marks[p.Disk] = mark.Mark{Number: number, Volume: "OF-" + number[:9]}
			return nil
		},
		Pluggable: func(string) bool { return true },
		Busy:      func(disk string) bool { return disk == b.examined },
		Coming:    func() bool { return b.coming },
		ReadOnly:  func(device string, on bool) error { return b.setFlag(filepath.Base(device), on) },
		Mount:     func(string, string) error { b.mounts++; return nil },
		Unmount:   func(string) error { return nil },
		Now:       func() time.Time { return clock.Add(b.waited) },
	}
	return b
}

func (b *rig) setFlag(disk string, on bool) error {
	b.mu.Lock() // disks are guarded at the same time
	defer b.mu.Unlock()
	b.flags = append(b.flags, fmt.Sprintf("%s %v", disk, on))
	return nil
}

func (b *rig) takeOther() error {
	_, err := b.TakeOther()
	return err
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
