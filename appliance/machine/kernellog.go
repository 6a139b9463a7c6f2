package machine

import (
	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/words/stick"
)

// QuietKernel keeps the kernel's messages off the consoles, all but those before
// it dies: a drive that fails says so a thousand times, over whatever a person
// reads. They are in the kernel's log.
func QuietKernel() {
	const onlyPanics = 1
	unix.Klogctl(unix.SYSLOG_ACTION_CONSOLE_LEVEL, make([]byte, onlyPanics)) // syslog(2): the level is the length
}

// KernelMessages is the kernel's log.
func KernelMessages() []byte {
	b := make([]byte, 1<<20)
	n, err := unix.Klogctl(unix.SYSLOG_ACTION_READ_ALL, b)
	if err != nil {
		return []byte(stick.KernelLogFailed.Say(err).EN + "\n")
	}
	return b[:n]
}
