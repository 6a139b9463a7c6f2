package screen

import (
	"os"

	"golang.org/x/sys/unix"
)

// PrepareTerminal gives a terminal a size if it has none. It also says that the
// terminal has no tabs (XTABS, termios(3)): the renderer would take them for a
// short way to move the cursor, and the Linux console and serial terminals do not
// agree on where they are.
func PrepareTerminal(f *os.File) (restore func()) {
	fd := int(f.Fd())
	size, err := unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ)
	if err == nil && (size.Col == 0 || size.Row == 0) {
		unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Col: Columns, Row: Rows})
	}
	return change(fd, func(t *unix.Termios) { t.Oflag |= unix.XTABS })
}
