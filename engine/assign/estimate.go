package assign

import (
	"math"
	"slices"
	"time"

	"foyer/inbox"
)

// minGaps is the least number of gaps between conversations from which an estimate is made.
const minGaps = 5

// Estimate returns how long a conversation at a position of a queue, from 1, will probably wait, and about how far off that is.
// history has the conversations that agents last got from the queue, the newest first. It is not ok if there are too few.
//
// The wait is a gap for each conversation up to this one. A gap is the time between one conversation and the next, if the next
// was already waiting; a time in which nobody waited does not count. Nor does a gap ten times as long as the others: it is a
// night or a break.
func Estimate(history []inbox.Taken, position int32) (wait, off time.Duration, ok bool) {
	var gaps []time.Duration
	for i := range len(history) - 1 {
		gap := time.Duration(history[i].At-history[i+1].At) * time.Millisecond
		if gap <= history[i].QueuedFor.Std()+time.Second { // which is kept in whole seconds
			gaps = append(gaps, gap)
		}
	}
	if len(gaps) < minGaps {
		return 0, 0, false
	}
	slices.Sort(gaps)
	for len(gaps) > minGaps {
		last := len(gaps) - 1
		others, _ := moments(gaps[:last])
		if others == 0 || float64(gaps[last]) <= 10*others {
			break
		}
		gaps = gaps[:last]
	}
	mean, variance := moments(gaps)
	n, places := float64(len(gaps)), float64(position)
	// The gaps to come differ from each other, and their mean from that of the gaps seen.
	return time.Duration(places * mean), time.Duration(math.Sqrt(places*variance + places*places*variance/n)), true
}

// moments returns the mean and the variance of lengths of time, in nanoseconds.
func moments(lengths []time.Duration) (mean, variance float64) {
	var sum, squares float64
	for _, d := range lengths {
		sum += float64(d)
		squares += float64(d) * float64(d)
	}
	n := float64(len(lengths))
	return sum / n, max(squares/n-sum/n*sum/n, 0)
}
