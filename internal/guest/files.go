package guest

import "shokyo.dev/shokyo/bootimage"

// File is a file of the guest: bytes, or a file of the host.
type File = bootimage.File
