package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// bench is one run.
type bench struct {
	options
	shokyo  string
	cost    map[string]cost
	finders []finder
	growth  []grown
}

// cost is what a command took.
type cost struct {
	bytes     int64
	cpu, wall time.Duration
	memory    int64 // at most, in bytes
}

// perByte is in nanoseconds.
func (c cost) perByte() float64 { return float64(c.cpu.Nanoseconds()) / float64(c.bytes) }

// perSecond is in MB for each second of processor time.
func (c cost) perSecond() float64 { return 1e3 / c.perByte() }

func (b *bench) build() error {
	out, err := exec.Command("go", "build", "-trimpath", "-o", b.shokyo, "./cmd/shokyo").CombinedOutput()
	if err != nil {
		return fmt.Errorf("build shokyo: %w\n%s", err, out)
	}
	return nil
}

// measure takes the rounds in turn, so that what else the machine does meets all rows alike.
func (b *bench) measure() error {
	for round := range b.rounds {
		for i := range rows {
			r := &rows[i]
			if r.once && round > 0 {
				continue
			}
			c, err := b.run(r)
			if err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			fmt.Fprintf(os.Stderr, "%s: %v CPU, %v wall\n", r.name, c.cpu.Round(time.Millisecond), c.wall.Round(time.Millisecond))
			if was, ok := b.cost[r.name]; ok {
				c.cpu, c.wall = min(c.cpu, was.cpu), min(c.wall, was.wall)
			}
			b.cost[r.name] = c
		}
	}
	return nil
}

// run carries out the command of a row. What a program writes is thrown away; only shokyo's bundles stay, for they are verified.
func (b *bench) run(r *row) (c cost, err error) {
	out := filepath.Join(b.dir, "out-"+r.name)
	if err := os.RemoveAll(out); err != nil {
		return c, err
	}
	args := strings.Split(strings.NewReplacer("$shokyo", b.shokyo, "$F", b.medium(r.medium), "$O", out, "$D", b.dir).Replace(strings.Join(r.command, "\x00")), "\x00")
	if r.name == "photorec" {
		err = os.MkdirAll(out, 0o755)
	}
	if err == nil && r.cold {
		err = drop(b.medium(r.medium))
	}
	if err != nil {
		return c, err
	}
	info, err := os.Stat(b.medium(r.medium))
	if err != nil {
		return c, err
	}
	cmd := exec.Command(args[0], args[1:]...)
	var said bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = b.dir, io.Discard, &said
	start := time.Now()
	if err = cmd.Start(); err != nil {
		return c, err
	}
	stop, most := make(chan struct{}), make(chan int64)
	go watch(cmd.Process.Pid, stop, most)
	err = cmd.Wait()
	c.wall = time.Since(start)
	close(stop)
	c.memory = <-most
	if err != nil && !finished(err) {
		return c, fmt.Errorf("%w: %s", err, said.Bytes())
	}
	c.bytes, c.cpu = info.Size(), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()
	return c, nil
}

// watch gives the most memory that a process had in use until it was told to stop. What wait4(2) says is of no use: a child begins with
// what its parent had.
func watch(pid int, stop chan struct{}, most chan int64) {
	peak, each := int64(0), time.NewTicker(5*time.Millisecond)
	defer each.Stop()
	for {
		select {
		case <-stop:
			most <- peak
			return
		case <-each.C:
			peak = max(peak, highWater(pid))
		}
	}
}

// highWater is the most memory that a process had in use, proc(5); 0: it is gone.
func highWater(pid int) int64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kib << 10
		}
	}
	return 0
}

// finished says that a program ended with what it found, not with an error: shokyo with 3 and 4.
func finished(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && (exit.ExitCode() == 3 || exit.ExitCode() == 4)
}

// drop makes a file leave the page cache.
func drop(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return err
	}
	return unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
}

// finder is a detector with its cost, in nanoseconds a byte of ciphertext.
type finder struct {
	name string
	cost float64
}

// finders are asked of the benchmark of package look.
func finders() (list []finder, err error) {
	out, err := exec.Command("go", "test", "-run", "^$", "-bench", "Detectors", "-benchtime", "20x", "./scan/look").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("measure the detectors: %w\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		for i, unit := range fields {
			if unit != "least-ns/B" {
				continue
			}
			ns, err := strconv.ParseFloat(fields[i-1], 64)
			if err != nil {
				return nil, err
			}
			_, name, _ := strings.Cut(fields[0], "/")
			list = append(list, finder{name[:strings.LastIndex(name, "-")], ns})
		}
	}
	return list, nil
}
