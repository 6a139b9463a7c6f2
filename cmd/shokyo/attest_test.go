package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-tpm/tpm2"
	"github.com/rogpeppe/go-internal/testscript"

	"shokyo.dev/shokyo/attest"
	"shokyo.dev/shokyo/reports"
)

// tpm SOCKET  starts a software TPM. Who connects before it is served, waits.
func tpmCommand(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	ts.Check(os.Mkdir(path+".state", 0o700))
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	ts.Check(err)
	defer listener.Close()
	listener.SetUnlinkOnClose(false)
	socket, err := listener.File()
	ts.Check(err)
	defer socket.Close()
	cmd := exec.Command("swtpm", "socket", "--tpm2", "--tpmstate", "dir="+path+".state", "--server", "type=unixio,fd=3", "--flags", "not-need-init,startup-clear")
	cmd.ExtraFiles = []*os.File{socket}
	if err := cmd.Start(); err != nil {
		ts.Fatalf("%v: run scripts/install-test-tools", err)
	}
	ts.Defer(func() { cmd.Process.Kill(); cmd.Wait() })
}

// measure SOCKET PCR=TEXT...  extends PCRs as a boot does.
func measureCommand(ts *testscript.TestScript, neg bool, args []string) {
	tpm, err := attest.Open(ts.MkAbs(args[0]))
	ts.Check(err)
	defer tpm.Close()
	for _, a := range args[1:] {
		number, text, _ := strings.Cut(a, "=")
		n, err := strconv.Atoi(number)
		ts.Check(err)
		sum := sha256.Sum256([]byte(text))
		_, err = tpm2.PCRExtend{
			PCRHandle: tpm2.AuthHandle{Handle: tpm2.TPMHandle(n), Auth: tpm2.PasswordAuth(nil)},
			Digests:   tpm2.TPMLDigestValues{Digests: []tpm2.TPMTHA{{HashAlg: tpm2.TPMAlgSHA256, Digest: sum[:]}}},
		}.Execute(tpm)
		ts.Check(err)
	}
}

// manifest FILE PCR=TEXT...  writes the manifest of the image that measures this.
func manifestCommand(ts *testscript.TestScript, neg bool, args []string) {
	values := [4][32]byte{}
	for _, a := range args[1:] {
		number, text, _ := strings.Cut(a, "=")
		sum := sha256.Sum256([]byte(text))
		for i, n := range []string{"4", "9", "11", "12"} {
			if n == number {
				values[i] = sha256.Sum256(append(values[i][:], sum[:]...))
			}
		}
	}
	m := attest.Manifest{Schema: attest.ManifestSchema, PCRSets: []attest.PCRSet{{Name: "secure-boot-off"}}}
	m.Image.Name = "shokyo-usb.img"
	for i, n := range []int{4, 9, 11, 12} {
		m.PCRSets[0].PCRs = append(m.PCRSets[0].PCRs, attest.PCR{Index: n, SHA256: hex.EncodeToString(values[i][:])})
	}
	other := attest.PCRSet{Name: "secure-boot-on", PCRs: slices.Clone(m.PCRSets[0].PCRs)}
	other.PCRs[0].SHA256 = fmt.Sprintf("%x", sha256.Sum256([]byte("signed")))
	m.PCRSets = append(m.PCRSets, other)
	b, err := json.MarshalIndent(m, "", "  ")
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o644))
}

// keyname FILE VARIABLE  computes the name of the attestation key in a file.
func keyNameCommand(ts *testscript.TestScript, neg bool, args []string) {
	b, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	a, err := attest.Decode(b)
	ts.Check(err)
	ts.Setenv(args[1], fmt.Sprintf("000b%x", sha256.Sum256(a.AKPublic)))
}

// commands DOCUMENT FILE  takes the shell commands of a document of ours, so that
// what it tells people to type is what is tested.
func commandsCommand(ts *testscript.TestScript, neg bool, args []string) {
	b, err := os.ReadFile(filepath.Join("../../docs", args[0]))
	ts.Check(err)
	_, rest, found := strings.Cut(string(b), "```sh\n")
	block, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		ts.Fatalf("%s has no shell commands", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(block), 0o644))
}

func TestAttestFlag(t *testing.T) {
	for _, c := range []struct {
		args string
		want attestFlag
		ok   bool
	}{
		{"", attestFlag{"auto", ""}, true},
		{"--attest none", attestFlag{"none", ""}, true},
		{"--attest tpm", attestFlag{"tpm", ""}, true},
		{"--attest tpm:/dev/tpmrm1", attestFlag{"tpm", "/dev/tpmrm1"}, true},
		{"--attest tpm:", attestFlag{}, false},
		{"--attest none:x", attestFlag{}, false},
		{"--attest yes", attestFlag{}, false},
		{"--attest=", attestFlag{}, false},
	} {
		var f scanFlags
		err := parseScan(t, &f, c.args)
		if (err == nil) != c.ok || c.ok && f.attestFlag != c.want {
			t.Errorf("%q: %+v, %v", c.args, f.attestFlag, err)
		}
	}
}

func TestRelease(t *testing.T) {
	path := filepath.Join(t.TempDir(), "release")
	for _, c := range []struct{ content, want string }{
		{"shokyo 1.0\nkernel 6.1\n", "shokyo 1.0 kernel 6.1"}, {"", ""}, {strings.Repeat("x", 5000), ""},
	} {
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := release(path); got != c.want {
			t.Errorf("%.20q: %.20q", c.content, got)
		}
	}
	if got := release(path + "-none"); got != "" {
		t.Errorf("%q", got)
	}
}

func TestNoteTooLong(t *testing.T) {
	if err := (&assignmentFlags{Assignment: reports.Assignment{Note: strings.Repeat("漢", 1001)}}).check(); err == nil || !strings.Contains(err.Error(), "--note") {
		t.Errorf("a note that would be cut: %v", err)
	}
	if err := (&assignmentFlags{Assignment: reports.Assignment{Note: strings.Repeat("漢", 1000)}}).check(); err != nil {
		t.Error(err)
	}
}

func parseScan(t *testing.T, f *scanFlags, args string) error {
	t.Helper()
	fs := flag.NewFlagSet("scan", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	f.register(fs)
	return fs.Parse(strings.Fields(args))
}
