// Package child is shokyo as the appliance calls it: a child process of its own, so that
// what a hostile disk does to it it does not do to the appliance. Here are its calls but
// for the examination itself (package appliance), and what it says before it dies.
package child

import (
	"errors"
	"os"
	"os/exec"

	"shokyo.dev/shokyo/appliance/machine"
	"shokyo.dev/shokyo/internal/exchange"
)

// Program is where shokyo is.
type Program string

// Keygen is a call of shokyo keygen.
func (p Program) Keygen(passphrase string, args ...string) *exec.Cmd {
	cmd := exec.Command(string(p), append([]string{"keygen"}, args...)...)
	cmd.Env = append(os.Environ(), exchange.PassphraseVariable+"="+passphrase)
	cmd.SysProcAttr = machine.OwnSession()
	return cmd
}

// NotValid says whether shokyo finds the bundle to be none.
func (p Program) NotValid(bundle string) bool {
	cmd := exec.Command(string(p), "verify", bundle)
	cmd.SysProcAttr = machine.OwnSession()
	var exit *exec.ExitError
	return errors.As(cmd.Run(), &exit) && exit.ExitCode() == exchange.ExitNotValid
}
