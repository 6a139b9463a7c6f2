package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"shokyo.dev/shokyo/reports/sign/identity"

	"golang.org/x/term"

	"shokyo.dev/shokyo/internal/exchange"
	"shokyo.dev/shokyo/words/terminal"
)

// identityFlags name the lab identity and where its passphrase comes from.
type identityFlags struct {
	dir            string
	passphraseFile string
}

// load gives the lab identity, or a throw-away one when none is named.
func (f *identityFlags) load(p *program) (identity.Identity, error) {
	if f.dir == "" {
		return identity.ThrowAway(time.Now())
	}
	if err := identity.There(f.dir); err != nil { // nobody is asked for the passphrase of what is not there
		return identity.Identity{}, err
	}
	pass, err := p.passphrase(f.passphraseFile, terminal.PassphraseOf.Say(f.dir).EN)
	if err != nil {
		return identity.Identity{}, err
	}
	id, err := identity.Load(f.dir, []byte(pass))
	if err != nil {
		return id, err
	}
	return id, id.Current(time.Now())
}

// passphrase comes from a file, the environment or the terminal, in this order.
func (p *program) passphrase(file, prompt string) (string, error) {
	if file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("read the passphrase: %w", err)
		}
		return strings.TrimRight(string(b), "\r\n"), nil
	}
	if s, ok := os.LookupEnv(exchange.PassphraseVariable); ok {
		return s, nil
	}
	fd := int(p.stdin.Fd())
	if !term.IsTerminal(fd) {
		return "", errors.New("the lab key needs its passphrase: give --passphrase-file, set " + exchange.PassphraseVariable + ", or run on a terminal")
	}
	fmt.Fprint(p.stderr, prompt)
	defer fmt.Fprintln(p.stderr)
	return p.readPassword(fd)
}

// readPassword ends with Ctrl-C, and leaves a terminal that shows what is typed.
func (p *program) readPassword(fd int) (string, error) {
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	type answer struct {
		text []byte
		err  error
	}
	typed := make(chan answer, 1)
	go func() {
		b, err := term.ReadPassword(fd)
		typed <- answer{b, err}
	}()
	select {
	case a := <-typed:
		return string(a.text), a.err
	case <-p.ctx.Done():
		return "", errors.Join(p.ctx.Err(), term.Restore(fd, before))
	}
}

// newPassphrase asks twice on a terminal.
func (p *program) newPassphrase(file string) (string, error) {
	first, err := p.passphrase(file, terminal.NewPassphrase.EN)
	if err != nil {
		return "", err
	}
	if first == "" {
		return "", errors.New("the passphrase is empty: the key would lie open on the disk")
	}
	if _, fromEnv := os.LookupEnv(exchange.PassphraseVariable); file != "" || fromEnv {
		return first, nil
	}
	again, err := p.passphrase("", terminal.OnceMore.EN)
	if err == nil && again != first {
		err = errors.New("the two passphrases differ")
	}
	return first, err
}
