package main

import (
	"context"
	"syscall"
	"time"

	"shokyo.dev/shokyo/internal/disktest"
	"shokyo.dev/shokyo/scan"
)

// grown is what the engine takes for a medium of a size, and the most memory that was in use until then.
type grown struct {
	bytes   int64
	perByte float64 // ns of processor time
	memory  int64
}

// growth examines ciphertext that is made while it is read, at quick depth, each medium four times as large as the one before. What
// making it takes is part of the cost.
func growth(most int64) (list []grown, err error) {
	for size := int64(256 << 20); size <= most; size *= 4 {
		plan := &scan.Plan{BlockBytes: 4096, Depth: scan.Quick, Regions: []scan.Region{{Name: "disk", Length: size}}}
		s, err := scan.New(plan, ciphertext{disktest.Keystream(2), size}, scan.Options{Workers: 1})
		if err != nil {
			return nil, err
		}
		start, _ := used()
		if _, err := s.Run(context.Background()); err != nil {
			return nil, err
		}
		end, memory := used()
		list = append(list, grown{size, float64(end-start) / float64(size), memory})
	}
	return list, nil
}

// used is the processor time and the memory of this process so far.
func used() (cpu time.Duration, memory int64) {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), u.Maxrss << 10
}

// ciphertext is a medium of any size.
type ciphertext struct {
	*disktest.Stream
	size int64
}

func (c ciphertext) Size() int64 { return c.size }
