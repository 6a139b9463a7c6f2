//go:build !amd64 || purego

package entropy

func fold(h []uint32, c []uint8) { foldGeneric(h, c) }

func sum(c []uint8) uint64 { return sumGeneric(c) }

func addRuns(dst, src []uint32) { addRunsGeneric(dst, src) }

func tossSums(runs []uint32) (differences, squares, tosses uint64) { return tossSumsGeneric(runs) }

func (c *runCounter) words(b []byte) { c.wordsGeneric(b) }
