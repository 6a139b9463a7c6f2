package golden

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/reports/reporttest"
)

// program is built once, with a version that is the same everywhere.
func program(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shokyo")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-X main.version=v0.0.0-golden -X main.commit=0123456789abcdef0123456789abcdef01234567", "-o", path, "../../cmd/shokyo")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build shokyo: %v\n%s", err, out)
	}
	return path
}

// A session runs the program in a folder of its own and keeps all that comes of it.
type session struct {
	workshop
	program string
	calls   int
	run     map[string][]byte
}

// sh runs one call; its words are separated by blanks.
func (s *session) sh(line string) {
	s.t.Helper()
	s.call(strings.Fields(line)...)
}

func (s *session) call(args ...string) {
	s.t.Helper()
	cmd := exec.Command(s.program, args...)
	cmd.Dir = s.dir
	cmd.Env = []string{"PATH=/nonexistent", "HOME=" + s.dir, "TMPDIR=" + s.dir, "TZ=UTC", "SHOKYO_PASSPHRASE=correct horse"}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	status := 0
	var exit *exec.ExitError
	if err := cmd.Run(); errors.As(err, &exit) {
		status = exit.ExitCode()
	} else if err != nil {
		s.t.Fatal(err)
	}
	s.calls++
	name := fmt.Sprintf("%02d ", s.calls)
	s.run[name+"call"] = fmt.Appendf(nil, "%q\nexit status %d\n", args, status)
	s.run[name+"stdout"], s.run[name+"stderr"] = stdout.Bytes(), stderr.Bytes()
}

// keep takes all files below a folder, of which there must be some.
func (s *session) keep(folder string) {
	s.t.Helper()
	n := 0
	err := filepath.WalkDir(filepath.Join(s.dir, folder), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if d.Name() == "report.json" && err == nil {
			err = reporttest.CheckSchema(b)
		}
		rel, _ := filepath.Rel(s.dir, path)
		s.run[filepath.ToSlash(rel)], n = b, n+1
		return err
	})
	if err != nil || n == 0 {
		s.t.Fatalf("%s: %d files, %v", folder, n, err)
	}
}

// scan examines sources into out, says it again as JSON, and checks what came of it.
func (s *session) scan(flags string, sources ...string) {
	s.t.Helper()
	common := strings.Fields("scan --attest none --parallel 1 --out out " + flags)
	s.call(append(common, sources...)...)
	s.call(append(append(common, "--json", "--resume"), sources...)...)
	s.sh("verify out")
	s.sh("verify out --any-signer --json")
	for _, source := range sources { // a medium of which nothing came is no golden
		if _, err := os.Stat(filepath.Join(s.dir, "out", filepath.Base(source), "report.json")); err != nil {
			s.t.Errorf("%s: %v", source, err)
		}
	}
	s.keep("out")
}

