package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/internal/disktest/filesystems"
	"shokyo.dev/shokyo/internal/tsatest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"shokyo": main})
}

// TestScripts runs the program as a person does: every verb, every exit status.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"disk": diskCommand, "status": statusCommand, "flip": flipCommand, "same": sameCommand, "hash": hashCommand, "keyname": keyNameCommand, "array": arrayCommand,
			"tpm": tpmCommand, "measure": measureCommand, "manifest": manifestCommand, "commands": commandsCommand, "softtoken": softTokenCommand, "nowhere": nowhereCommand, "keyserver": func(ts *testscript.TestScript, neg bool, args []string) { keyServerCommand(t, ts, args) }, "key": keyCommand, "now": nowCommand, "answer": func(ts *testscript.TestScript, neg bool, args []string) { answerCommand(t, ts, args) },
		},
	})
}

// answer REQUEST RESPONSE ROOT  has a timestamp authority answer, and leaves the certificate of
// who vouches for it.
func answerCommand(t *testing.T, ts *testscript.TestScript, args []string) {
	a := tsatest.New(t, "ext")
	q, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	r, err := a.Answer(q)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), r, 0o644))
	root, err := os.ReadFile(a.Root)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), root, 0o644))
}

// disk FILE SIZE [text OFFSET | fill OFFSET LENGTH BYTE | file OFFSET FILE | gpt LABEL]...
// writes an image of ciphertext with something planted.
func diskCommand(ts *testscript.TestScript, neg bool, args []string) {
	size := func(s string) int64 {
		n, err := parseSize(s)
		ts.Check(err)
		return n
	}
	m := disktest.New(size(args[1]), uint64(len(args[0])))
	for rest := args[2:]; len(rest) > 0; {
		switch rest[0] {
		case "text":
			m.Plant(size(rest[1]), []byte(strings.Repeat("Yamada Hanako, born 1970-01-01, lives at 1-2-3 Example. ", 20)))
			rest = rest[2:]
		case "fill":
			v, err := strconv.ParseUint(rest[3], 16, 8)
			ts.Check(err)
			m.Fill(size(rest[1]), size(rest[2]), byte(v))
			rest = rest[4:]
		case "file":
			b, err := os.ReadFile(ts.MkAbs(rest[2]))
			ts.Check(err)
			m.Plant(size(rest[1]), b)
			rest = rest[3:]
		case "gpt": // two partitions: LABEL, and one that tools name
			head, tail := filesystems.GPT(m.Size(), []filesystems.Part{
				{Name: rest[1], Start: 1 << 20, Length: 1 << 20}, {Name: "Linux filesystem", Start: 2 << 20, Length: 1 << 20}})
			m.Plant(0, head)
			m.Plant(m.Size()-int64(len(tail)), tail)
			rest = rest[2:]
		default:
			ts.Fatalf("disk: unknown word %q", rest[0])
		}
	}
	ts.Check(m.WriteFile(ts.MkAbs(args[0])))
}

// array IN OUT DATA TRAILER [TEXT]  writes an image as a disk of a storage array
// holds it: behind DATA bytes of it come TRAILER bytes, zero, or the next of TEXT.
func arrayCommand(ts *testscript.TestScript, neg bool, args []string) {
	b, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	data, err := strconv.Atoi(args[2])
	ts.Check(err)
	trailer, err := strconv.Atoi(args[3])
	ts.Check(err)
	text := []byte{0}
	if len(args) > 4 {
		text = []byte(args[4])
	}
	var out []byte
	for i := 0; i*data < len(b); i++ { // a last part also gets its trailer
		out = append(out, b[i*data:min((i+1)*data, len(b))]...)
		for k := range trailer {
			out = append(out, text[(i*trailer+k)%len(text)])
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), out, 0o644))
}

// status N COMMAND ARG...  runs a command that must exit with status N.
func statusCommand(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := err.(*exec.ExitError)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// flip FILE BIT  changes one bit of a file.
func flipCommand(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	bit, err := strconv.Atoi(args[1])
	ts.Check(err)
	b, err := os.ReadFile(path)
	ts.Check(err)
	b[bit/8] ^= 1 << (bit % 8)
	ts.Check(os.WriteFile(path, b, 0o644))
}

// hash NAME FILE  remembers a file's digest as the variable NAME.
func hashCommand(ts *testscript.TestScript, neg bool, args []string) {
	b, err := os.ReadFile(ts.MkAbs(args[1]))
	ts.Check(err)
	ts.Setenv(args[0], fmt.Sprintf("%x", sha256.Sum256(b)))
}

// nowhere WORD DIR...  looks for a word in all bytes of all files of folders, and in
// what the last command printed.
func nowhereCommand(ts *testscript.TestScript, neg bool, args []string) {
	said := ts.ReadFile("stdout") + ts.ReadFile("stderr")
	if strings.Contains(said, args[0]) {
		ts.Fatalf("%q was printed:\n%s", args[0], said)
	}
	for _, dir := range args[1:] {
		ts.Check(filepath.WalkDir(ts.MkAbs(dir), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			if err == nil && strings.Contains(string(b), args[0]) {
				err = fmt.Errorf("%s holds %q", path, args[0])
			}
			return err
		}))
	}
}

// same A B  compares two reports but for times, ids and who signed.
func sameCommand(ts *testscript.TestScript, neg bool, args []string) {
	a, b := stripped(ts, args[0]), stripped(ts, args[1])
	if (a == b) == neg {
		ts.Fatalf("%s and %s: same is %v", args[0], args[1], a == b)
	}
}

func stripped(ts *testscript.TestScript, name string) string {
	b, err := os.ReadFile(ts.MkAbs(filepath.Join(name, "report.json")))
	ts.Check(err)
	s, err := strip(b)
	ts.Check(err)
	return s
}

// softtoken  puts shokyo-pkcs11 into the PATH, and makes a token in software with two keys.
func softTokenCommand(ts *testscript.TestScript, neg bool, args []string) {
	bin := ts.MkAbs("bin")
	build := exec.Command("go", "build", "-o", bin+"/", "../shokyo-pkcs11")
	build.Env = append(os.Environ(), "CGO_ENABLED=1")
	if out, err := build.CombinedOutput(); err != nil {
		ts.Fatalf("build shokyo-pkcs11: %v\n%s", err, out)
	}
	ts.Setenv("PATH", bin+":"+ts.Getenv("PATH"))
	config := ts.MkAbs("softhsm2.conf")
	ts.Check(os.MkdirAll(ts.MkAbs("tokens"), 0o700))
	ts.Check(os.WriteFile(config, []byte("directories.tokendir = "+ts.MkAbs("tokens")+"\n"), 0o600))
	ts.Setenv("SOFTHSM2_CONF", config)
	ts.Check(ts.Exec("softhsm2-util", "--init-token", "--free", "--label", "lab", "--so-pin", "5678", "--pin", "1234"))
	for i, key := range []string{"lab EC:prime256v1", "p384 EC:secp384r1"} {
		label, kind, _ := strings.Cut(key, " ")
		ts.Check(ts.Exec("pkcs11-tool", "--module", "/usr/lib/softhsm/libsofthsm2.so", "--token-label", "lab", "--login", "--pin", "1234", "--keypairgen", "--key-type", kind, "--label", label, "--id", fmt.Sprintf("%02x", i+1)))
	}
}
