package diagram

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"foyer/engine/workflow"
)

// The sizes of texts, in pixels.
const (
	keySize   = 13.0
	aboutSize = 11.5
	labelSize = 11.0
)

// style is the look of drawings. They have a white background wherever they are shown.
const style = `text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;text-anchor:middle;fill:#1f2933}` +
	`.k{font-size:13px;font-weight:600}.a{font-size:11.5px;fill:#52606d}.l{font-size:11px;fill:#334e68}` +
	`.n{stroke:#829ab1;stroke-width:1.2;fill:#f5f7fa}.decision{fill:#fff8e6;stroke:#cb9b2a}.wait{fill:#e6f6ff;stroke:#2b8fc7}` +
	`.start,.end{fill:#e3f5e8;stroke:#3f9d5f}.unknown{fill:#ffe8e8;stroke:#c53030}.w{fill:none;stroke:#627d98;stroke-width:1.3}` +
	`.j{stroke-dasharray:5 4;stroke:#9f5bb5}.b{fill:#fff;fill-opacity:.92}.h{fill:#627d98}.i{fill:#9f5bb5}`

// SVG draws a document as SVG, with ids and names as they are written. If the document does not fit the schema, it
// draws what can be read. The text is a whole SVG document, which runs and loads nothing.
func SVG(document []byte) string {
	outline := workflow.OutlineOf(document)
	g := newGraph(outline)
	g.order()
	width, height := g.arrange()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %[1]s %[2]s" role="img" aria-label="%[3]s">`+"\n",
		number(width), number(height), ariaLabel(outline))
	b.WriteString("<style>" + style + "</style>\n")
	b.WriteString(`<defs><marker id="h" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="h" d="M0,0.5L8,4L0,7.5z"/></marker>` +
		`<marker id="i" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="i" d="M0,0.5L8,4L0,7.5z"/></marker></defs>` + "\n")
	b.WriteString(`<rect width="100%" height="100%" fill="#fff"/>` + "\n")
	ports := g.ports()
	for i, w := range g.ways {
		g.drawWay(&b, w, ports[i])
	}
	for _, p := range g.drawn() {
		switch {
		case p.node != nil:
			drawNode(&b, p)
		case p.label != "":
			drawLabel(&b, p)
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// ariaLabel describes the picture for people who cannot see it. It has no quotes.
func ariaLabel(outline workflow.Outline) string {
	steps := 0
	for _, n := range outline.Nodes {
		if n.Shape == workflow.ShapeStep || n.Shape == workflow.ShapeDecision || n.Shape == workflow.ShapeWait {
			steps++
		}
	}
	return fmt.Sprintf("A workflow of %d steps", steps)
}

// port is where a way leaves its first place and reaches its last.
type port struct{ out, in float64 }

// ports spreads the ways over the edges of their nodes, in the order of where they lead.
func (g *graph) ports() []port {
	ports := make([]port, len(g.ways))
	type end struct {
		way   int
		other float64 // the other end of the way
	}
	leaving, reaching := map[int][]end{}, map[int][]end{}
	for i, w := range g.ways {
		first, last := w.through[0], w.through[len(w.through)-1]
		leaving[first] = append(leaving[first], end{i, g.places[w.through[1]].x})
		reaching[last] = append(reaching[last], end{i, g.places[w.through[len(w.through)-2]].x})
	}
	spread := func(ends map[int][]end, set func(way int, x float64)) {
		for at, list := range ends {
			slices.SortStableFunc(list, func(a, b end) int { return cmp.Or(cmp.Compare(a.other, b.other), a.way-b.way) })
			p := &g.places[at]
			room := min(p.width-24, 26*float64(len(list)-1))
			for i, e := range list {
				x := p.x
				if len(list) > 1 {
					x += room * (float64(i)/float64(len(list)-1) - 0.5)
				}
				set(e.way, x)
			}
		}
	}
	spread(leaving, func(way int, x float64) { ports[way].out = x })
	spread(reaching, func(way int, x float64) { ports[way].in = x })
	return ports
}

// drawWay draws a way: straight through the layers, curved between them.
func (g *graph) drawWay(b *strings.Builder, w way, at port) {
	first, last := &g.places[w.through[0]], &g.places[w.through[len(w.through)-1]]
	x, y := at.out, first.y+first.height
	var d strings.Builder
	fmt.Fprintf(&d, "M%s,%s", number(x), number(y))
	curve := func(toX, toY float64) {
		if x == toX {
			fmt.Fprintf(&d, "V%s", number(toY))
		} else {
			middle := number((y + toY) / 2)
			fmt.Fprintf(&d, "C%s,%s %s,%s %s,%s", number(x), middle, number(toX), middle, number(toX), number(toY))
		}
		x, y = toX, toY
	}
	for _, through := range w.through[1 : len(w.through)-1] {
		p := &g.places[through]
		curve(p.x, p.y)
		curve(p.x, p.y+p.height)
	}
	curve(at.in, last.y)
	if w.back {
		fmt.Fprintf(b, `<path class="w j" d="%s" marker-start="url(#i)"/>`+"\n", d.String())
		return
	}
	fmt.Fprintf(b, `<path class="w" d="%s" marker-end="url(#h)"/>`+"\n", d.String())
}

// classes has the class of each shape that has one, for style; never written to.
var classes = map[workflow.Shape]string{
	workflow.ShapeStart: " start", workflow.ShapeDecision: " decision", workflow.ShapeWait: " wait",
	workflow.ShapeEnd: " end", workflow.ShapeUnknown: " unknown",
}

func drawNode(b *strings.Builder, p place) {
	class, corner := "n"+classes[p.node.Shape], 6.0
	if p.node.Shape == workflow.ShapeStart || p.node.Shape == workflow.ShapeEnd {
		corner = p.height / 2
	}
	left, right, bottom := p.x-p.width/2, p.x+p.width/2, p.y+p.height
	if p.node.Shape == workflow.ShapeDecision {
		const slant = 10
		fmt.Fprintf(b, `<path class="%s" d="M%s,%sL%s,%sL%s,%sL%s,%sL%s,%sL%s,%sz"/>`+"\n", class,
			number(left), number(p.y+p.height/2), number(left+slant), number(p.y), number(right-slant), number(p.y),
			number(right), number(p.y+p.height/2), number(right-slant), number(bottom), number(left+slant), number(bottom))
	} else {
		fmt.Fprintf(b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s" rx="%s"/>`+"\n", class,
			number(left), number(p.y), number(p.width), number(p.height), number(corner))
	}
	first, second := texts(p.node)
	if second == "" {
		drawText(b, "k", p.x, p.y+p.height/2+4.5, first)
		return
	}
	drawText(b, "k", p.x, p.y+18.5, first)
	drawText(b, "a", p.x, p.y+34.5, second)
}

func drawLabel(b *strings.Builder, p place) {
	fmt.Fprintf(b, `<rect class="b" x="%s" y="%s" width="%s" height="%s" rx="4"/>`+"\n",
		number(p.x-p.width/2), number(p.y), number(p.width), number(p.height))
	drawText(b, "l", p.x, p.y+13, p.label)
}

func drawText(b *strings.Builder, class string, x, y float64, text string) {
	fmt.Fprintf(b, `<text class="%s" x="%s" y="%s">%s</text>`+"\n", class, number(x), number(y), escape(text))
}

// number returns a measure with one digit after the point.
func number(n float64) string {
	text := strings.TrimSuffix(strconv.FormatFloat(n, 'f', 1, 64), ".0")
	if text == "-0" {
		return "0"
	}
	return text
}

// escape returns a text for XML.
func escape(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch {
		case c == '&':
			b.WriteString("&amp;")
		case c == '<':
			b.WriteString("&lt;")
		case c == '>':
			b.WriteString("&gt;")
		case c < ' ' || c >= 0x7f && c < 0xa0 || c == 0xfffe || c == 0xffff:
			b.WriteByte(' ')
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// textWidth returns about how wide a text of a size is, rather too much than too little: fonts differ.
func textWidth(text string, size float64) float64 {
	width := 0.0
	for _, c := range text {
		switch {
		case strings.ContainsRune("iljtfr.,:;'|!()[]{} ", c):
			width += 0.36
		case c >= 'A' && c <= 'Z' || strings.ContainsRune("mwMW@%–…+=<>", c):
			width += 0.76
		case c >= 0x2e80:
			width += 1.05
		default:
			width += 0.6
		}
	}
	return width * size
}
