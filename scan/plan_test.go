package scan

func planOver(size int64, mode Mode) *Plan {
	return &Plan{Mode: mode, BlockBytes: 4096, Regions: []Region{{Name: "medium", Length: size}}}
}

// hollow is a source that has a size and nothing else.
type hollow int64

func (h hollow) Size() int64                           { return int64(h) }
func (h hollow) ReadAt(p []byte, _ int64) (int, error) { clear(p); return len(p), nil }
