package machine

import (
	"os"
	"os/signal"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// Keys and cables that end programs or computers. U-root's init makes the screen
// the controlling terminal of this program, so that Ctrl-C on the keyboard would
// end it, and the computer with it: reports that are only in memory would be lost.

// StayAlive takes the signals that a terminal sends for keys, or when it is gone,
// and does nothing with them (termios(3), ISIG). The console gets its keys as
// bytes. They are taken and not ignored: what is ignored, a child inherits.
func StayAlive() {
	signal.Notify(make(chan os.Signal, 1), unix.SIGINT, unix.SIGQUIT, unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU, unix.SIGHUP, unix.SIGTERM)
}

// OwnSession starts a child where keys on the screen do not send it signals.
func OwnSession() *unix.SysProcAttr { return &unix.SysProcAttr{Setsid: true} }

// HoldKernelKeys keeps the kernel from starting the computer again by itself at
// Ctrl-Alt-Del: it sends a signal instead, to the process in cad_pid (reboot(2)),
// and that is this one, because process 1 would end by it. It also switches the
// magic SysRq key off: on a serial line it is a break and a letter, which a cable
// that is plugged in may well send (kernel: Documentation/admin-guide/sysrq.rst).
func HoldKernelKeys(sysctl string, disable func() error) error {
	if err := Set(sysctl, "cad_pid", strconv.Itoa(os.Getpid())); err != nil {
		return err
	}
	if err := disable(); err != nil {
		return os.NewSyscallError("reboot", err)
	}
	return Set(sysctl, "sysrq", "0")
}

func DisableCtrlAltDel() error { return unix.Reboot(unix.LINUX_REBOOT_CMD_CAD_OFF) }

// Set writes a setting of the kernel, in a folder of /proc.
func Set(dir, name, value string) error {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(value)
	f.Close()
	return err
}
