//go:build !linux

package kernel

// Elsewhere there are no devices to be examined, and reports that are checked (in a browser, say) name none by number.

func number(major, minor uint32) uint64 { return 0 }

func majorMinor(dev uint64) (major, minor uint32) { return 0, 0 }
