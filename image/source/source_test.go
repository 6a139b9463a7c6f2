package source

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// device has what a device has: a preference, and holes.
type device struct{ *bytes.Reader }

func (device) Alignment() int                 { return 4096 }
func (device) Stored(off int64) (int64, bool) { return 2, off >= 2 }

func TestDefaults(t *testing.T) {
	plain := bytes.NewReader([]byte("1234"))
	if a, b := Alignment(plain, 520), Alignment(device{plain}, 520); a != 520 || b != 4096 {
		t.Errorf("alignments %d, %d", a, b)
	}
	if end, stored := Stored(plain, 1); end != 4 || !stored {
		t.Errorf("one without holes: %v to %d", stored, end)
	}
	if end, stored := Stored(device{plain}, 1); end != 2 || stored {
		t.Errorf("in a hole: %v to %d", stored, end)
	}
}

type broken struct{ *bytes.Reader }

var errBroken = errors.New("broken")

func (broken) ReadAt(p []byte, _ int64) (int, error) { return len(p) - 1, errBroken }

func TestReadFull(t *testing.T) {
	src := bytes.NewReader([]byte("1234"))
	p := make([]byte, 2)
	if err := ReadFull(src, p, 2); err != nil || string(p) != "34" {
		t.Errorf("%q, %v", p, err)
	}
	for off, want := range map[int64]error{3: io.ErrUnexpectedEOF, 4: io.ErrUnexpectedEOF, 99: io.ErrUnexpectedEOF} {
		if err := ReadFull(src, p, off); !errors.Is(err, want) {
			t.Errorf("at %d: %v", off, err)
		}
	}
	if err := ReadFull(broken{src}, p, 0); !errors.Is(err, errBroken) {
		t.Errorf("%v", err)
	}
}
