package uki

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/bootimage"
)

// testStub is Debian's boot stub.
func testStub(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("/usr/lib/systemd/boot/efi/linuxx64.efi.stub")
	if err != nil {
		t.Fatalf("%v: run scripts/install-test-tools", err)
	}
	return b
}

func testKernel(t testing.TB) []byte {
	t.Helper()
	k, err := bootimage.FindKernel()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(k.Image())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// smallKernel is a unified kernel image in which the stub stands for the kernel.
func smallKernel(t testing.TB) Kernel {
	stub := testStub(t)
	return Kernel{stub, "ID=test\n", "quiet", "6.1", bytes.Repeat([]byte("initrd"), 1000), stub}
}

// Go's own reader finds every section as it was put in, and none lies in
// another, in memory or in the file.
func TestUnifiedKernel(t *testing.T) {
	u := smallKernel(t)
	b, err := u.Build()
	if err != nil {
		t.Fatal(err)
	}
	f, err := pe.NewFile(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range u.pieces() {
		s := f.Section(p.name)
		if s == nil {
			t.Fatalf("no section %s", p.name)
		}
		data, err := s.Data()
		if err != nil || !bytes.Equal(data[:s.VirtualSize], p.data) {
			t.Errorf("section %s is not what was put in: %v", p.name, err)
		}
		if s.VirtualAddress%pageSize != 0 || s.Offset%512 != 0 {
			t.Errorf("section %s at %#x, in the file %#x", p.name, s.VirtualAddress, s.Offset)
		}
	}
	for i := 1; i < len(f.Sections); i++ {
		a, b := f.Sections[i-1], f.Sections[i]
		if a.VirtualAddress+a.VirtualSize > b.VirtualAddress || a.Offset+a.Size > b.Offset {
			t.Errorf("sections %s and %s overlap", a.Name, b.Name)
		}
	}
	header := f.OptionalHeader.(*pe.OptionalHeader64)
	last := f.Sections[len(f.Sections)-1]
	if header.SizeOfImage < last.VirtualAddress+last.VirtualSize || f.PointerToSymbolTable != 0 {
		t.Errorf("size of image %#x, symbols at %#x", header.SizeOfImage, f.PointerToSymbolTable)
	}
}

func TestBadStubs(t *testing.T) {
	stub := testStub(t)
	h, err := parsePE(stub)
	if err != nil {
		t.Fatal(err)
	}
	change := func(at int, b ...byte) []byte {
		out := bytes.Clone(stub)
		copy(out[at:], b)
		return out
	}
	for _, c := range []struct {
		name string
		stub []byte
		want string
	}{
		{"empty", nil, "no MZ"},
		{"not a program", change(0, 'X'), "no MZ"},
		{"header outside", change(0x3c, 0xff, 0xff, 0xff, 0xff), "no PE"},
		{"32 bits", change(h.optional, 0x0b, 0x01), "PE32+"},
		{"many sections", change(h.coff+2, 0xff, 0xff), "end early"},
		{"short optional header", change(h.coff+16, 1, 0), "end early"},
		{"section outside", change(h.table+20, 0xff, 0xff, 0xff, 0x7f), "outside"},
		{"no room", change(h.optional+sizeOfHeaders, 0, 2, 0, 0), "no room"},
		{"headers behind sections", change(h.optional+sizeOfHeaders, 0, 0, 0, 0x7f), "before its headers"},
		{"alignment", change(h.optional+fileAlignment, 0, 0, 0, 0x80), "aligned"},
		{"cut", stub[:len(stub)/2], "outside"},
		{"another systemd", bytes.Replace(stub, []byte("systemd-stub 252."), []byte("systemd-stub 257."), 1), "systemd 252"},
	} {
		if _, err := (Kernel{Stub: c.stub}).Build(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// Debian's kernel is signed by Debian: the hash that was signed is in its
// certificate table. So Debian says what ours must be.
func TestAuthenticodeOfDebian(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the kernel of scripts/install-test-tools")
	}
	kernel := testKernel(t)
	sum, err := Authenticode(kernel)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(certificates(t, kernel), sum[:]) {
		t.Errorf("%x is not the hash that Debian signed", sum)
	}
}

// certificates is the certificate table, which must not be empty.
func certificates(t *testing.T, b []byte) []byte {
	t.Helper()
	h, err := parsePE(b)
	if err != nil {
		t.Fatal(err)
	}
	at, size := h.field(b, certificateTable), h.field(b, certificateTable+4)
	if size == 0 {
		t.Fatal("not signed")
	}
	return b[at : at+size]
}

// Each byte of a program but its checksum and the certificates' entry is in the hash.
func TestAuthenticodeCoversEverything(t *testing.T) {
	b, err := smallKernel(t).Build()
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, "appended"...)
	want, err := Authenticode(b)
	if err != nil {
		t.Fatal(err)
	}
	h, _ := parsePE(b)
	for at := 0; at < len(b); at += 1 + at/64 {
		if at == 0x3c || at >= h.coff-4 && at < h.table+len(h.sections)*sectionHeaderSize {
			continue // where the program's parts are: another one is hashed
		}
		b[at] ^= 1
		if got, err := Authenticode(b); err == nil && got == want {
			t.Errorf("byte %d is not in the hash", at)
		}
		b[at] ^= 1
	}
	h.put(b, checksum, 12345)
	if got, err := Authenticode(b); err != nil || got != want {
		t.Errorf("the checksum is in the hash: %x, %v", got, err)
	}
}

// The signature of sbsign is for our hash, and signing leaves it as it is.
func TestSign(t *testing.T) {
	dir := t.TempDir()
	key, cert := filepath.Join(dir, "key.pem"), filepath.Join(dir, "cert.pem")
	out, err := exec.Command("openssl", "req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test/", "-keyout", key, "-out", cert).CombinedOutput()
	if err != nil {
		t.Fatalf("openssl: %v\n%s", err, out)
	}
	u := smallKernel(t)
	program, err := u.Build()
	if err != nil {
		t.Fatal(err)
	}
	signed, err := Sign(program, key, cert)
	if err != nil {
		t.Fatal(err)
	}
	sum, err := Authenticode(program)
	if err != nil || !bytes.Contains(certificates(t, signed), sum[:]) {
		t.Errorf("%x is not what was signed: %v", sum, err)
	}
	if a, b := measured(t, u, program), measured(t, u, signed); a.Program != b.Program {
		t.Error("the signature changes what is measured")
	}
	if _, err := Sign(program, cert, cert); err == nil {
		t.Error("signed without a key")
	}
}

func measured(t *testing.T, u Kernel, program []byte) Measurements {
	t.Helper()
	m, err := u.Measure(program)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSameProgram(t *testing.T) {
	a, err := smallKernel(t).Build()
	if err != nil {
		t.Fatal(err)
	}
	b := bytes.Clone(a)
	b[len(b)-1] ^= 1
	if err := sameProgram(a, b); err == nil {
		t.Error("a changed program passes for a signed one")
	}
	if err := sameProgram(a, a); err != nil {
		t.Error(err)
	}
}

func FuzzPE(f *testing.F) {
	stub := testStub(f)
	h, err := parsePE(stub)
	if err != nil {
		f.Fatal(err)
	}
	// The headers with little behind them: the fuzzer is to change those.
	small := bytes.Clone(stub[:h.table+sectionHeaderSize+512])
	binary.LittleEndian.PutUint16(small[h.coff+2:], 1)
	putSection(small[h.table:], section{".text", 512, 4096, 512, uint32(h.table + sectionHeaderSize)})
	h.put(small, sizeOfHeaders, uint32(h.table+sectionHeaderSize))
	f.Add(small)
	f.Add([]byte("MZ"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = Authenticode(b)
		out, err := appendSections(b, []piece{{".linux", []byte("kernel")}})
		if err != nil {
			return
		}
		if h, err := parsePE(out); err != nil || h.sections[len(h.sections)-1].virtualSize != 6 {
			t.Errorf("what was appended is not there: %v", err)
		}
	})
}
