package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// loadModules loads the modules that list names, one file a line, in that order:
// the image builder put each after those it needs, so no modprobe is called for.
// One that fails is said and left out: there may be no such hardware.
func (a *appliance) loadModules(dir, list string) {
	names, err := moduleList(list)
	if err != nil {
		a.say("no kernel modules are loaded: %v", err)
		return
	}
	loaded := 0
	for _, name := range names {
		err := loadModule(filepath.Join(dir, name))
		if errors.Is(err, unix.ENODEV) { // the computer has nothing for it, such as EFI variables
			a.log.Journal.Add("module " + name + ": " + err.Error())
			continue
		}
		if err != nil {
			a.say("module %s: %v", name, err)
			continue
		}
		loaded++
	}
	a.Log(fmt.Sprintf("%d of %d kernel modules loaded", loaded, len(names)))
}

func moduleList(path string) ([]string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return strings.Fields(string(b)), nil
}

// loadModule gives the kernel a module's file (finit_module(2)). One that is
// there already, because u-root's init was quicker, is no mistake.
func loadModule(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	err = unix.FinitModule(int(f.Fd()), "", 0)
	if errors.Is(err, unix.EEXIST) {
		return nil
	}
	return err
}
