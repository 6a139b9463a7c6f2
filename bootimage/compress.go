package bootimage

import "github.com/klauspost/compress/zstd"

// window is how far back the initramfs's compression looks. The kernel takes
// 8 MiB at most where it unpacks in one go (kernel: lib/decompress_unzstd.c).
const window = 4 << 20

// Compress packs an initramfs. One thread: with several, where the blocks begin
// would depend on their number.
func Compress(archive []byte) ([]byte, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	return z.EncodeAll(archive, nil), nil
}
