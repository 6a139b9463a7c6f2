package signature

import (
	"slices"

	"shokyo.dev/shokyo/scan/signature/archive"
	"shokyo.dev/shokyo/scan/signature/data"
	"shokyo.dev/shokyo/scan/signature/diskimage"
	"shokyo.dev/shokyo/scan/signature/document"
	"shokyo.dev/shokyo/scan/signature/keyfile"
	"shokyo.dev/shokyo/scan/signature/media"
	"shokyo.dev/shokyo/scan/signature/picture"
	"shokyo.dev/shokyo/scan/signature/program"
)

// formats is the table: at most proof.MaxKinds rows, which every score pays for. They are
// tried in this order, those with the magic number at offset 0 first. A kind may have
// several rows, and a row several kinds.
var formats = slices.Concat(picture.Formats, media.Formats, document.Formats, archive.Formats,
	program.Formats, data.Formats, diskimage.Formats, keyfile.Formats)