var runs = map[string]func(s *session){
	"help": func(s *session) {
		for _, verb := range strings.Fields(" devices scan verify report keygen demo nonesuch") {
			s.call("help", verb)
		}
		for _, line := range []string{"", "help", "--help", "scan --help", "scan", "scan x.img", "scan --nonesuch", "scan x.img --out out --workers 0", "scan x.img --out out --sample some",
			"scan x.img --out out --seed 12", "scan x.img --out out --region a=0", "scan x.img --out out --scope some", "scan x.img --out out --block 1000", "scan x.img --out out --sector-layout 521",
			"scan missing.img --out out", "verify", "verify missing", "verify --json missing", "report", "report missing --format html", "report missing --format odt", "keygen", "keygen --name x", "demo operand", "devices --nonesuch", "scan --json x.img"} {
			s.sh(line)
		}
	},
	"refused": func(s *session) {
		s.write("qcow2.img", qcow2())
		s.write("text.gz", []byte(strings.Repeat(secret, 100)))
		s.write("empty.img", nil)
		s.medium("d.part1of2", disktest.New(64<<10, 1))
		for _, name := range []string{"qcow2.img", "text.gz", "empty.img", "d.part1of2"} {
			s.sh("scan --out out " + name)
			s.sh("scan --out out --json " + name)
		}
		s.scan("--format raw", "qcow2.img")
	},
	"demo": func(s *session) { // its keys are drawn afresh: the erased disk is another each time
		s.sh("demo --out demo --quiet")
		s.sh("verify demo --any-signer")
		s.keep("demo/control.img")
	},
	"disks": func(s *session) {
		fs := s.fileSystem()
		s.medium("control.img", disk("resident-records", fs))
		s.medium("erased.img", disk("resident-records", s.volume(fs, true)))
		s.medium("live.img", disk("Linux filesystem", s.volume(fs[:1<<20], false)))
		s.scan("--sha256", "erased.img", "control.img", "live.img")
		for _, format := range []string{"html", "json", "dfxml", "map"} {
			s.sh("report out/erased.img --format " + format)
		}
		s.sh("verify out/control.img")
	},
	"identity": func(s *session) {
		s.medium("clean.img", disktest.New(2<<20, 1))
		s.medium("person.img", disk("Hanako Yamada 1985-03-12", s.bytesOf(disktest.New(1<<20, 2))))
		s.call("keygen", "--name", "Example Forensic Lab", "--out", "id")
		s.write("assets.csv", []byte("資産番号,製造番号,備考\n備品-1,=S-1,\n備品-2,S-2,x\n備品-3,S-3,\n備品-4,S-3,\n備品-5,,廃棄\n"))
		s.call("scan", "--attest", "none", "--identity", "id", "--operator", "山田 花子", "--case", "C-1", "--customer", "Example City", "--site", "Lab 2", "--note", "a note\nof two lines",
			"--ledger", "assets.csv", "--strict-labels", "--parallel", "1", "--out", "out", "clean.img", "person.img")
		s.sh("verify out --cert id/lab.cert.pem")
		s.sh("verify out --cert id/lab.cert.pem --json")
		s.keep("out")
		s.write("out/clean.img/report.html", []byte("forged"))
		s.sh("verify out --cert id/lab.cert.pem")
		s.sh("report out/clean.img")
	},
	"documents": func(s *session) {
		s.medium("documents.img", documents(3))
		s.scan("--no-digest", "documents.img")
	},
	"patterns": func(s *session) {
		s.medium("patterns.img", patterns())
		s.scan("", "patterns.img")
	},
	"signatures": func(s *session) { s.row("signature", 16<<10, 31) },
	"filesystems": func(s *session) {
		s.row("filesystem", 16<<10, 32)
	},
	"superblocks": func(s *session) { s.row("superblock", 64<<10, 33) },
	"texts":       func(s *session) { s.row("text", 8<<10, 34) },
	"keys": func(s *session) {
		s.row("keys", 64<<10, 35)
	},
	"marks":      func(s *session) { s.batch("marks", 64<<10) },
	"partitions": func(s *session) { s.batch("partitions", 24<<20) },
	"tools":      func(s *session) { s.batch("tools", 64<<10) },
	"samples": func(s *session) {
		s.medium("x.img", func() *disktest.Medium {
			m := disktest.New(8<<20, 41)
			m.Plant(4<<20, []byte(strings.Repeat(secret, 20)))
			return m
		}())
		for i, flags := range []string{"--sample random:0.05", "--sample random-1:0.05", "--sample nist-800-88r1"} {
			out := fmt.Sprintf("out/%d", i)
			s.sh("scan x.img --attest none --out " + out + " --seed " + seed + " " + flags)
		}
		s.keep("out")
	},
	"regions": func(s *session) {
		m := disk("data", s.bytesOf(disktest.New(4<<20, 42)))
		m.Plant(3<<20, []byte(strings.Repeat(secret, 20)))
		s.medium("x.img", m)
		for i, flags := range []string{"--region p1 --scope regions", "--region p1", "--region a=1M+1M,expect=ciphertext --region b=0+64K,expect=any --scope regions",
			"--region head=0+1M,expect=fill --region rest=1M+4M,expect=erased", "--region z=6M+64K,expect=ciphertext --scope regions", "--region p1 --scope regions --sample random:0.1 --seed " + seed} {
			s.sh(fmt.Sprintf("scan x.img --attest none --out out/%d %s", i, flags))
		}
		s.sh("scan x.img --out out/none --region nonesuch --scope regions")
		s.sh("scan x.img --out out/none --region far=1G+1M --scope regions")
		s.keep("out")
	},
	"files": func(s *session) { // what an image file can be
		clean := s.bytesOf(disktest.New(2<<20, 51))
		s.write("zipped.img.gz", gzipped(clean))
		s.write("s.001", clean[:1<<20])
		s.write("s.002", clean[1<<20:])
		s.write("lone.001", clean[:1<<20])
		s.write("last.001", clean[:1<<20])
		s.write("last.002", clean[1<<20:1<<20+4096])
		s.write("array520.img", array(clean[:1<<20], 512, 8))
		s.sparse("holes.img", 64<<20, 0, clean)
		s.sparse("empty.img", 64<<20, 0, nil)
		gpt := s.bytesOf(disk("data", clean))
		s.write("short.img", gpt[:len(gpt)-1<<20])
		gpt[600] ^= 1 // the header's checksum
		s.write("damaged.img", gpt)
		s.write("odd.img", clean[:1<<20+1000])
		s.write("zeros.img", make([]byte, 1<<20))
		s.scan("", "zipped.img.gz", "s.001", "last.001", "lone.001", "holes.img", "empty.img", "short.img", "damaged.img", "odd.img", "zeros.img", "array520.img")
		s.sh("scan --attest none --out stated --size 2M s.001")
		s.sh("scan --attest none --out long --size 3M s.001")
		s.sh("scan --attest none --out wrong --size 1M s.001")
		s.sh("scan --attest none --out array --sector-layout 520 array520.img")
		s.sh("scan --attest none --out block --block 64K --workers 1 --sha256 s.001")
		s.sh("scan --attest none --out layout --sector-layout 524 odd.img")
		for _, folder := range []string{"stated", "long", "array", "block"} {
			s.keep(folder)
		}
	},
	"batch": func(s *session) {
		s.medium("a.img", disktest.New(1<<20, 61))
		m := disktest.New(1<<20, 62)
		m.Plant(500_000, []byte(strings.Repeat(secret, 20)))
		s.medium("b.img", m)
		s.sh("scan a.img missing.img b.img --attest none --parallel 1 --out out --json")
		s.sh("scan a.img b.img --attest none --parallel 1 --out out")
		s.sh("scan a.img b.img --attest none --parallel 1 --out out --resume --size 2M")
		s.keep("out")
	},
}

