package workflow

import "slices"

// checkReach reports steps that can never be executed. Of several that follow one another it reports the first.
func (c *compiler) checkReach(leads [][]int) {
	reached, led := make([]bool, len(leads)), slices.Concat(leads...)
	reach(leads, reached, 0)
	for i := range leads {
		if !reached[i] && !slices.Contains(led, i) {
			c.add(path{"steps"}.to(i), "no step leads here, so this step is never executed")
			reach(leads, reached, i)
		}
	}
	for i := range leads {
		if !reached[i] {
			c.add(path{"steps"}.to(i), "only steps that are never executed lead here, so this step is never executed")
			reach(leads, reached, i)
		}
	}
}

// reach marks the steps that can be reached from a step.
func reach(leads [][]int, reached []bool, from int) {
	if from >= len(leads) || reached[from] {
		return
	}
	reached[from] = true
	for _, to := range leads[from] {
		reach(leads, reached, to)
	}
}
