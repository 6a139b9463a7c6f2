package page

import (
	"fmt"
	"time"
)

// RoughTime has two units: 12s, 4m05s, 1h02m, 3d04h.
func RoughTime(d time.Duration) string {
	s := int64(d / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%ds", s)
	case s < 3600:
		return fmt.Sprintf("%dm%02ds", s/60, s%60)
	case s < 48*3600:
		return fmt.Sprintf("%dh%02dm", s/3600, s/60%60)
	}
	return fmt.Sprintf("%dd%02dh", s/86400, s/3600%24)
}

// AboutTime is for estimates: no more digits than they are worth.
func AboutTime(d time.Duration) string {
	minutes := int64(d/time.Minute) + 1
	switch {
	case minutes < 2:
		return "a minute"
	case minutes <= 100:
		return fmt.Sprintf("%d minutes", minutes)
	case minutes <= 48*60:
		return fmt.Sprintf("%d hours", (minutes+59)/60)
	}
	return fmt.Sprintf("%d days", (minutes+24*60-1)/(24*60))
}

// Counted writes 1 disk, 2 disks.
func Counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
