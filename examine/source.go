package examine

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"shokyo.dev/shokyo/devices"
)

// noMedium says of a folder, and of what a drive has beside its block device, what
// to name instead. What else is no medium, devices.Open refuses.
func noMedium(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil
	case info.IsDir():
		return fmt.Errorf("%s is a directory, and no medium: %s%w", Escape(path), folderAdvice(path), silent{devices.ErrNotMedium})
	case info.Mode()&os.ModeCharDevice == 0:
		return nil
	}
	name := filepath.Base(path)
	switch {
	case regexp.MustCompile(`^nvme[0-9]+$`).MatchString(name):
		return fmt.Errorf("%s is the controller of a drive: name its namespace, such as %sn1; shokyo devices lists them%w", path, path, silent{devices.ErrNotMedium})
	case regexp.MustCompile(`^(sg|bsg|ng)[0-9]`).MatchString(name):
		return fmt.Errorf("%s takes commands for a drive, and holds no data: name its block device; shokyo devices lists them%w", path, silent{devices.ErrNotMedium})
	}
	return nil
}

// silent is an error that adds nothing to the text of another.
type silent struct{ error }

func (silent) Error() string   { return "" }
func (s silent) Unwrap() error { return s.error }

// maxNamed is how many names are offered.
const maxNamed = 5

// folderAdvice names what may have been meant.
func folderAdvice(dir string) string {
	entries, _ := os.ReadDir(dir)
	if slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == "report.dsse.json" }) {
		return "it is the bundle of an examination; check it with: shokyo verify"
	}
	var found []string
	for _, e := range entries {
		if isImage(e) {
			found = append(found, Escape(filepath.Join(dir, e.Name())))
		}
	}
	if len(found) == 0 {
		return "name an image file or a block device (shokyo devices)"
	}
	more := ""
	if n := len(found) - maxNamed; n > 0 {
		found, more = found[:maxNamed], fmt.Sprintf(" and %d more", n)
	}
	return "name an image file or a block device, for example of those in it: " + strings.Join(found, ", ") + more
}

// isImage goes by the name: it is only for advice.
func isImage(e os.DirEntry) bool {
	if e.Type()&os.ModeDevice != 0 {
		return e.Type()&os.ModeCharDevice == 0
	}
	endings := []string{".img", ".raw", ".dd", ".bin", ".iso", ".001", ".000", ".aa", ".gz", ".zst", ".xz", ".e01", ".qcow2", ".vmdk", ".vhd", ".vhdx", ".vdi", ".dmg"}
	return e.Type().IsRegular() && slices.Contains(endings, strings.ToLower(filepath.Ext(e.Name())))
}
