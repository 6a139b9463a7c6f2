package machine

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestRunChild(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{`echo "noise" >&2; printf 'panic: out of luck\n\ngoroutine 1\n' >&2; exit 2`, "exit status 2: panic: out of luck\n\ngoroutine 1\n"},
		{`echo "some words" >&2; kill -9 $$`, "signal: killed: some words"},
		{`[ "$SHOKYO_INIT_START/$SHOKYO_INIT_FAILURE" = "7/before" ] || echo "$SHOKYO_INIT_START" >&2`, "it ended, which it never does"},
		{`printf 'a\000b' >&2; exit 1`, "exit status 1: ab"},
		{`i=0; while [ $i -lt 5000 ]; do echo 0123456789 >&2; i=$((i+1)); done; exit 1`, "exit status 1: " + strings.Repeat("0123456789\n", 1000)[:keptHead]},
	} {
		program := filepath.Join(t.TempDir(), "child")
		write(t, program, "#!/bin/sh\n"+c.script+"\n")
		if got := runChild(program, 7, "before"); strings.TrimSpace(got) != strings.TrimSpace(c.want) {
			t.Errorf("%s: %.200q", c.script, got)
		}
	}
	if got := runChild("/not/there", 1, ""); !strings.Contains(got, "no such file") {
		t.Error(got)
	}
}

func TestChildren(t *testing.T) {
	proc := t.TempDir()
	for pid, stat := range map[string]string{
		"10": "10 (shokyo) S 1 10 10", "11": "11 (a) 1 (b) R 7 10", "12": "12 (x) S 7 12", "13": "", "self": "12 (x) S 7 12", "14": "14 (7",
	} {
		write(t, filepath.Join(proc, pid, "stat"), stat)
	}
	got := children(proc, 7)
	if slices.Sort(got); !slices.Equal(got, []int{11, 12}) {
		t.Error(got)
	}
}

// What a child leaves behind is ended. A process of its own does this here: it waits
// for every child there is.
func TestEndOrphans(t *testing.T) {
	if os.Getenv("ORPHANS") != "" {
		if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("sh", "-c", "sleep 1000 >/dev/null 2>&1 &").Output()
		if err != nil || len(children("/proc", os.Getpid())) != 1 {
			t.Fatal(err, string(out), children("/proc", os.Getpid()))
		}
		endOrphans("/proc", os.Getpid(), time.Minute)
		if left := children("/proc", os.Getpid()); len(left) > 0 {
			t.Error(left)
		}
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestEndOrphans$", "-test.v")
	cmd.Env = append(os.Environ(), "ORPHANS=1")
	if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("--- PASS: TestEndOrphans")) {
		t.Errorf("%v\n%s", err, out)
	}
}
