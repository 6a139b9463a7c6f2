package machine

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/appliance/ascii"
	"shokyo.dev/shokyo/appliance/screen"
	"shokyo.dev/shokyo/internal/wholefile"
	"shokyo.dev/shokyo/words/stick"
)

// Reports that are not saved yet lie in memory, in a file system that outlives the
// program. So the program is started twice: the parent does nothing but to wait for
// the child, which does everything, and to start it again should it fail. What the
// next one finds in memory it saves (recover.go).

// StartVariable tells the child which start it is, from 1.
const StartVariable = "SHOKYO_INIT_START"

// FailureVariable tells it what the one before it said last.
const FailureVariable = "SHOKYO_INIT_FAILURE"

// OOMScore is a file of each process in /proc, from -1000, never to be ended when
// memory runs out, to 1000 (proc(5), oom_score_adj). Children inherit it.
const OOMScore = "oom_score_adj"

// restartPause keeps a child that fails at once from filling the screen.
const restartPause = 2 * time.Second

// Supervise starts this program as its own child, again and again. It does not
// return.
func Supervise() {
	unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) // what a child leaves behind becomes ours, to be ended
	Set("/proc/self", OOMScore, "-1000")
	failure := ""
	for start := 1; ; start++ {
		failure = runChild("/proc/self/exe", start, failure)
		fmt.Fprintf(os.Stderr, "\r\n%sfailed: %s: starting again\r\n", screen.Prefix, ascii.Printable(firstOf(failure)))
		endOrphans("/proc", os.Getpid(), orphanLimit)
		time.Sleep(restartPause)
	}
}

// runChild runs the program once, and gives what it ended with.
func runChild(program string, start int, failure string) string {
	var said head
	cmd := exec.Command(program)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), StartVariable+"="+strconv.Itoa(start), FailureVariable+"="+failure)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, &said
	err := cmd.Run()
	how := stick.NeverEnds.EN
	if err != nil {
		how = err.Error()
	}
	if words := said.failure(); words != "" {
		how += ": " + words
	}
	return how
}

// head keeps the beginning of what is written to it: a Go program that dies says
// why first, and then where.
type head struct{ kept []byte }

const keptHead = 8 << 10

func (h *head) Write(b []byte) (int, error) {
	h.kept = append(h.kept, b[:min(len(b), keptHead-len(h.kept))]...)
	return len(b), nil
}

// failure is the text from the line on that says why, without what no variable of
// the environment can hold.
func (h *head) failure() string {
	text := strings.ReplaceAll(string(h.kept), "\x00", "")
	for _, word := range []string{"panic: ", "fatal error: "} {
		if at := strings.Index(text, word); at >= 0 {
			return text[at:]
		}
	}
	return strings.TrimSpace(text)
}

func firstOf(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// orphanLimit is long enough for a process that was killed to end, unless it hangs
// in the kernel with a dead disk: that one is left behind.
const orphanLimit = 10 * time.Second

// endOrphans ends the processes that a child has left behind: an examination that
// nobody listens to any more.
func endOrphans(proc string, parent int, limit time.Duration) {
	const pause = 50 * time.Millisecond
	for waited := time.Duration(0); waited < limit; waited += pause {
		for _, pid := range children(proc, parent) {
			unix.Kill(pid, unix.SIGKILL)
		}
		for {
			pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil)
			if err == unix.ECHILD {
				return
			}
			if pid <= 0 && err != unix.EINTR {
				break
			}
		}
		time.Sleep(pause)
	}
}

// children are the processes with that parent. In /proc/PID/stat it is the second
// field behind the name, which may itself hold blanks and brackets (proc(5)).
func children(proc string, parent int) (pids []int) {
	files, _ := filepath.Glob(filepath.Join(proc, "[0-9]*", "stat"))
	for _, file := range files {
		b, err := wholefile.Read(file, 4<<10)
		if err != nil {
			continue // it has ended
		}
		fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err == nil && len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			pids = append(pids, pid)
		}
	}
	return pids
}
