package mpeg

import (
	_ "embed"
	"math"
	"sync"
)

// What encoders write was counted on sound that is not among that on which power is measured (train_test.go).
// The file has a byte for each chance, its negative logarithm in 1/16 bit.
//
//go:embed model.bin
var packed []byte

// table is one of those of the model: rows of chances that sum to 1.
type table uint8

const (
	shared       table = iota // scale factors of the granule before
	lengths                   // of main data, by those of the granule before
	pairCounts                // by the size of main data
	gains                     // of the first granule
	stepsChannel              // of gain, from the other channel
	stepsTime                 // from the granule before
	scalings
	scalings2 // of MPEG-2
	switching
	blocks
	tables // by the region before
	regionEnds
	flags
	flags2
	codebooks  // of AAC, by the section before
	longBands  // in a section, by how many are left
	middles    // whether a band is middle and side, by the frame and the band before
	bandCounts // of long windows
	shortCounts
	groupings
	shortBands // the same of short windows
	numTables
)

var shape = [numTables]struct{ rows, cols int }{
	shared:       {1, 16},
	lengths:      {numEighths + 1, numEighths},
	pairCounts:   {26, numPairs},
	gains:        {1, 256 / gainClass},
	stepsChannel: {1, 2*gainSteps + 1},
	stepsTime:    {1, 2*gainSteps + 1},
	scalings:     {17, 16},
	scalings2:    {1, 32},
	switching:    {3, 2},
	blocks:       {4, 4},
	tables:       {34, 32},
	regionEnds:   {1, 128},
	flags:        {1, 8},
	flags2:       {1, 4},
	codebooks:    {17, 16},
	longBands:    {32, 32},
	middles:      {9, 2},
	bandCounts:   {1, 64},
	shortCounts:  {1, 16},
	groupings:    {1, 128},
	shortBands:   {32, 8},
}

type model [numTables][]float32

func (m *model) chance(t table, row, col int) float64 { return float64(m[t][row*shape[t].cols+col]) }

// theModel is made when something is first compared with it.
var theModel = sync.OnceValue(func() *model { return unpack(packed) })

func unpack(b []byte) *model {
	m := new(model)
	for t, s := range shape {
		for range s.rows {
			sum := 0.0
			for _, x := range b[:s.cols] {
				sum += unit(x)
			}
			for _, x := range b[:s.cols] {
				m[t] = append(m[t], float32(unit(x)/sum*(1-1e-6))) // rounded down
			}
			b = b[s.cols:]
		}
	}
	return m
}

func unit(b byte) float64 { return math.Exp2(-float64(b) / 16) }

// counts are what the model is made of.
type counts [numTables][]int

func (c *counts) add(t table, row, col int) {
	if c[t] == nil {
		c[t] = make([]int, shape[t].rows*shape[t].cols)
	}
	c[t][row*shape[t].cols+col]++
}
