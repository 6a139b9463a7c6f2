package screen

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/internal/wholefile"
)

// The kernel's letters are 8 pixels wide, made for screens of 640. On today's the
// 80 columns of the console fill a corner, and the verdict is to be read from the
// other side of the bench. So each pixel is made four, where the screen has room.

// font is what KDFONTOP takes: struct console_font_op, linux/kd.h. Each letter has
// fontRows rows of whole bytes, of which only the first height are shown.
type font struct {
	op, flags            uint32
	width, height, count uint32
	data                 *byte
}

const (
	kdFontOp  = 0x4B72
	fontSet   = 0 // KD_FONT_OP_SET
	fontGet   = 1 // KD_FONT_OP_GET
	fontRows  = 32
	fontWidth = 32 // the most that the kernel takes
	fontCount = 512
)

// EnlargeFont doubles the letters of a Linux console. It does nothing where there is
// no room, no pixels (a VGA text screen), or no screen.
func EnlargeFont(sys, tty string) error {
	width, height := screenSize(sys)
	f, err := os.OpenFile(tty, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil || width == 0 {
		return nil
	}
	defer f.Close()
	data := make([]byte, fontCount*fontRows*fontWidth/8)
	o := font{op: fontGet, width: fontWidth, height: fontRows, count: fontCount, data: &data[0]}
	if err := o.apply(f); err != nil {
		return err
	}
	if !roomForDouble(width, height, int(o.width), int(o.height)) {
		return nil
	}
	data = doubled(data[:int(o.count)*fontRows*rowBytes(int(o.width))], int(o.width), int(o.height))
	o = font{op: fontSet, width: 2 * o.width, height: 2 * o.height, count: o.count, data: &data[0]}
	return o.apply(f)
}

func (o *font) apply(tty *os.File) error {
	_, _, e := unix.Syscall(unix.SYS_IOCTL, tty.Fd(), kdFontOp, uintptr(unsafe.Pointer(o)))
	if e != 0 {
		return fmt.Errorf("the console's font: %w", e)
	}
	return nil
}

// screenSize is that of the first frame buffer, in pixels; zero if there is none.
func screenSize(sys string) (width, height int) {
	b, err := wholefile.Read(filepath.Join(sys, "class/graphics/fb0/virtual_size"), 64)
	if err != nil {
		return 0, 0
	}
	if _, err := fmt.Sscanf(strings.TrimSpace(string(b)), "%d,%d", &width, &height); err != nil {
		return 0, 0
	}
	return width, height
}

// roomForDouble: the console needs its rows and columns, and the kernel has a limit.
func roomForDouble(screenWidth, screenHeight, width, height int) bool {
	return width > 0 && height > 0 && 2*width <= fontWidth && 2*height <= fontRows &&
		screenWidth >= 2*width*Columns && screenHeight >= 2*height*Rows
}

func rowBytes(width int) int { return (width + 7) / 8 }

// doubled makes letters of twice the width and height.
func doubled(letters []byte, width, height int) []byte {
	from, to := rowBytes(width), rowBytes(2*width)
	count := len(letters) / (fontRows * from)
	out := make([]byte, count*fontRows*to)
	for l := range count {
		for y := range height {
			row := letters[(l*fontRows+y)*from:][:from]
			for x := range width {
				if row[x/8]&(0x80>>(x%8)) == 0 {
					continue
				}
				for _, at := range []int{(l*fontRows + 2*y) * to, (l*fontRows + 2*y + 1) * to} {
					out[at+2*x/8] |= 0xc0 >> (2 * x % 8)
				}
			}
		}
	}
	return out
}
