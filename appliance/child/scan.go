package child

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"shokyo.dev/shokyo/appliance/core"
	"shokyo.dev/shokyo/appliance/machine"
	"shokyo.dev/shokyo/internal/exchange"
)

// Scan is a call of shokyo scan: disks that are examined at the same time.
type Scan struct {
	Program
	Out      string // the folder for the bundles
	Job      string // the file of the job; "" if there is none
	CaseFile string // the tables of the job, as a case file; "" if there are none
	Identity string // the folder of the lab's identity
	Disks    []core.Disk
	Settings core.Settings
}

// Command is interrupted when the context ends, and killed if that does not help:
// an interrupted examination leaves a checkpoint and no half bundle.
func (c Scan) Command(ctx context.Context) *exec.Cmd {
	s := c.Settings
	cmd := exec.CommandContext(ctx, string(c.Program), c.arguments()...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = 30 * time.Second
	cmd.Env = append(os.Environ(), "TMPDIR=/tmp")
	cmd.SysProcAttr = machine.OwnSession()
	if s.Identity == core.Lab {
		cmd.Env = append(cmd.Env, exchange.PassphraseVariable+"="+s.Passphrase)
	}
	return cmd
}

func (c Scan) arguments() []string {
	s := c.Settings
	args := []string{"scan", "--json", "--progress-json", "--quiet", "--out=" + c.Out, "--sample=" + s.Mode}
	for _, f := range []struct{ flag, value string }{
		{"depth", s.Depth}, {"operator", s.Operator}, {"case", s.Case}, {"customer", s.Customer}, {"site", s.Site}, {"note", s.Note}, {"job", c.Job}, {"case-file", c.CaseFile},
	} {
		if f.value != "" {
			args = append(args, "--"+f.flag+"="+f.value)
		}
	}
	if s.Identity == core.Lab {
		args = append(args, "--identity="+c.Identity)
	}
	for _, d := range c.Disks {
		args = append(args, d.Path)
	}
	return args
}

// Progress is how far an examination is, as the line says.
func Progress(l exchange.Line) core.Progress {
	p := l.Progress
	out := core.Progress{Source: l.Source, Phase: p.Phase, Done: p.Done, Planned: p.Planned, PerSecond: p.PerSecond,
		SecondsLeft: -1, Residue: p.Residue, Unreadable: p.Unreadable, Map: p.Map}
	if p.SecondsLeft != nil {
		out.SecondsLeft = *p.SecondsLeft
	}
	return out
}

// WithoutAdvice leaves out how to go on at a command line: there is none here.
func WithoutAdvice(s string) string {
	s, _, _ = strings.Cut(s, "; the examination is kept in ")
	return s
}
