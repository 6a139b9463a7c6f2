package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// What a terminal that does not tell its size is taken for: a serial line says
// 0 by 0, and the renderer would then draw nothing at all.
const defaultColumns, defaultRows = 80, 24

// prepareTerminal gives a terminal a size if it has none. It also says that the
// terminal has no tabs (XTABS, termios(3)): the renderer would take them for a
// short way to move the cursor, and the Linux console and serial terminals do not
// agree on where they are.
func prepareTerminal(f *os.File) (restore func()) {
	fd := int(f.Fd())
	size, err := unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ)
	if err == nil && (size.Col == 0 || size.Row == 0) {
		unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Col: defaultColumns, Row: defaultRows})
	}
	return change(fd, func(t *unix.Termios) { t.Oflag |= unix.XTABS })
}
