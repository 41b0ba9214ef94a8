package workflow

// checkReach reports steps that can never be executed. Of several that follow one another it reports the first.
func (c *compiler) checkReach(leads [][]int) {
	reached, led := make([]bool, len(leads)), make([]bool, len(leads))
	for _, ways := range leads {
		for _, to := range ways {
			if to < len(leads) {
				led[to] = true
			}
		}
	}
	if len(leads) > 0 {
		reach(leads, reached, 0)
	}
	for i := range leads {
		if !reached[i] && !led[i] {
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
	waiting := []int{from}
	for len(waiting) > 0 {
		at := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		if at >= len(leads) || reached[at] {
			continue
		}
		reached[at] = true
		waiting = append(waiting, leads[at]...)
	}
}
