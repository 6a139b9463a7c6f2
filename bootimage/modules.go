package bootimage

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Module is a kernel module and the parameters it is loaded with.
type Module struct {
	Name, Path, Parameters string
}

// Modules returns the wanted modules ("nvme", or "loop max_loop=1" with
// parameters) and all they need, every module after those it needs. What is
// built into the kernel is left out.
//
// modprobe reads this order from modules.dep, which depmod makes when the
// package is installed; ours never is. But each module carries the names of
// those it needs in its .modinfo section: NUL-terminated "key=value" strings,
// of which "depends" are needed for their symbols and "softdep: pre:" are to be
// there at run time (kernel: include/linux/moduleparam.h, scripts/mod/modpost.c).
func (k Kernel) Modules(wanted []string) ([]Module, error) {
	c := closure{seen: make(map[string]bool)}
	var err error
	if c.files, err = k.moduleFiles(); err != nil {
		return nil, err
	}
	if c.builtin, err = os.ReadFile(filepath.Join(k.moduleDir(), "modules.builtin")); err != nil {
		return nil, err
	}
	for _, w := range wanted {
		name, parameters, _ := strings.Cut(w, " ")
		if err := c.add(canonical(name), parameters); err != nil {
			return nil, fmt.Errorf("modules of kernel %s: %w", k.Release, err)
		}
	}
	return c.order, nil
}

// moduleFiles finds the file of each module by its canonical name.
func (k Kernel) moduleFiles() (map[string]string, error) {
	files := make(map[string]string)
	err := filepath.WalkDir(filepath.Join(k.moduleDir(), "kernel"), func(path string, d fs.DirEntry, err error) error {
		if name, ok := strings.CutSuffix(filepath.Base(path), ".ko"); ok && err == nil {
			files[canonical(name)] = path
		}
		return err
	})
	return files, err
}

// canonical: file names and dependencies mix "-" and "_"; the kernel does not care.
func canonical(name string) string { return strings.ReplaceAll(name, "-", "_") }

// closure collects modules depth first.
type closure struct {
	files   map[string]string
	builtin []byte // modules.builtin: one "kernel/….ko" a line
	seen    map[string]bool
	order   []Module
}

func (c *closure) add(name, parameters string) error {
	if c.seen[name] || c.isBuiltin(name) {
		return nil
	}
	c.seen[name] = true
	path, ok := c.files[name]
	if !ok {
		return fmt.Errorf("no module %q", name)
	}
	info, err := modinfo(path)
	if err != nil {
		return err
	}
	for _, need := range needs(info) {
		if err := c.add(need, ""); err != nil {
			return err
		}
	}
	for _, wish := range softNeeds(info) {
		if _, ok := c.files[wish]; !ok {
			continue // an alias such as "crypto-crc32c", for modprobe to choose: not a name
		}
		if err := c.add(wish, ""); err != nil {
			return err
		}
	}
	c.order = append(c.order, Module{name, path, parameters})
	return nil
}

func (c *closure) isBuiltin(name string) bool {
	for line := range bytes.Lines(c.builtin) {
		if canonical(strings.TrimSuffix(filepath.Base(strings.TrimSpace(string(line))), ".ko")) == name {
			return true
		}
	}
	return false
}

func modinfo(path string) ([]byte, error) {
	f, err := elf.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer f.Close()
	section := f.Section(".modinfo")
	if section == nil {
		return nil, fmt.Errorf("%s has no section .modinfo", path)
	}
	return section.Data()
}

// needs are the canonical names in "depends=a,b".
func needs(info []byte) (names []string) {
	for _, value := range values(info, "depends") {
		for name := range strings.SplitSeq(value, ",") {
			if name != "" {
				names = append(names, canonical(name))
			}
		}
	}
	return names
}

// softNeeds are the canonical names between "pre:" and "post:" of "softdep=pre: a b post: c".
func softNeeds(info []byte) (names []string) {
	for _, value := range values(info, "softdep") {
		words := strings.Fields(value)
		from := slices.Index(words, "pre:")
		if from < 0 {
			continue
		}
		for _, name := range words[from+1:] {
			if name == "post:" {
				break
			}
			names = append(names, canonical(name))
		}
	}
	return names
}

// values are those of every "key=value" of a .modinfo section.
func values(info []byte, key string) (out []string) {
	for entry := range bytes.SplitSeq(info, []byte{0}) {
		if value, ok := strings.CutPrefix(string(entry), key+"="); ok {
			out = append(out, value)
		}
	}
	return out
}