// row examines the pieces of a group on one medium.
func (s *session) row(group string, stride int64, seed uint64) {
	s.medium(group+".img", inARow(groupOf(s.t, group), stride, seed))
	s.scan("", group+".img")
}

// batch examines each piece of a group on a medium of its own.
func (s *session) batch(group string, size int64) {
	s.call(append(strings.Fields("scan --attest none --parallel 1 --out out --json"), s.alone(groupOf(s.t, group), size)...)...)
	s.sh("verify out --any-signer")
	s.keep("out")
}

// TestReportsUnchanged: what the program leaves behind and prints is what it was.
func TestReportsUnchanged(t *testing.T) {
	if testing.Short() {
		t.Skip("examines media with the real program: half a minute")
	}
	program := program(t)
	for name, run := range runs {
		t.Run(name, func(t *testing.T) {
			s := &session{workshop: workshop{t, t.TempDir()}, program: program, run: map[string][]byte{}}
			run(s)
			Compare(t, name, s.run)
		})
	}
}

// TestEveryGoldenIsCompared: no run was taken out and left its golden behind.
func TestEveryGoldenIsCompared(t *testing.T) {
	kept, err := filepath.Glob("testdata/*.zst")
	if err != nil || len(kept) < len(runs) {
		t.Fatalf("%d goldens for %d runs, %v", len(kept), len(runs), err)
	}
	for _, path := range kept {
		name := strings.TrimSuffix(filepath.Base(path), ".zst")
		if _, ok := runs[name]; !ok && name != "pieces.tar" {
			t.Errorf("%s is compared with nothing", path)
		}
	}
}
