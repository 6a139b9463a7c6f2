package machine

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"shokyo.dev/shokyo/appliance/screen"
	"shokyo.dev/shokyo/words/stick"
)

// LoadModules loads the modules that list names, one file a line, in that order:
// the image builder put each after those it needs, so no modprobe is called for.
// One that fails is said and left out: there may be no such hardware.
func LoadModules(dir, list string, log *screen.Log) {
	names, err := moduleList(list)
	if err != nil {
		log.Say(stick.NoModules.Say(err))
		return
	}
	loaded := 0
	for _, name := range names {
		err := loadModule(filepath.Join(dir, name))
		if errors.Is(err, unix.ENODEV) { // the computer has nothing for it, such as EFI variables
			log.Journal.Add(stick.Module.Say(name, err).EN)
			continue
		}
		if err != nil {
			log.Say(stick.Module.Say(name, err))
			continue
		}
		loaded++
	}
	log.Say(stick.Modules.Say(loaded, len(names)))
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
