package main

import (
	"fmt"

	"shokyo.dev/shokyo/scan"
)

// depths are what a plan can be asked for.
var depths = []string{"deep"}

// setDepth makes a plan look as hard as a name says.
func setDepth(_ *scan.Plan, name string) error {
	if name != "deep" {
		return fmt.Errorf("no depth is called %q", name)
	}
	return nil
}
