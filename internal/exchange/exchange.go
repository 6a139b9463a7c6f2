// Package exchange is what travels between shokyo and the programs that call it: the
// lines of --json (docs/scripts.md), the parts of documents that the appliance reads,
// and the words and exit statuses that decide something. The program that prints and
// the one that reads have it from here, so that neither can be changed alone.
//
// A field of a line is declared here and nowhere else; fields are added at the end of
// what belongs together, never renamed. Whole documents (report.json, the list of
// devices) belong to package reports: here is what of them is read (read.go), and a
// test of cmd/shokyo holds it against them.
//
// It knows neither the engine nor the reports: the appliance, which imports it, is to
// scan nothing.
package exchange

import (
	"strconv"
	"strings"
)

// PassphraseVariable can hold the passphrase of a lab's key where nobody is there to
// type it: a command line can be read by every process.
const PassphraseVariable = "SHOKYO_PASSPHRASE"

// Exit statuses: a contract with scripts (README, "Exit status").
const (
	ExitOK           = 0
	ExitFailed       = 1 // could not run
	ExitUsage        = 2
	ExitResidue      = 3
	ExitNotValid     = 3 // verify, report
	ExitInconclusive = 4
	ExitInterrupted  = 130
)

// Ways to examine, as scan --sample takes them.
const (
	SampleFull   = "full"
	SampleNIST   = "nist-800-88r1"
	SampleRandom = "random:" // and a fraction
)

// How hard it is looked, as scan --depth takes it.
const (
	DepthDeep  = "deep"
	DepthQuick = "quick"
)

// IsSample says whether scan --sample takes it.
func IsSample(mode string) bool {
	fraction, random := strings.CutPrefix(mode, SampleRandom)
	if !random {
		return mode == SampleFull || mode == SampleNIST
	}
	f, err := strconv.ParseFloat(fraction, 64)
	return err == nil && f > 0 && f <= 1
}
