package diagram

import (
	"cmp"
	"slices"
)

// sweeps is how often the layers are ordered, downwards and upwards in turn.
const sweeps = 12

// order orders the places of each layer so that few ways cross.
func (g *graph) order() {
	position := make([]float64, len(g.places))
	note := func(layer []int) {
		for i, p := range layer {
			position[p] = float64(i)
		}
	}
	for _, layer := range g.layers {
		note(layer)
	}
	best, fewest := g.copyLayers(), g.crossings(position)
	for sweep := 0; sweep < sweeps && fewest > 0; sweep++ {
		for i := range g.layers {
			layer := g.layers[i]
			if sweep%2 == 1 {
				layer = g.layers[len(g.layers)-1-i]
			}
			g.sort(layer, position, sweep%2 == 1)
			note(layer)
		}
		if n := g.crossings(position); n < fewest {
			best, fewest = g.copyLayers(), n
		}
	}
	g.layers = best
}

// sort orders a layer by the middle of each place's neighbours. Places without neighbours stay where they are.
func (g *graph) sort(layer []int, position []float64, upwards bool) {
	middle := make(map[int]float64, len(layer))
	for _, p := range layer {
		neighbours := g.places[p].above
		if upwards {
			neighbours = g.places[p].below
		}
		if len(neighbours) == 0 {
			middle[p] = position[p]
			continue
		}
		sum := 0.0
		for _, n := range neighbours {
			sum += position[n]
		}
		middle[p] = sum / float64(len(neighbours))
	}
	slices.SortStableFunc(layer, func(a, b int) int { return cmp.Compare(middle[a], middle[b]) })
}

func (g *graph) copyLayers() [][]int {
	layers := make([][]int, len(g.layers))
	for i, layer := range g.layers {
		layers[i] = slices.Clone(layer)
	}
	return layers
}

// crossings returns how often ways cross between neighbouring layers.
func (g *graph) crossings(position []float64) int {
	total := 0
	for _, layer := range g.layers {
		var ends []int
		widest := 0
		for _, p := range layer {
			begin := len(ends)
			for _, below := range g.places[p].below {
				ends = append(ends, int(position[below]))
				widest = max(widest, int(position[below]))
			}
			slices.Sort(ends[begin:])
		}
		total += inversions(ends, widest)
	}
	return total
}

// inversions returns how many pairs are out of order. It uses a tree of partial sums (Fenwick) over the values up to
// widest.
func inversions(values []int, widest int) int {
	sums := make([]int, widest+2)
	total := 0
	for seen, v := range values {
		notAbove := 0
		for i := v + 1; i > 0; i -= i & -i {
			notAbove += sums[i]
		}
		total += seen - notAbove
		for i := v + 1; i < len(sums); i += i & -i {
			sums[i]++
		}
	}
	return total
}
