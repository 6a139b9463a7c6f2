package attest

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-tpm/tpm2"
	"github.com/google/go-tpm/tpm2/transport"
)

// startTPM runs a software TPM on the given state, and opens it. The socket is made
// here: who connects before it is served, waits.
func startTPM(t *testing.T, state string) transport.TPM {
	t.Helper()
	path := filepath.Join(state, "tpm.sock")
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	listener.SetUnlinkOnClose(false)
	socket, err := listener.File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	cmd := exec.Command("swtpm", "socket", "--tpm2", "--tpmstate", "dir="+state, "--server", "type=unixio,fd=3", "--flags", "not-need-init,startup-clear")
	cmd.ExtraFiles = []*os.File{socket}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v: run scripts/install-test-tools", err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	tpm, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tpm.Close() })
	return tpm
}

// shortDir is a folder whose name fits into a socket's address (108 bytes).
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tpm")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// makeTPM is what a factory does: keys, and a certificate by the maker, who is
// made for this test too.
func makeTPM(t *testing.T) (state string, maker *x509.CertPool) {
	t.Helper()
	state = shortDir(t)
	ca := filepath.Join(state, "ca")
	write := func(name, text string) string {
		path := filepath.Join(state, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	localca := write("localca.conf", fmt.Sprintf("statedir = %[1]s\nsigningkey = %[1]s/key.pem\nissuercert = %[1]s/issuer.pem\ncertserial = %[1]s/serial\n", ca))
	options := write("localca.options", "--platform-manufacturer Example\n--platform-version 1\n--platform-model Bench\n")
	config := write("setup.conf", fmt.Sprintf("create_certs_tool = swtpm_localca\ncreate_certs_tool_config = %s\ncreate_certs_tool_options = %s\n", localca, options))
	cmd := exec.Command("swtpm_setup", "--tpm2", "--tpmstate", state, "--config", config, "--create-ek-cert", "--overwrite")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("swtpm_setup: %v (run scripts/install-test-tools)\n%s", err, out)
	}
	maker = x509.NewCertPool()
	for _, name := range []string{"issuer.pem", "swtpm-localca-rootca-cert.pem"} {
		pem, err := os.ReadFile(filepath.Join(ca, name))
		if err != nil || !maker.AppendCertsFromPEM(pem) {
			t.Fatalf("%s: %v", name, err)
		}
	}
	return state, maker
}

// measure extends PCRs as a boot does, and gives the log of it.
func measure(t *testing.T, tpm transport.TPM, pcrs []uint, what ...string) (log []byte) {
	t.Helper()
	log = logHeader()
	for i, p := range pcrs {
		sum := sha256.Sum256([]byte(what[i]))
		_, err := tpm2.PCRExtend{
			PCRHandle: tpm2.AuthHandle{Handle: tpm2.TPMHandle(p), Auth: tpm2.PasswordAuth(nil)},
			Digests:   tpm2.TPMLDigestValues{Digests: []tpm2.TPMTHA{{HashAlg: tpm2.TPMAlgSHA256, Digest: sum[:]}}},
		}.Execute(tpm)
		if err != nil {
			t.Fatal(err)
		}
		log = append(log, logEvent(uint32(p), 13, sum, []byte(what[i]))...)
	}
	return log
}

// booted is a TPM in a machine that booted the image.
func booted(t *testing.T, tpm transport.TPM) (log []byte) {
	t.Helper()
	return measure(t, tpm, []uint{4, 9, 4, 11, 11, 0, 9}, "boot", "command line", "kernel", ".linux", ".initrd", "firmware", "initramfs")
}

func pcr(index int, what ...string) PCR {
	var v [32]byte
	for _, w := range what {
		sum := sha256.Sum256([]byte(w))
		v = extend(v, sum[:])
	}
	return PCR{index, hex.EncodeToString(v[:])}
}

// expected is what a manifest would say of the image: another way to boot it, and
// the way of booted.
func expected() []PCRSet {
	return []PCRSet{
		{"secure-boot-on", []PCR{pcr(4, "boot"), pcr(9, "command line", "initramfs"), pcr(11, ".linux", ".initrd"), pcr(12)}},
		{"secure-boot-off", []PCR{pcr(4, "boot", "kernel"), pcr(9, "command line", "initramfs"), pcr(11, ".linux", ".initrd"), pcr(12)}},
	}
}

func codes(r Result) (out []string) {
	for _, n := range r.Notes {
		out = append(out, n.Code)
	}
	return out
}

// TestQuote takes one TPM through a boot, a quote, and everything that could be
// done to the quote afterwards.
func TestQuote(t *testing.T) {
	state, maker := makeTPM(t)
	tpm := startTPM(t, state)
	log := booted(t, tpm)
	report := sha256.Sum256([]byte("a report"))
	a, err := Quote(tpm, report, Evidence{EventLog: log})
	if err != nil {
		t.Fatal(err)
	}
	if a, err = Decode(a.Encode()); err != nil {
		t.Fatal(err)
	}
	r, err := Verify(a, report, expected())
	if err != nil || r.Match != ThisImage || r.Set != "secure-boot-off" || r.Log != LogFits || len(r.Differences) > 0 {
		t.Errorf("the image that was booted: %+v, %v", r, err)
	}
	if got := codes(r); !slices.Equal(got, []string{"ak-not-bound"}) {
		t.Errorf("notes %q", got)
	}
	if r, err = Verify(a, report, nil); err != nil || r.Match != NotCompared || !slices.Contains(codes(r), "not-compared") {
		t.Errorf("without a manifest: %+v, %v", r, err)
	}
	if name, err := VerifyEndorsement(a, maker, time.Now()); err != nil || !strings.Contains(name, "swtpm-localca") {
		t.Errorf("the endorsement certificate: %q, %v", name, err)
	}
	if _, err := VerifyEndorsement(a, x509.NewCertPool(), time.Now()); err == nil {
		t.Error("an endorsement certificate of an unknown maker is accepted")
	}

	t.Run("certified by a name", func(t *testing.T) {
		key, err := parseKey(a.AKPublic)
		if err != nil {
			t.Fatal(err)
		}
		b := *a
		b.AKCertificates = [][]byte{certificate(t, newAuthority(t, "A TPM maker"), key.key, nil)}
		r, err := Verify(&b, report, expected())
		if err != nil || !slices.Equal(codes(r), []string{noteCertified}) || !strings.Contains(r.Notes[0].Text, "CN=A TPM maker as its issuer; nobody has checked that") {
			t.Errorf("%+v, %v", r, err)
		}
	})
	t.Run("same key for the next report", func(t *testing.T) {
		next, err := Quote(tpm, sha256.Sum256([]byte("another")), Evidence{})
		if err != nil || !bytes.Equal(next.AKPublic, a.AKPublic) {
			t.Errorf("%v", err)
		}
	})
	t.Run("tampering", func(t *testing.T) { tamper(t, a, report) })
	t.Run("command line overridden", func(t *testing.T) {
		measure(t, tpm, []uint{12}, "init=/bin/sh")
		other, err := Quote(tpm, report, Evidence{EventLog: log})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Verify(other, report, expected())
		if err != nil || r.Match != OtherSystem || len(r.Differences) != 1 || !strings.Contains(r.Differences[0], "overridden") || r.Log != LogDiffers {
			t.Errorf("%+v, %v", r, err)
		}
	})
	t.Run("other image", func(t *testing.T) {
		measure(t, tpm, []uint{11}, "something else")
		other, err := Quote(tpm, report, Evidence{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Verify(other, report, expected())
		if err != nil || r.Match != OtherSystem || len(r.Differences) != 2 || !strings.Contains(r.Differences[0], "PCR 11") {
			t.Errorf("%+v, %v", r, err)
		}
		// The values of the image, put beside the quote of the other system.
		other.PCRs = slices.Clone(a.PCRs)
		if _, err := Verify(other, report, expected()); err == nil {
			t.Error("values that were not quoted are accepted")
		}
	})
	t.Run("unrestricted key", func(t *testing.T) { unrestricted(t, tpm, report) })
	t.Run("other hierarchy", func(t *testing.T) { ownersKey(t, tpm, report) })
}

// tamper changes what was quoted. All of it must be noticed.
func tamper(t *testing.T, good *Attestation, report [32]byte) {
	other := startTPM(t, shortDir(t))
	booted(t, other)
	theirs, err := Quote(other, report, Evidence{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Verify(theirs, report, expected()); err != nil || !slices.Equal(codes(got), []string{"ak-unproven"}) {
		t.Errorf("a TPM without certificate: %v, %v", got, err)
	}
	for _, c := range []struct {
		name, want string
		change     func(a *Attestation)
	}{
		{"another TPM's signature", "signature", func(a *Attestation) { a.Signature = theirs.Signature }},
		{"another TPM's key", "signature", func(a *Attestation) { a.AKPublic = theirs.AKPublic }},
		{"a PCR changed", "not those that were quoted", func(a *Attestation) { a.PCRs[0] = pcr(4, "mine") }},
		{"PCRs swapped", "value 0 is of PCR 9", func(a *Attestation) { a.PCRs[0], a.PCRs[1] = a.PCRs[1], a.PCRs[0] }},
		{"a PCR missing", "PCR values are given", func(a *Attestation) { a.PCRs = a.PCRs[1:] }},
		{"a PCR in capitals", "hexadecimal", func(a *Attestation) { a.PCRs[0].SHA256 = strings.ToUpper(a.PCRs[0].SHA256) }},
		{"the nonce field changed", "another report", func(a *Attestation) { a.Nonce = strings.Repeat("0", 64) }},
		{"a byte behind the quote", "left over", func(a *Attestation) { a.Quoted = append(a.Quoted, 0) }},
		{"no quote", "ends early", func(a *Attestation) { a.Quoted = nil }},
		{"a foreign AK certificate", "of another key", func(a *Attestation) { a.AKCertificates = [][]byte{a.EKCertificate} }},
		{"an AK certificate that is none", "no certificate", func(a *Attestation) { a.AKCertificates = [][]byte{{1, 2}} }},
	} {
		a := clone(good)
		c.change(a)
		if _, err := Verify(a, report, expected()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := Verify(good, sha256.Sum256([]byte("another report")), expected()); err == nil || !strings.Contains(err.Error(), "another report") {
		t.Errorf("a replayed quote: %v", err)
	}
	for name, field := range map[string]func(*Attestation) *[]byte{
		"quote":     func(a *Attestation) *[]byte { return &a.Quoted },
		"signature": func(a *Attestation) *[]byte { return &a.Signature },
		"key":       func(a *Attestation) *[]byte { return &a.AKPublic },
	} {
		for bit := range 8 * len(*field(good)) {
			a := clone(good)
			(*field(a))[bit/8] ^= 1 << (bit % 8)
			if _, err := Verify(a, report, expected()); err == nil {
				t.Errorf("%s: bit %d changed, and valid", name, bit)
			}
		}
	}
	a := clone(good)
	a.EventLog[len(a.EventLog)-20] ^= 1 // inside the last event's data: not replayed, but the digest before it is
	a.EventLog[len(logHeader())+4+4+4+2] ^= 1
	if r, err := Verify(a, report, expected()); err != nil || r.Log != LogDiffers || !slices.Contains(codes(r), "event-log-differs") {
		t.Errorf("an event log that does not fit: %+v, %v", r, err)
	}
	a.EventLog = a.EventLog[:len(a.EventLog)-1]
	if r, err := Verify(a, report, expected()); err != nil || r.Log != LogUnreadable {
		t.Errorf("an event log that ends early: %+v, %v", r, err)
	}
}

func clone(a *Attestation) *Attestation {
	c := *a
	c.Quoted, c.Signature, c.AKPublic = bytes.Clone(a.Quoted), bytes.Clone(a.Signature), bytes.Clone(a.AKPublic)
	c.EventLog, c.PCRs = bytes.Clone(a.EventLog), slices.Clone(a.PCRs)
	return &c
}

// quoteWith quotes with any key.
func quoteWith(t *testing.T, tpm transport.TPM, hierarchy tpm2.TPMHandle, public tpm2.TPMTPublic, nonce [32]byte) *Attestation {
	t.Helper()
	key, err := tpm2.CreatePrimary{PrimaryHandle: hierarchy, InPublic: tpm2.New2B(public)}.Execute(tpm)
	if err != nil {
		t.Fatal(err)
	}
	defer tpm2.FlushContext{FlushHandle: key.ObjectHandle}.Execute(tpm)
	a := &Attestation{Schema: Schema, Nonce: hex.EncodeToString(nonce[:]), AKPublic: key.OutPublic.Bytes()}
	if err := a.sign(tpm, key, nonce); err != nil {
		t.Fatal(err)
	}
	if a.PCRs, err = readPCRs(tpm); err != nil {
		t.Fatal(err)
	}
	return a
}

// An unrestricted key signs quotes too, and anything else that its holder likes.
func unrestricted(t *testing.T, tpm transport.TPM, nonce [32]byte) {
	public := template()
	public.ObjectAttributes.Restricted = false
	a := quoteWith(t, tpm, tpm2.TPMRHEndorsement, public, nonce)
	if _, err := Verify(a, nonce, nil); err == nil || !strings.Contains(err.Error(), "not restricted") {
		t.Errorf("error %v", err)
	}
}

// Keys of the owner's hierarchy change with the owner.
func ownersKey(t *testing.T, tpm transport.TPM, nonce [32]byte) {
	a := quoteWith(t, tpm, tpm2.TPMRHOwner, template(), nonce)
	if _, err := Verify(a, nonce, nil); err == nil || !strings.Contains(err.Error(), "endorsement hierarchy") {
		t.Errorf("error %v", err)
	}
}

// What came out of a virtual machine (OVMF 2022.11, swtpm 0.7.1) that booted the
// stick, with the firmware's own log; and the manifest that was made with the image.
func TestQuoteOfBootedMachine(t *testing.T) {
	a := sample(t, "stick.json")
	b, err := os.ReadFile("testdata/stick-manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := ParseManifest(b)
	if err != nil {
		t.Fatal(err)
	}
	nonce, err := hex.DecodeString(a.Nonce)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Verify(a, [32]byte(nonce), m.PCRSets)
	if err != nil || r.Log != LogFits || r.Match != ThisImage || r.Set != "secure-boot-off" {
		t.Errorf("%+v, %v", r, err)
	}
	a.EventLog = a.EventLog[:len(a.EventLog)-100]
	if r, err := Verify(a, [32]byte(nonce), nil); err != nil || r.Log != LogUnreadable {
		t.Errorf("without the end of the log: %+v, %v", r, err)
	}
}

// A TPM that answers nonsense is an error, not a crash.
func TestQuoteOfNonsense(t *testing.T) {
	for _, answer := range []string{"", "\x80\x01", "\x80\x01\x00\x00\x00\x0a\x00\x00\x00\x00", "\x80\x02\x00\x00\x00\x10\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff",
		"\x80\x01\x00\x00\x00\x0a\x00\x00\x01\x01" + strings.Repeat("\xff", 100)} {
		if _, err := Quote(nonsense(answer), [32]byte{}, Evidence{}); err == nil {
			t.Errorf("%q: a quote", answer)
		}
	}
}

type nonsense string

func (n nonsense) Send([]byte) ([]byte, error) { return []byte(n), nil }

func TestOpen(t *testing.T) {
	for _, path := range []string{filepath.Join(t.TempDir(), "none"), t.TempDir()} {
		if _, err := Open(path); err == nil {
			t.Errorf("%s is opened as a TPM", path)
		}
	}
}
