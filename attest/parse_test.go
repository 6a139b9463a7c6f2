package attest

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// logHeader is the first event of a log with one bank.
func logHeader() []byte {
	spec := []byte(specIDEvent)
	spec = append(spec, 0, 0, 0, 0, 0, 2, 2, 2) // platform class, version 2.0 errata 2, UINTN
	spec = binary.LittleEndian.AppendUint32(spec, 1)
	spec = binary.LittleEndian.AppendUint16(spec, algSHA256)
	spec = binary.LittleEndian.AppendUint16(spec, 32)
	spec = append(spec, 0) // vendor information
	b := binary.LittleEndian.AppendUint32(nil, 0)
	b = binary.LittleEndian.AppendUint32(b, evNoAction)
	b = append(b, make([]byte, sha1Size)...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(spec)))
	return append(b, spec...)
}

func logEvent(pcr, kind uint32, digest [32]byte, data []byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, pcr)
	b = binary.LittleEndian.AppendUint32(b, kind)
	b = binary.LittleEndian.AppendUint32(b, 1)
	b = binary.LittleEndian.AppendUint16(b, algSHA256)
	b = append(b, digest[:]...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	return append(b, data...)
}

func TestReplay(t *testing.T) {
	d := [32]byte{1}
	log := append(logHeader(), logEvent(5, 13, d, []byte("x"))...)
	log = append(log, logEvent(5, evNoAction, [32]byte{2}, nil)...)
	log = append(log, logEvent(5, 13, [32]byte{3}, nil)...)
	pcrs, err := replay(log)
	third := [32]byte{3}
	if want := extend(extend([32]byte{}, d[:]), third[:]); err != nil || pcrs[5] != want || pcrs[4] != [32]byte{} {
		t.Errorf("%x, %v", pcrs[5], err)
	}
	for n := range log {
		if _, err := replay(log[:n]); err == nil && n != len(logHeader()) &&
			n != len(logHeader())+len(logEvent(5, 13, d, []byte("x"))) && n != len(log)-len(logEvent(5, 13, d, nil)) {
			t.Errorf("a log that ends after %d of %d bytes is accepted", n, len(log))
		}
	}
	head := len(logHeader())
	for _, c := range []struct {
		name, want string
		at         int
		value      byte
	}{
		{"PCR 24", "PCR 24", head, 24},
		{"two digests", "2 digests", head + 8, 2},
		{"SHA-1", "kind 0x4", head + 12, 4},
		{"many banks", "at most 16", 32 + 16 + 8 + 1, 1},
		{"old log", "Spec ID", 32, 'x'},
	} {
		bad := bytes.Clone(log)
		bad[c.at] = c.value
		if _, err := replay(bad); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := replay(make([]byte, MaxEventLog+1)); err == nil {
		t.Error("a log that is too long is accepted")
	}
}

func TestReadEventLog(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "tpm1", "binary_bios_measurements")
	if err := os.MkdirAll(filepath.Dir(log), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		bytes int
		ok    bool
	}{{5, true}, {MaxEventLog, true}, {MaxEventLog + 1, false}} {
		if err := os.WriteFile(log, make([]byte, c.bytes), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, device := range []string{"/dev/tpmrm1", "/dev/tpm1"} {
			b, err := readEventLog(dir, device)
			if (err == nil) != c.ok || c.ok && len(b) != c.bytes {
				t.Errorf("%s with %d bytes: %d bytes, %v", device, c.bytes, len(b), err)
			}
		}
	}
	if b, err := readEventLog(dir, Device); b != nil || err != nil {
		t.Errorf("no log: %d bytes, %v", len(b), err)
	}
}

func manifestBytes(t testing.TB, change func(m *Manifest)) []byte {
	t.Helper()
	m := &Manifest{Schema: ManifestSchema, CommandLine: "quiet", PCRSets: expected()}
	if change != nil {
		change(m)
	}
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParseManifest(t *testing.T) {
	if m, err := ParseManifest(manifestBytes(t, nil)); err != nil || len(m.PCRSets) != 2 || m.CommandLine != "quiet" {
		t.Errorf("%+v, %v", m, err)
	}
	more := bytes.Replace(manifestBytes(t, nil), []byte("{"), []byte(`{"inputs":[{"name":"kernel"}],`), 1)
	if _, err := ParseManifest(more); err != nil {
		t.Errorf("fields of no concern: %v", err)
	}
	for _, c := range []struct {
		name, want string
		change     func(m *Manifest)
	}{
		{"other schema", "schema", func(m *Manifest) { m.Schema = Schema }},
		{"no sets", "0 sets", func(m *Manifest) { m.PCRSets = nil }},
		{"PCR 12 open", "PCR 12 is missing", func(m *Manifest) { m.PCRSets[1].PCRs = m.PCRSets[1].PCRs[:3] }},
		{"PCR 12 allowed", "must be zero", func(m *Manifest) { m.PCRSets[0].PCRs[3] = pcr(12, "init=/bin/sh") }},
		{"PCR 4 unknown", "must be zero", func(m *Manifest) { m.PCRSets[0].PCRs[0] = pcr(4) }},
		{"PCR 4 twice", "twice", func(m *Manifest) { m.PCRSets[0].PCRs = append(m.PCRSets[0].PCRs, pcr(4, "x")) }},
		{"no digest", "no SHA-256", func(m *Manifest) { m.PCRSets[0].PCRs[0].SHA256 = "00" }},
	} {
		if _, err := ParseManifest(manifestBytes(t, c.change)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := ParseManifest([]byte("MZ")); err == nil {
		t.Error("an image is taken for its manifest")
	}
}

func TestDecode(t *testing.T) {
	good := string((&Attestation{Schema: Schema, PCRs: []PCR{}}).Encode())
	if _, err := Decode([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"schema":        strings.Replace(good, "v1", "v2", 1),
		"unknown field": strings.Replace(good, "{", "{\n \"x\": 1,", 1),
		"field twice":   strings.Replace(good, "{", "{\n \"nonce\": \"1\",", 1),
		"no line end":   strings.TrimSpace(good),
		"trailing":      good + good,
		"null":          strings.Replace(good, "[]", "null", 1),
		"empty":         "",
		"too long":      good + strings.Repeat(" ", maxFile),
	} {
		if _, err := Decode([]byte(bad)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add((&Attestation{Schema: Schema}).Encode())
	f.Add(sample(f, "attestation.json").Encode())
	f.Add(sample(f, "stick.json").Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := Decode(b)
		if err != nil {
			return
		}
		if !bytes.Equal(a.Encode(), b) {
			t.Fatal("accepted, but not what would be written")
		}
		Verify(a, [32]byte{}, expected())
	})
}

func FuzzStructures(f *testing.F) {
	a := sample(f, "attestation.json")
	f.Add(a.Quoted, a.Signature, a.AKPublic, a.EKCertificate)
	f.Add([]byte{}, []byte{}, []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, quoted, signature, public, certificate []byte) {
		if q, err := parseQuote(quoted); err == nil && len(q.nonce)+len(q.signer)+len(q.pcrDigest) > len(quoted) {
			t.Error("more than there is")
		}
		if r, s, err := parseSignature(signature); err == nil && max(r.BitLen(), s.BitLen()) > 256 {
			t.Error("numbers too long")
		}
		if k, err := parseKey(public); err == nil && (k.key == nil || len(k.name) != 34) {
			t.Error("a key without name")
		}
		endorsementName(certificate)
		b := clone(a)
		b.Quoted, b.Signature, b.AKPublic, b.EKCertificate = quoted, signature, public, certificate
		r, err := Verify(b, [32]byte{}, nil)
		if err == nil && r.KeyName == "" {
			t.Error("valid, and nothing known of the key")
		}
	})
}

func FuzzReplay(f *testing.F) {
	f.Add(append(logHeader(), logEvent(4, 13, [32]byte{1}, []byte("data"))...))
	f.Add(logHeader())
	f.Add(sample(f, "stick.json").EventLog)
	f.Fuzz(func(t *testing.T, b []byte) {
		a, errA := replay(b)
		c, errC := replay(b)
		if a != c || (errA == nil) != (errC == nil) {
			t.Error("the same log, two results")
		}
		if _, err := replay(append(b[:len(b):len(b)], 0)); errA == nil && err == nil {
			t.Error("a byte behind the log is not noticed")
		}
	})
}

func FuzzParseManifest(f *testing.F) {
	f.Add(manifestBytes(f, nil))
	if b, err := os.ReadFile("testdata/stick-manifest.json"); err == nil {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseManifest(b)
		if err != nil {
			return
		}
		if err := checkSets(m.PCRSets); err != nil {
			t.Error(err)
		}
	})
}

// sample is a quote that a TPM once made: attestation.json, by a software TPM for
// the nonce zero, or stick.json (TestQuoteOfBootedMachine).
func sample(t testing.TB, name string) *Attestation {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	a, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
