package diagram

// straightenings is how often all ways are straightened: each makes room for others.
const straightenings = 4

// straighten makes ways run straight down past other nodes, as far as their neighbours leave room. After pull they are
// stairs. The order and the distances in a layer stay.
func (g *graph) straighten() {
	ports := g.ports()               // their order stays, so the ports do too
	at := make([]int, len(g.places)) // position of each place in its layer
	for _, layer := range g.layers {
		for i, p := range layer {
			at[p] = i
		}
	}
	for range straightenings {
		for i, w := range g.ways {
			passing := w.through[1 : len(w.through)-1]
			for len(passing) > 0 {
				count, left, right := g.straight(passing, at)
				x := g.places[passing[count-1]].x
				if count == len(passing) { // straight down to its end, if possible
					x = ports[i].in
				}
				x = max(left, min(right, x))
				for _, p := range passing[:count] {
					g.places[p].x = x
				}
				passing = passing[count:]
			}
		}
	}
}

// straight returns how many of the places, from the first on, can be one below the other, and between which limits.
func (g *graph) straight(passing, at []int) (count int, left, right float64) {
	for i, p := range passing {
		l, r := g.room(p, at[p])
		if i > 0 && max(left, l) > min(right, r) {
			return i, left, right
		}
		if i == 0 {
			left, right = l, r
		}
		left, right = max(left, l), min(right, r)
	}
	return len(passing), left, right
}

// room returns how far left and right a place can move between its neighbours.
func (g *graph) room(p, at int) (left, right float64) {
	layer := g.layers[g.places[p].layer]
	const far = 1e9
	left, right = -far, far
	if at > 0 {
		left = g.places[layer[at-1]].x + g.apart(layer[at-1], p)
	}
	if at < len(layer)-1 {
		right = g.places[layer[at+1]].x - g.apart(p, layer[at+1])
	}
	return left, right
}
