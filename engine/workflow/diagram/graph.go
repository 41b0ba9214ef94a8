package diagram

import (
	"cmp"
	"slices"
	"strings"

	"foyer/engine/workflow"
)

// place is what takes room in a layer: a node, a label, or a way that passes through.
type place struct {
	node          *workflow.OutlineNode // nil for a label or a way that passes through
	label         string
	layer         int
	width, height float64
	x, y          float64 // its middle, and its upper edge
	above, below  []int   // neighbours
}

// way is a connection, from place to place through the layers.
type way struct {
	through []int // the places in all layers from top to bottom, with both ends
	back    bool  // a jump, which is drawn from its last place to its first
}

// graph is a drawing in progress.
type graph struct {
	places []place
	ways   []way
	layers [][]int // places, from left to right
}

// maxPassing is how many places all ways together may pass through. In a document with more, the longest ways are drawn
// across whatever lies between.
const maxPassing = 4_000

// newGraph returns the places of an outline in their layers. Layers of nodes and layers of labels alternate.
func newGraph(outline workflow.Outline) *graph {
	var g graph
	for i := range outline.Nodes {
		n := &outline.Nodes[i]
		if n.Shape != workflow.ShapeEnd { // each step that leads to the end has an end of its own
			g.places = append(g.places, newPlace(n))
			continue
		}
		g.places = append(g.places, place{layer: -1})
	}
	edges := g.merge(outline)
	layer := g.rank(edges)
	deepest := 0
	for i := range g.places {
		if g.places[i].layer >= 0 {
			g.places[i].layer = 2 * layer[i]
			deepest = max(deepest, g.places[i].layer)
		}
	}
	g.layers = make([][]int, deepest+1)
	for i := range g.places {
		if l := g.places[i].layer; l >= 0 {
			g.layers[l] = append(g.layers[l], i)
		}
	}
	leaving := make([]int, len(g.places))
	for _, e := range edges {
		leaving[e.From]++
	}
	for _, e := range edges {
		e.Label = shorten(e.Label, maxText)
		if leaving[e.From] > crowd {
			e.Label = shorten(e.Label, maxCrowded)
		}
		g.connect(e)
	}
	return &g
}

// merge returns the connections of an outline. Several that lead the same way are one, with all their labels. Each step
// that leads to the end gets an end of its own. Those that lead back are reversed.
func (g *graph) merge(outline workflow.Outline) []workflow.OutlineEdge {
	var edges []workflow.OutlineEdge
	at := map[workflow.OutlineEdge]int{} // by edge without label
	for _, e := range outline.Edges {
		if e.From == e.To {
			continue // it leads nowhere
		}
		label := e.Label
		e.Label, e.Back = "", e.Back || e.To < e.From
		if i, twice := at[e]; twice {
			edges[i].Label = joinLabels(edges[i].Label, label)
			continue
		}
		at[e] = len(edges)
		e.Label = label
		edges = append(edges, e)
	}
	for i, e := range edges {
		if outline.Nodes[e.To].Shape == workflow.ShapeEnd {
			g.places = append(g.places, newPlace(&outline.Nodes[e.To]))
			edges[i].To = len(g.places) - 1
		}
		if e.Back {
			edges[i].From, edges[i].To = e.To, e.From
		}
	}
	return edges
}

const (
	// maxText is how many characters of a text are drawn.
	maxText = 48
	// maxCrowded is how many characters of each label are drawn if more than crowd ways leave a step, since they are
	// all in one row.
	maxCrowded = 28
	crowd      = 5
	// plainLabel is the label of next if it shares a line with others. Alone it has no label.
	plainLabel = "next"
)

// joinLabels returns the label of a line for two ways.
func joinLabels(a, b string) string {
	if a == b {
		return a
	}
	return cmp.Or(a, plainLabel) + ", " + cmp.Or(b, plainLabel)
}

// rank returns the length of the longest way to each place. Edges lead from lower to higher places, except to ends,
// which nothing leaves.
func (g *graph) rank(edges []workflow.OutlineEdge) []int {
	rank := slices.Repeat([]int{1}, len(g.places)) // a step that nothing leads to is below the trigger
	if len(rank) > 0 {
		rank[0] = 0
	}
	outgoing := make([][]int, len(g.places))
	for _, e := range edges {
		outgoing[e.From] = append(outgoing[e.From], e.To)
	}
	for from := range outgoing {
		for _, to := range outgoing[from] {
			rank[to] = max(rank[to], rank[from]+1)
		}
	}
	return rank
}

// connect adds the places of a connection in the layers between its ends.
func (g *graph) connect(e workflow.OutlineEdge) {
	through := []int{e.From}
	first, last := g.places[e.From].layer, g.places[e.To].layer
	for layer := first + 1; layer < last; layer++ {
		if len(g.places) > maxPassing && (layer > first+1 || e.Label == "") {
			break
		}
		p := place{layer: layer}
		labelled := first + 1
		if e.Back {
			labelled = last - 1 // near the step that the way leaves
		}
		if layer == labelled && e.Label != "" {
			p.label = e.Label
			p.width, p.height = textWidth(p.label, labelSize)+10, labelHeight
		}
		g.places = append(g.places, p)
		id := len(g.places) - 1
		g.layers[layer] = append(g.layers[layer], id)
		through = append(through, id)
	}
	through = append(through, e.To)
	for i := 1; i < len(through); i++ {
		above, below := through[i-1], through[i]
		g.places[above].below = append(g.places[above].below, below)
		g.places[below].above = append(g.places[below].above, above)
	}
	g.ways = append(g.ways, way{through: through, back: e.Back})
}

// newPlace returns the place of a node, as large as its texts need.
func newPlace(n *workflow.OutlineNode) place {
	first, second := texts(n)
	width := max(textWidth(first, keySize)*1.06, textWidth(second, aboutSize)) + 2*padding
	height := nodeHeight
	if second == "" {
		height = endHeight
	}
	return place{node: n, width: max(width, 44), height: height}
}

// texts returns the two lines of a node. The second is often empty.
func texts(n *workflow.OutlineNode) (first, second string) {
	switch {
	case n.Shape == workflow.ShapeStart || n.Shape == workflow.ShapeEnd || n.Shape == workflow.ShapeUnknown:
		return shorten(n.Key, maxText), ""
	case n.About == "" && n.Kind == "":
		second = "?"
	case n.About == "":
		second = n.Kind
	default:
		second = n.Kind + " – " + n.About
	}
	return shorten(n.Key, maxText), shorten(second, maxText)
}

func shorten(text string, most int) string {
	text = strings.ToValidUTF8(text, "?")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
