package image

import (
	"fmt"
	"path/filepath"
	"strings"

	"shokyo.dev/shokyo/image/codec"
	"shokyo.dev/shokyo/image/foreign"
)

// objectName is about names that mean no raw image, also inside a compressed
// one: x.qcow2, x.tar.gz, x.7z of x.7z.001.
func objectName(path string) *foreign.Objection {
	if k := foreign.ByName(path); k != nil {
		return &foreign.Objection{What: fmt.Sprintf("%s is %s, not a raw image", path, k.Name), Cure: k.Advice()}
	}
	if c := codec.ByName(path); c != nil {
		if k := foreign.ByName(c.Trim(path)); k != nil {
			return &foreign.Objection{What: fmt.Sprintf("%s holds %s, not a raw image", path, k.Name), Cure: k.Advice()}
		}
	}
	return nil
}

// objectContent looks behind names that say nothing (.img is used for qcow2 as
// well). The names .raw and .dd are taken at their word where that cannot make a
// medium look clean: what a container holds beside the medium shows. It is a
// sentence's beginning: "x.img is".
func objectContent(it, name string, ends *foreign.Ends) *foreign.Objection {
	k := foreign.ByContent(ends)
	if k == nil {
		return nil
	}
	if ext := extension(name); !k.Opaque() && (ext == ".raw" || ext == ".dd") {
		return nil
	}
	return &foreign.Objection{What: fmt.Sprintf("%s %s, not a raw image", it, k.Name), Cure: k.Advice()}
}

// extension is the last extension of a path in lower case, with its dot.
func extension(path string) string { return strings.ToLower(filepath.Ext(path)) }
