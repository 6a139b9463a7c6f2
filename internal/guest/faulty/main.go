// Command faulty stands in for shokyo in a guest, to see that a failure of the
// program that has called it loses no report. It is shokyo-real, until that has
// finished the first report of this start of the computer: then it kills its caller,
// which has not heard of the report yet.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// marker is there once that was done.
const marker = "/run/failed-once"

func main() {
	cmd := exec.Command("/bin/shokyo-real", os.Args[1:]...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "faulty:", err)
		os.Exit(1)
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if _, err := os.Stat(marker); err != nil && bytes.Contains(lines.Bytes(), []byte(`"verdict":"`)) {
			os.WriteFile(marker, nil, 0o600)
			syscall.Kill(os.Getppid(), syscall.SIGKILL)
			select {} // until somebody ends this
		}
		fmt.Println(lines.Text())
	}
	cmd.Wait()
	os.Exit(cmd.ProcessState.ExitCode())
}
