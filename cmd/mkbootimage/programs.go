package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"shokyo.dev/shokyo/bootimage"
	"shokyo.dev/shokyo/bootimage/manifest"
	"shokyo.dev/shokyo/words/terminal"
)

// goCommand runs the go command in the source folder. What of the environment would
// change the result is taken out of it, and a folder "vendor" is not looked at: what
// is in that is not what go.sum says.
func (b *builder) goCommand(args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = b.source
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOAMD64=v1",
		"GOFLAGS=-buildvcs=false -trimpath -mod=readonly", "GOEXPERIMENT=", "GOWORK=off", "GODEBUG=", "GOFIPS140=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", args[0], err, stderr.Bytes())
	}
	return out, nil
}

// programFiles builds our own programs.
func (b *builder) programFiles(work string) (files []bootimage.File, err error) {
	for _, p := range []struct{ name, pkg string }{{"shokyo-init", b.init}, {"shokyo", tool}} {
		path := filepath.Join(work, p.name)
		flags := "-s -w -buildid= -X main.version=" + b.release
		if _, err := b.goCommand("build", "-ldflags", flags, "-o", path, p.pkg); err != nil {
			return nil, err
		}
		if p.pkg == appliance {
			if err := b.checkJob(path); err != nil {
				return nil, err
			}
		}
		if err := b.addProgram(p.name, path); err != nil {
			return nil, err
		}
		files = append(files, bootimage.File{Path: "/bin/" + p.name, Host: path})
	}
	return files, nil
}

// checkJob asks the program that is to carry out the job what it thinks of it:
// on the bench it could only say so to nobody.
func (b *builder) checkJob(program string) error {
	if b.job == "" {
		return nil
	}
	path := filepath.Join(filepath.Dir(program), jobName) // the bytes that were read, whatever became of the file
	if err := os.WriteFile(path, b.jobText, 0o600); err != nil {
		return err
	}
	if out, err := exec.Command(program, "check-job", path).CombinedOutput(); err != nil {
		return fmt.Errorf("-job (JOB) %s would not be carried out: %s (%w)", b.job, bytes.TrimSpace(out), err)
	}
	return nil
}

// addProgram notes a program of ours and the modules that its compiler says
// are in it.
func (b *builder) addProgram(name, path string) error {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return err
	}
	i, err := fileItem(name, path)
	if err != nil {
		return err
	}
	i.Package, i.Version = info.Path, b.release
	list := []manifest.GoModule{standardLibrary(info.GoVersion), {Path: info.Main.Path, Version: b.release}}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		list = append(list, manifest.GoModule{Path: m.Path, Version: m.Version})
	}
	b.addItem(i, list)
	return nil
}

func (b *builder) addItem(i manifest.Item, list []manifest.GoModule) {
	b.programs = append(b.programs, manifest.Program{Item: i, Modules: list})
	i.Version += " (" + list[0].Version + ")"
	b.inputs = append(b.inputs, i)
}

// standard is what SBOMs call Go's standard library.
const standard = "std"

func standardLibrary(version string) manifest.GoModule {
	return manifest.GoModule{Path: standard, Version: strings.TrimPrefix(version, "go")}
}

const uroot = "github.com/u-root/u-root"

func commands() (packages []string) {
	for _, c := range busybox() {
		packages = append(packages, uroot+"/cmds/core/"+c)
	}
	return packages
}

// base is an archive of u-root's init and commands, in one program. To build
// it takes u-root the best part of a minute every time, because the compiler's
// cache is of no use for what u-root generates. So it is kept, under the hash of
// all it depends on.
func (b *builder) base() ([]byte, error) {
	version, err := b.goCommand("env", "GOVERSION")
	if err != nil {
		return nil, err
	}
	b.goVersion = strings.TrimSpace(string(version))
	key, err := b.baseKey()
	if err != nil {
		return nil, err
	}
	kept := filepath.Join(b.cache, "u-root-"+key+".cpio")
	if _, err := os.Stat(kept); errors.Is(err, os.ErrNotExist) {
		b.say(terminal.BuildingURootLong)
		if err := b.buildBase(kept); err != nil {
			return nil, err
		}
	}
	archive, err := os.ReadFile(kept)
	if err != nil {
		return nil, err
	}
	return archive, b.noteBase(archive)
}

// baseKey: the versions and hashes of all modules are in go.mod and go.sum.
func (b *builder) baseKey() (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, b.goVersion, strings.Join(commands(), " "))
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(b.source, name))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n%s", name, len(text), text)
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8]), nil
}

// buildBase builds the archive beside kept and moves it there whole: others may
// build the same at the same time.
func (b *builder) buildBase(kept string) (err error) {
	dir, err := os.MkdirTemp(b.cache, "u-root-*.part")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "base.cpio")
	args := []string{"tool", "u-root", "-o", path, "-initcmd", "init", "-defaultsh", "poweroff", "-uinitcmd", ""}
	if _, err := b.goCommand(append(args, commands()...)...); err != nil {
		return err
	}
	return os.Rename(path, kept)
}

// noteBase asks the go command for the modules: u-root's compiler does not
// write them into the program.
func (b *builder) noteBase(archive []byte) error {
	format := "{{with .Module}}{{.Path}} {{.Version}}{{end}}"
	out, err := b.goCommand(append([]string{"list", "-deps", "-f", format}, commands()...)...)
	if err != nil {
		return err
	}
	lines := slices.Compact(slices.Sorted(strings.Lines(string(out))))
	list := []manifest.GoModule{standardLibrary(b.goVersion)}
	i := itemOf("u-root.cpio", archive)
	i.Package = uroot
	for _, line := range lines {
		path, version, _ := strings.Cut(strings.TrimSpace(line), " ")
		if path == "" {
			continue
		}
		list = append(list, manifest.GoModule{Path: path, Version: version})
		if path == uroot {
			i.Version = version
		}
	}
	b.addItem(i, list)
	return nil
}

// installed asks dpkg for the versions of packages.
func installed(names ...string) (list []bootimage.Package, err error) {
	for _, name := range names {
		out, err := exec.Command("dpkg-query", "--show", "--showformat", "${Version} ${Architecture}", name).Output()
		version, architecture, ok := strings.Cut(string(out), " ")
		if err != nil || !ok {
			return nil, errors.Join(err, fmt.Errorf("the package %s is not installed: run scripts/install-test-tools image", name))
		}
		list = append(list, bootimage.Package{Name: name, Version: version, Architecture: architecture})
	}
	return list, nil
}
