package diagram

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"foyer/engine/workflow"
)

type object = map[string]any

// drawDocument draws a document whose steps lead to any later ones, to the end, nowhere, or back by a jump.
func drawDocument(t *rapid.T) []byte {
	count := rapid.IntRange(1, 40).Draw(t, "steps")
	var list []object
	for i := range count {
		later := func(label string) string {
			to := rapid.IntRange(i+1, count+1).Draw(t, label)
			switch {
			case to < count:
				return fmt.Sprintf("s%d", to)
			case to == count:
				return "end"
			default:
				return "nowhere"
			}
		}
		step := object{"key": fmt.Sprintf("s%d", i)}
		switch rapid.SampledFrom([]string{"send", "ask", "branch", "jump", "end"}).Draw(t, "kind") {
		case "send":
			step["send"], step["next"] = object{"text": "<b>&amp; \u2028 and a long text that goes on and on and on and on"}, later("next")
		case "ask":
			step["ask"], step["exits"] = object{"text": "?"}, object{"timeout": later("timeout"), "invalid": later("invalid")}
		case "branch":
			ways := []object{}
			for range rapid.IntRange(1, 5).Draw(t, "ways") {
				ways = append(ways, object{"when": object{"field": "message.text", "op": "contains", "value": "x"}, "go": later("way")})
			}
			step["branch"], step["else"] = ways, later("else")
		case "jump":
			step["jump"] = object{"to": fmt.Sprintf("s%d", rapid.IntRange(0, i).Draw(t, "back")), "max": 3}
		default:
			step["end"] = object{}
		}
		list = append(list, step)
	}
	document, err := json.Marshal(object{"format": 1, "trigger": object{"on": "message.received"}, "steps": list})
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func TestNothingStandsOnAnythingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := newGraph(workflow.OutlineOf(drawDocument(t)))
		g.order()
		width, height := g.arrange()
		places := g.drawn()
		const hair = 0.01 // of rounding
		for i, a := range places {
			if a.x-a.width/2 < margin-hair || a.x+a.width/2 > width-margin+hair || a.y < margin-hair || a.y+a.height > height-margin+hair {
				t.Fatalf("outside: %+v of %v x %v", a, width, height)
			}
			for _, b := range places[:i] {
				apart := max(a.x-a.width/2-b.x-b.width/2, b.x-b.width/2-a.x-a.width/2)
				below := max(a.y-b.y-b.height, b.y-a.y-a.height)
				if apart < -hair && below < -hair {
					t.Fatalf("%+v stands on %+v", a, b)
				}
			}
		}
	})
}

func TestAWayPassesStraightByWhereThereIsRoom(t *testing.T) {
	g := newGraph(workflow.OutlineOf([]byte(`{"trigger": {"on": "message.received"}, "steps": [
		{"key": "a", "ask": {"text": "?"}, "exits": {"timeout": "e", "invalid": "e"}}, {"key": "b", "note": {"text": "a long text that takes room"}},
		{"key": "c", "send": {"text": "x"}}, {"key": "d", "note": {"text": "another long text that takes room"}}, {"key": "e", "close": {}}]}`)))
	g.order()
	g.arrange()
	passing := 0
	for _, w := range g.ways {
		for i := 2; i < len(w.through)-1; i++ {
			passing++
			if above, here := g.places[w.through[i-1]], g.places[w.through[i]]; above.x != here.x {
				t.Errorf("passes at %v, then at %v", above.x, here.x)
			}
		}
	}
	if passing < 5 {
		t.Errorf("only %d pass", passing)
	}
}

func TestEveryWayLeadsDownAndJumpsLeadUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		outline := workflow.OutlineOf(drawDocument(t))
		g := newGraph(outline)
		for _, w := range g.ways {
			for i := 1; i < len(w.through); i++ {
				if g.places[w.through[i]].layer != g.places[w.through[i-1]].layer+1 {
					t.Fatalf("a way skips layers: %+v", w)
				}
			}
		}
		for _, e := range outline.Edges {
			led := e.From == e.To
			for _, w := range g.ways {
				from, to := w.through[0], w.through[len(w.through)-1]
				if w.back {
					from, to = to, from
				}
				end := outline.Nodes[e.To].Shape == workflow.ShapeEnd && g.places[to].node == &outline.Nodes[e.To]
				led = led || from == e.From && (to == e.To || end) && w.back == e.Back
			}
			if !led {
				t.Fatalf("%+v is not drawn", e)
			}
		}
	})
}

// wellFormed reads XML to its end.
func wellFormed(text string) error {
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func TestADrawingIsXMLAndTheSameEachTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		document := drawDocument(t)
		first := SVG(document)
		if err := wellFormed(first); err != nil {
			t.Fatalf("%v in %s", err, first)
		}
		if SVG(document) != first {
			t.Fatal("drawn twice, and not the same")
		}
	})
}

func FuzzSVG(f *testing.F) {
	f.Add([]byte(`{"trigger": {"on": "</svg><script>"}, "steps": [{"key": "a\u0000\ufffe", "send": {"text": "]]>"}, "next": "x"}, 7, {"key": "a", "jump": {"to": "a"}}]}`))
	f.Add([]byte(`{"steps": [{"branch": [{"go": 5}, {"go": "end", "when": {"field": "\u2028"}}]}]}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, document []byte) {
		drawn := SVG(document)
		if err := wellFormed(drawn); err != nil {
			t.Fatalf("%v in %s", err, drawn)
		}
		if strings.Contains(drawn, "<script") {
			t.Fatal(drawn)
		}
	})
}

func TestTheMostThatADocumentCanHoldIsDrawnInTime(t *testing.T) {
	var list []object
	for i := range 100 {
		var ways []object
		for to := i + 1; to < 100; to++ {
			ways = append(ways, object{"when": object{"field": "message.text", "op": "exists"}, "go": fmt.Sprintf("s%d", to)})
		}
		list = append(list, object{"key": fmt.Sprintf("s%d", i), "branch": ways})
	}
	document, err := json.Marshal(object{"format": 1, "steps": list})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := wellFormed(SVG(document)); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 20*time.Second { // with a wide margin for a busy machine
		t.Errorf("took %v", took)
	}
	t.Logf("took %v", time.Since(began))
}
