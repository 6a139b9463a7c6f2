package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os/exec"
	"syscall"
	"time"

	"shokyo.dev/shokyo/internal/guest/job"
)

func (g *guest) runSteps() {
	for _, s := range g.job.Steps {
		fmt.Printf("guest init: %s\n", s.Name) // the last line of a console says what the kernel died of
		g.report.Outcomes = append(g.report.Outcomes, g.runStep(s))
	}
}

func (g *guest) runStep(s job.Step) job.Outcome {
	o := job.Outcome{Name: s.Name, Status: -1}
	all := present()
	for _, a := range s.Argv {
		o.Argv = append(o.Argv, g.expand(a, all))
	}
	cmd := exec.Command(o.Argv[0], o.Argv[1:]...)
	cmd.Env = append(g.diskVariables(all), "PATH=/bin", "HOME=/tmp", "TMPDIR=/tmp", job.Variable+"=1")
	for _, e := range s.Env {
		cmd.Env = append(cmd.Env, g.expand(e, all))
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	err := runLimited(cmd, time.Duration(cmp.Or(s.Seconds, 60))*time.Second)
	o.Millis = time.Since(start).Milliseconds()
	if errors.Is(err, errStuck) {
		o.Error = err.Error()
		return o // its output is still being written to: not ours to read
	}
	o.Stdout, o.Stderr = stdout.Bytes(), stderr.Bytes()
	if cmd.ProcessState != nil {
		o.Status = cmd.ProcessState.ExitCode()
	}
	if o.Status == -1 && err != nil {
		o.Error = err.Error()
	}
	return o
}

var errStuck = errors.New("does not end, not even when killed: it hangs in the kernel")

// runLimited kills the command and all it started when its time is over. A
// process that hangs in the kernel does not die of that: it is left behind.
func runLimited(cmd *exec.Cmd, limit time.Duration) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-time.After(limit):
	}
	syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	select {
	case err := <-ended:
		return fmt.Errorf("killed after %v: %w", limit, err)
	case <-time.After(10 * time.Second):
		return errStuck
	}
}
