package guest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The emulator is a shell here, which writes to a disk and ends as it is told to.
func TestDespiteCrashes(t *testing.T) {
	for _, c := range []struct {
		name   string
		ends   []string // of one start after the other; the last of those that follow
		starts int
		fails  bool
	}{
		{"lives", []string{"true"}, 1, false},
		{"crashes once", []string{"kill -SEGV $$", "true"}, 2, false},
		{"crashes twice", []string{"kill -SEGV $$", "kill -ABRT $$", "true"}, 3, false},
		{"crashes always", []string{"kill -SEGV $$"}, maxStarts, true},
		{"killed", []string{"kill -KILL $$", "true"}, 1, true},
		{"fails", []string{"exit 139", "true"}, 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			disk := filepath.Join(t.TempDir(), "disk")
			if err := os.WriteFile(disk, []byte("as it was\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			starts := 0
			err := despiteCrashes(t, []string{disk}, func() error {
				end := c.ends[min(starts, len(c.ends)-1)]
				starts++
				return exec.Command("sh", "-c", "echo more >>"+disk+"; "+end).Run()
			})
			if starts != c.starts || (err != nil) != c.fails {
				t.Errorf("%d starts, %v", starts, err)
			}
			if b, _ := os.ReadFile(disk); string(b) != "as it was\nmore\n" {
				t.Errorf("after the last start the disk is %q", b)
			}
		})
	}
}
