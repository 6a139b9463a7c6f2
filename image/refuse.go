package image

import (
	"fmt"
	"path/filepath"
	"strings"

	"shokyo.dev/shokyo/image/foreign"
)

// objection is why a file is not taken for a medium, and what to do about it. It
// is a refusal, unless the caller insists (Options.Raw): then it is a note.
type objection struct{ what, cure string }

func (o *objection) Error() string { return o.what + ": " + o.cure }

// refusal is nil for no objection.
func (o *objection) refusal() error {
	if o == nil {
		return nil
	}
	return fmt.Errorf("%w; if this really is a medium: --format raw", o)
}

// objectName is about names that mean no raw image, also inside a compressed
// one: x.qcow2, x.tar.gz, x.7z of x.7z.001.
func objectName(path string) *objection {
	if k := foreign.ByName(path); k != nil {
		return &objection{fmt.Sprintf("%s is %s, not a raw image", path, k.Name), k.Advice()}
	}
	if c := codecByName(path); c != nil {
		if k := foreign.ByName(c.trim(path)); k != nil {
			return &objection{fmt.Sprintf("%s holds %s, not a raw image", path, k.Name), k.Advice()}
		}
	}
	return nil
}

// objectContent looks behind names that say nothing (.img is used for qcow2 as
// well). The names .raw and .dd are taken at their word where that cannot make a
// medium look clean: what a container holds beside the medium shows. It is a
// sentence's beginning: "x.img is".
func objectContent(it, name string, ends *foreign.Ends) *objection {
	k := foreign.ByContent(ends)
	if k == nil {
		return nil
	}
	if ext := extension(name); !k.Opaque() && (ext == ".raw" || ext == ".dd") {
		return nil
	}
	return &objection{fmt.Sprintf("%s %s, not a raw image", it, k.Name), k.Advice()}
}

// extension is the last extension of a path in lower case, with its dot.
func extension(path string) string { return strings.ToLower(filepath.Ext(path)) }
