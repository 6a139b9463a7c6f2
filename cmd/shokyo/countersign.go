package main

import (
	"flag"
	"fmt"
	"time"

	"shokyo.dev/shokyo/reports/sign/countersign"

	"shokyo.dev/shokyo/reports/sign"
	"shokyo.dev/shokyo/words/terminal"
)

const countersignHelp = `usage: shokyo countersign BUNDLE --identity DIR
       shokyo countersign BUNDLE --approve|--reject [--reason TEXT] --identity DIR

Sign what another person has signed: the report of a bundle, which has to be
valid and does not change. Alone it is a concurrence; with --approve or --reject
it is the validation, a person's decision on the result. Each can be there once,
and shokyo verify shows both. A rejection has a reason.

  shokyo countersign reports/sdb --identity second
  shokyo countersign reports/sdb --approve --reason "class 2 data" --identity head

`

func countersignVerb(p *program, args []string) (int, error) {
	fs := flag.NewFlagSet("countersign", flag.ContinueOnError)
	var who identityFlags
	fs.Func("identity", "sign as whose keygen `DIR` or PKCS #12 file this is", given(&who.dir))
	fs.StringVar(&who.passphraseFile, "passphrase-file", "", "`FILE` with the passphrase")
	approve := fs.Bool("approve", false, "validation: the result is accepted")
	reject := fs.Bool("reject", false, "validation: the result is not accepted")
	reason := fs.String("reason", "", "why, a `TEXT` that stands in the signature")
	operands, err := p.parse(fs, countersignHelp, args)
	if err != nil {
		return exitUsage, err
	}
	what := countersign.Said{Role: countersign.Concurrence, Reason: *reason}
	switch {
	case len(operands) != 1:
		return exitUsage, usagef("name one BUNDLE")
	case who.dir == "":
		return exitUsage, usagef("give --identity: a second person signs with an identity of their own")
	case *approve && *reject:
		return exitUsage, usagef("--approve or --reject, not both")
	case *approve:
		what.Role, what.Decision = countersign.Validation, countersign.Approved
	case *reject:
		what.Role, what.Decision = countersign.Validation, countersign.Rejected
	}
	var k trusted
	c := k.check(operands[0], tool())
	if c.err != nil { // pages too; before anybody is asked for a passphrase
		return p.refuse(c)
	}
	if err := sign.Countersignable(operands[0], c.bundle.Verified, what); err != nil {
		return exitFailed, err
	}
	id, err := who.load(p)
	if err != nil {
		return exitFailed, err
	}
	if err := sign.Countersign(operands[0], c.bundle.Verified, what, id, time.Now()); err != nil {
		return exitFailed, err
	}
	fmt.Fprintln(p.stderr, terminal.DidSign.Say(printable(operands[0]), printable(id.Name())).EN)
	return exitOK, nil
}
