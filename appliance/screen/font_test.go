package screen

import (
	"bytes"
	"path/filepath"
	"testing"
)

func TestDoubled(t *testing.T) {
	letters := make([]byte, 2*fontRows) // two letters, 8 wide and 16 high
	copy(letters[fontRows:], []byte{0b10000001, 0b01100110})
	letters[fontRows+15] = 0b00000010
	got := doubled(letters, 8, 16)
	want := make([]byte, 2*fontRows*2)
	at := want[fontRows*2:]
	copy(at, []byte{0b11000000, 0b00000011, 0b11000000, 0b00000011, 0b00111100, 0b00111100, 0b00111100, 0b00111100})
	copy(at[30*2:], []byte{0, 0b00001100, 0, 0b00001100})
	if !bytes.Equal(got, want) {
		t.Errorf("%x\n%x", got, want)
	}
	odd := doubled(append(make([]byte, 0, 2*fontRows), bytes.Repeat([]byte{0xff, 0xf0}, fontRows)...), 12, 16)
	if !bytes.Equal(odd, bytes.Repeat([]byte{0xff, 0xff, 0xff}, fontRows)) {
		t.Errorf("%x", odd)
	}
}

func TestRoomForDouble(t *testing.T) {
	for _, c := range []struct {
		screen [2]int
		letter [2]int
		want   bool
	}{
		{[2]int{1280, 800}, [2]int{8, 16}, true},
		{[2]int{1920, 1080}, [2]int{8, 16}, true},
		{[2]int{1024, 768}, [2]int{8, 16}, false}, // 64 columns
		{[2]int{1280, 720}, [2]int{8, 16}, false}, // 22 rows
		{[2]int{3840, 2160}, [2]int{16, 32}, false},
		{[2]int{1280, 800}, [2]int{0, 0}, false},
	} {
		if got := roomForDouble(c.screen[0], c.screen[1], c.letter[0], c.letter[1]); got != c.want {
			t.Errorf("%v, %v: %v", c.screen, c.letter, got)
		}
	}
}

func TestScreenSize(t *testing.T) {
	sys := t.TempDir()
	if w, h := screenSize(sys); w != 0 || h != 0 {
		t.Error(w, h)
	}
	for text, want := range map[string]int{"1280,800\n": 1280, "wide": 0, "": 0} {
		write(t, filepath.Join(sys, "class/graphics/fb0/virtual_size"), text)
		if w, _ := screenSize(sys); w != want {
			t.Errorf("%q: %d", text, w)
		}
	}
	if err := EnlargeFont(t.TempDir(), "/dev/null"); err != nil {
		t.Error(err)
	}
	write(t, filepath.Join(sys, "class/graphics/fb0/virtual_size"), "1280,800\n")
	if err := EnlargeFont(sys, "/dev/null"); err == nil {
		t.Error("/dev/null has a font")
	}
}
