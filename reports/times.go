package reports

import "time"

// Clocks writes a time as the laboratory's clock shows it, and in UTC; once where they are the same.
func Clocks(utc, local string) []string {
	t, err := time.Parse(time.RFC3339, local)
	if err != nil || local == utc {
		return []string{utc}
	}
	return []string{t.Format("2006-01-02 15:04:05 (UTC-07:00)"), utc}
}

// Period is when an examination began and ended, by each clock.
func (t *Times) Period() []string {
	began, ended := Clocks(t.Started, t.StartedLocal), Clocks(t.Finished, t.FinishedLocal)
	if len(began) != len(ended) {
		return []string{t.Started + " – " + t.Finished}
	}
	for i := range began {
		began[i] += " – " + ended[i]
	}
	return began
}
