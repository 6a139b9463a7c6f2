package kernel

import "golang.org/x/sys/unix"

// Numbers of devices, as stat(2) gives them.

func number(major, minor uint32) uint64 { return unix.Mkdev(major, minor) }

func majorMinor(dev uint64) (major, minor uint32) { return unix.Major(dev), unix.Minor(dev) }
