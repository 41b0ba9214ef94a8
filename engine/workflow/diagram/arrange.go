package diagram

import "slices"

// The measures of a drawing, in pixels.
const (
	margin      = 16.0
	padding     = 12.0
	nodeHeight  = 44.0
	endHeight   = 26.0
	labelHeight = 18.0
	layerGap    = 16.0 // between layers
	placeGap    = 22.0 // between places of a layer
	passingGap  = 10.0 // beside ways that pass through
)

// arrange sets the position of everything, and returns the size of the drawing.
func (g *graph) arrange() (width, height float64) {
	height = g.stack()
	for _, layer := range g.layers {
		x := 0.0
		for i, p := range layer {
			if i > 0 {
				x += g.apart(layer[i-1], p)
			}
			g.places[p].x = x
		}
	}
	for sweep := range 6 * sweeps {
		for i := range g.layers {
			if sweep%2 == 0 {
				g.pull(g.layers[i], true, sweep >= sweeps)
			} else {
				g.pull(g.layers[len(g.layers)-1-i], false, sweep >= sweeps)
			}
		}
	}
	g.straighten()
	left, right := 0.0, 0.0
	for first, p := range g.drawn() {
		l, r := p.x-p.width/2, p.x+p.width/2
		if first == 0 {
			left, right = l, r
		}
		left, right = min(left, l), max(right, r)
	}
	for i := range g.places {
		g.places[i].x += margin - left
	}
	return right - left + 2*margin, height
}

// drawn returns the places that are in a layer.
func (g *graph) drawn() []place {
	var list []place
	for _, layer := range g.layers {
		for _, p := range layer {
			list = append(list, g.places[p])
		}
	}
	return list
}

// stack sets the height of each layer, one below the other, and returns the height of all.
func (g *graph) stack() float64 {
	y := margin
	for _, layer := range g.layers {
		tallest := 0.0
		for _, p := range layer {
			tallest = max(tallest, g.places[p].height)
		}
		for _, p := range layer {
			place := &g.places[p]
			if place.node == nil && place.label == "" {
				place.height = tallest // a way runs straight past the nodes of the layer
			}
			place.y = y + (tallest-place.height)/2
		}
		y += tallest + layerGap
	}
	return y - layerGap + margin
}

// apart returns the least distance between the middles of two neighbours.
func (g *graph) apart(left, right int) float64 {
	l, r := &g.places[left], &g.places[right]
	gap := placeGap
	if l.node == nil || r.node == nil {
		gap = passingGap
	}
	return (l.width+r.width)/2 + gap
}

// pull moves the places of a layer towards the middle of their neighbours above, below, or both, as near as their order
// and their widths allow. It finds the least sum of squares by pooling neighbours that would overlap.
func (g *graph) pull(layer []int, down, both bool) {
	type pool struct {
		sum, weight float64
		count       int
	}
	var pools []pool
	offset := 0.0 // the distance from the first place if all of them touch
	for i, p := range layer {
		if i > 0 {
			offset += g.apart(layer[i-1], p)
		}
		wanted, weight := g.wanted(p, down, both)
		next := pool{(wanted - offset) * weight, weight, 1}
		for len(pools) > 0 {
			last := pools[len(pools)-1]
			if last.sum*next.weight <= next.sum*last.weight {
				break
			}
			next = pool{last.sum + next.sum, last.weight + next.weight, last.count + next.count}
			pools = pools[:len(pools)-1]
		}
		pools = append(pools, next)
	}
	offset = 0
	at := 0
	for _, pool := range pools {
		for range pool.count {
			if at > 0 {
				offset += g.apart(layer[at-1], layer[at])
			}
			g.places[layer[at]].x = pool.sum/pool.weight + offset
			at++
		}
	}
}

// wanted returns the best position of a place, and how much it matters: ways that pass through should be straight.
func (g *graph) wanted(p int, down, both bool) (x, weight float64) {
	place := &g.places[p]
	neighbours := place.below
	if down {
		neighbours = place.above
	}
	if both || len(neighbours) == 0 {
		neighbours = slices.Concat(place.above, place.below)
	}
	if len(neighbours) == 0 {
		return place.x, 1
	}
	for _, n := range neighbours {
		pull := g.pulls(p, n)
		x += pull * g.places[n].x
		weight += pull
	}
	return x / weight, weight
}

// pulls returns how much it matters that two neighbours are one above the other.
func (g *graph) pulls(a, b int) float64 {
	switch {
	case g.places[a].node == nil && g.places[b].node == nil:
		return 8
	case g.places[a].node == nil || g.places[b].node == nil:
		return 2
	default:
		return 4
	}
}
