// Shokyo examines media that were erased by destroying their key, and says
// whether anything recoverable is left. See the README for a first run and
// docs/design.md for the words.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"shokyo.dev/shokyo/examine/batch"
	"shokyo.dev/shokyo/examine/plan"
	"shokyo.dev/shokyo/internal/exchange"
)

const (
	exitOK           = exchange.ExitOK
	exitFailed       = exchange.ExitFailed
	exitUsage        = exchange.ExitUsage
	exitResidue      = exchange.ExitResidue
	exitNotValid     = exchange.ExitNotValid
	exitInconclusive = exchange.ExitInconclusive
	exitInterrupted  = exchange.ExitInterrupted
)

// program is what every verb gets: where people and programs read.
type program struct {
	ctx    context.Context
	stdin  *os.File
	stdout io.Writer // for programs; a listener
	out    style     // of what people read on standard output
	stderr *os.File  // for people
	asJSON bool      // a program reads standard output
	screen *board    // what is at work now; nil: nothing

	describe func(fs *flag.FlagSet, help string) // takes what --help would print; nil: it is printed
}

func main() {
	debug.SetMemoryLimit(batch.MemoryLimit)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop) // a second signal ends the program as usual
	surviveReaders()
	p := &program{ctx: ctx, stdin: os.Stdin, stdout: &listener{w: os.Stdout}, out: styleFor(os.Stdout), stderr: os.Stderr}
	status := p.run(os.Args[1:])
	stop()
	os.Exit(status)
}

func (p *program) run(args []string) int {
	if len(args) == 0 {
		p.usage(p.stderr)
		return exitUsage
	}
	switch args[0] {
	case "-h", "-help", "--help":
		return p.helpVerb(nil)
	case "help":
		return p.helpVerb(args[1:])
	case "version", "--version":
		fmt.Fprintln(p.stdout, versionLine())
		return exitOK
	}
	v := findVerb(args[0])
	if v == nil {
		return p.noVerb(args[0])
	}
	p.asJSON = wantsJSON(args[1:])
	status, err := v.run(p, args[1:])
	return p.finish(*v, status, err)
}

// usageError is a call that cannot be carried out as written.
type usageError = plan.UsageError

func usagef(format string, args ...any) error { return plan.Usagef(format, args...) }

func (p *program) finish(v verb, status int, err error) int {
	var usage usageError
	switch {
	case err == nil:
		return status
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &usage):
		status = exitUsage
		p.showMisuse(v, err)
	default:
		status = max(status, exitFailed)
		p.showError(v.name, err)
	}
	if p.asJSON {
		p.printJSON(exchange.Failure{Verb: v.name, Error: errorText(err), ExitStatus: status})
	}
	return status
}

// parse reads flags wherever they stand among the operands, as people write them.
func (p *program) parse(fs *flag.FlagSet, help string, args []string) (operands []string, err error) {
	fs.Init(fs.Name(), flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) && p.describe != nil {
				p.describe(fs, help)
				return nil, err
			}
			if errors.Is(err, flag.ErrHelp) {
				fmt.Fprint(p.stdout, help)
				fs.SetOutput(p.stdout)
				fs.VisitAll(func(f *flag.Flag) { f.Usage = wrap(f.Usage, 56) })
				fs.PrintDefaults()
				return nil, err
			}
			return nil, plan.Usage(flagError(fs, err))
		}
		rest := fs.Args()
		if n := len(args) - len(rest); n > 0 && args[n-1] == "--" {
			return append(operands, rest...), nil
		}
		if len(rest) == 0 {
			return operands, nil
		}
		operands, args = append(operands, rest[0]), rest[1:]
	}
}
