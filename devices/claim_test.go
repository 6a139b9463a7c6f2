package devices

import (
	"errors"
	"os"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// A device is claimed, and one that is in use is opened without a claim only where that was
// asked for. (With real devices: TestBusyDevice, and the guest's.)
func TestClaimDevice(t *testing.T) {
	for _, c := range []struct {
		inUse   bool  // asked for
		refused error // what O_EXCL meets
		hows    []int
		claimed bool
		err     error
	}{
		{false, nil, []int{unix.O_EXCL}, true, nil},
		{true, nil, []int{unix.O_EXCL}, true, nil},
		{false, unix.EBUSY, []int{unix.O_EXCL}, false, unix.EBUSY},
		{true, unix.EBUSY, []int{unix.O_EXCL, 0}, false, nil},
		{true, unix.EACCES, []int{unix.O_EXCL}, false, unix.EACCES},
	} {
		var hows []int
		_, claimed, err := claimDevice("/dev/of-nobody", c.inUse, func(_ string, how int) (*os.File, error) {
			hows = append(hows, how)
			if how&unix.O_EXCL != 0 && c.refused != nil {
				return nil, c.refused
			}
			return nil, nil
		})
		if claimed != c.claimed || !errors.Is(err, c.err) || !slices.Equal(hows, c.hows) {
			t.Errorf("in use %v, %v: opened %x, claimed %v, %v", c.inUse, c.refused, hows, claimed, err)
		}
	}
}
