package guest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Program builds a command of this module for the guest, as the file /bin/NAME.
func Program(t testing.TB, name, pkg string) File {
	t.Helper()
	return built(t, name, "build", pkg)
}

// TestProgram builds the tests of a package for the guest, as the file /bin/NAME.
func TestProgram(t testing.TB, name, pkg string) File {
	t.Helper()
	return built(t, name, "test", "-c", pkg)
}

func built(t testing.TB, name string, args ...string) File {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := build(path, args...); err != nil {
		t.Fatal(err)
	}
	return File{Path: "/bin/" + name, Host: path}
}

// build runs "go VERB … -o path PACKAGE" at the root of the module. The guest
// has no libraries: the program must be static.
func build(path string, args ...string) error {
	verb, pkg := args[:len(args)-1], args[len(args)-1]
	cmd := exec.Command("go", append(verb, "-trimpath", "-ldflags=-s -w", "-o", path, pkg)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	cmd.Dir = root
	if err := lookAtSources(root); err != nil {
		return err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", pkg, err, out)
	}
	return nil
}

// lookAtSources lets "go test" know what else a result depends on. It repeats a
// cached result while the files are the same that the test itself looked at;
// those that only the compiler reads, in a process of its own, it does not see.
func lookAtSources(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		_, err = os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // another test's file, gone meanwhile
		}
		return err
	})
}

func moduleRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}

// Tools are programs of the host for the guest, with the libraries that ldd
// says they need, under the paths they have on the host; and /bin/NAME as well,
// so that steps find them.
func Tools(t testing.TB, names ...string) (files []File) {
	t.Helper()
	seen := make(map[string]bool)
	for _, name := range names {
		path, err := lookPath(name)
		if err != nil {
			t.Fatalf("%v: run scripts/install-test-tools", err)
		}
		out, err := exec.Command("ldd", path).Output()
		if err != nil {
			t.Fatalf("ldd %s: %v", path, err)
		}
		files = append(files, File{Path: "/bin/" + name, Host: path})
		for _, lib := range libraries(string(out)) {
			if !seen[lib] {
				seen[lib] = true
				files = append(files, File{Path: lib, Host: lib})
			}
		}
	}
	return files
}

// lookPath also looks where root's programs are, which is not in everyone's PATH.
func lookPath(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return exec.LookPath(filepath.Join("/usr/sbin", name))
	}
	return path, nil
}

// libraries are the absolute paths in the output of ldd: "libx.so => /lib/libx.so (0x…)"
// and the loader's "/lib64/ld-linux-x86-64.so.2 (0x…)".
func libraries(ldd string) (paths []string) {
	for word := range strings.FieldsSeq(ldd) {
		if strings.HasPrefix(word, "/") {
			paths = append(paths, word)
		}
	}
	return paths
}
