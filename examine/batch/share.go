package batch

import (
	"cmp"

	"shokyo.dev/shokyo/scan"
)

const (
	MaxParallel     = 16
	MaxTotalWorkers = 32 // of all examinations at work
)

// MemoryLimit makes the garbage collector work harder before the program takes
// more; what an examination really holds is bounded below it (docs/design.md).
const MemoryLimit = 400 << 20

// Share says how many sources are examined at once, and with how many workers
// each, where any is wanted. Two workers are the least: one reads while the other computes.
func Share(sources, cores, wantParallel, wantWorkers int) (parallel, workers int) {
	parallel = min(sources, cmp.Or(wantParallel, MaxParallel))
	if wantWorkers > 0 {
		if wantParallel == 0 {
			parallel = min(parallel, max(1, MaxTotalWorkers/wantWorkers))
		}
		return parallel, wantWorkers
	}
	if parallel == 1 {
		return 1, min(cores, scan.MaxWorkers)
	}
	return parallel, max(2, min(cores/parallel, MaxTotalWorkers/parallel, scan.MaxWorkers))
}

// memoryFor is MemoryLimit for several examinations. Beyond one, each brings a
// state, a checkpoint and a report under way, and 64 MiB that the decoder of a
// compressed image remembers.
func memoryFor(parallel, workers int) int64 {
	const worker, examination = 16 << 20, 96 << 20
	more := max(0, parallel*workers-scan.MaxWorkers)*worker + (parallel-1)*examination
	return MemoryLimit + int64(more)
}
