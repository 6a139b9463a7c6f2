package appliance

import (
	"cmp"
	"context"
	"path/filepath"

	"shokyo.dev/shokyo/appliance/child"
	"shokyo.dev/shokyo/appliance/core"
)

// Disks asks shokyo. What is attached is guarded before.
func (a *Appliance) Disks(ctx context.Context) ([]core.Disk, error) {
	a.guard.All()
	appearances := make(map[string]string) // before anything is asked of them
	for _, disk := range a.stick.Sys.WholeDisks() {
		appearances["/dev/"+disk] = a.stick.Sys.Appearance(disk)
	}
	answer, err := a.program.Devices(ctx)
	if err != nil {
		return nil, err
	}
	all, err := child.ParseDisks(answer, a.stick.Disk())
	for i := range all {
		name := filepath.Base(all[i].Path)
		all[i].Appearance = cmp.Or(appearances[all[i].Path], a.stick.Sys.Appearance(name)) // the latter came meanwhile
		all[i].Removable = a.stick.Sys.Attribute(name, "removable") == "1"
	}
	return all, err
}
