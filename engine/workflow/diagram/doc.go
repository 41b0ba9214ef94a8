// Package diagram draws workflow documents: as SVG, and in the language of Mermaid. Drawings are layered from top to bottom;
// each way out has its label; jumps are dashed and lead upwards. It needs no other program and is pure: equal documents
// have equal drawings.
//
// It owns the layout and the drawing. The content of a drawing is a workflow.Outline. Of Foyer's packages it imports only
// engine/workflow. Everything in it is safe for concurrent use.
//
// The layout is the usual one for layered graphs. The layer of a step is the length of the longest way to it from the
// trigger. Ways over several layers, and labels, have a place in each layer between, so that nothing runs through anything.
// The barycentre heuristic orders the places of a layer so that few ways cross. Each layer is then moved as near to its
// neighbours as its order allows.
package diagram
