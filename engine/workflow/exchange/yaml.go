package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"foyer/engine/workflow"
	"foyer/engine/workflow/template"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// FromYAML turns a document from YAML into JSON and keeps the order of its members. It fails on text that is not YAML,
// on more than one document, and on what JSON does not have: anchors and aliases (a few lines of them can expand to
// gigabytes), merge keys, tags, infinities. It checks nothing else: workflow.Check and workflow.Compile do. A byte
// order mark is removed.
func FromYAML(document []byte) (converted []byte, err error) {
	document = bytes.TrimPrefix(document, []byte("\uFEFF"))
	if len(document) > workflow.MaxDocument {
		return nil, tooLarge(document)
	}
	if err := checkYAMLNesting(document); err != nil {
		return nil, err
	}
	defer func() {
		if recovered := recover(); recovered != nil {
			converted, err = nil, errors.New("the document is not valid YAML")
		}
	}()
	file, err := parser.ParseBytes(document, 0)
	if err != nil {
		return nil, fmt.Errorf("the document is not YAML: %s", syntaxMessage(err))
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, errors.New("the file must contain exactly one document, and it must not be empty")
	}
	var converting yamlConverter
	if err := converting.write(file.Docs[0].Body, 0); err != nil {
		return nil, err
	}
	return converting.json.Bytes(), nil
}

// checkYAMLNesting refuses nesting that the parser would take very long to read. It counts roughly: brackets, and the
// dashes and question marks that begin several lists or mappings on one line.
func checkYAMLNesting(document []byte) error {
	depth := 0
	for line := range bytes.Lines(document) {
		indicators := 0
		for i, c := range bytes.TrimLeft(line, " \t") {
			switch {
			case c == '[' || c == '{':
				depth++
			case (c == ']' || c == '}') && depth > 0:
				depth--
			case (c == '-' || c == '?') && i == 2*indicators:
				indicators++
			}
			if depth > workflow.MaxNesting || indicators > workflow.MaxNesting {
				return errTooDeep
			}
		}
		if indent := len(line) - len(bytes.TrimLeft(line, " ")); indent > 16*workflow.MaxNesting {
			return errors.New("a line is indented too far")
		}
	}
	return nil
}

// syntaxMessage returns the reason and its line. The error's own text quotes the source, which takes seconds on hostile
// input.
func syntaxMessage(err error) string {
	var detailed interface {
		GetMessage() string
		GetToken() *token.Token
	}
	if !errors.As(err, &detailed) {
		return "it cannot be read"
	}
	if at := detailed.GetToken(); at != nil && at.Position != nil {
		return fmt.Sprintf("%s (line %d)", detailed.GetMessage(), at.Position.Line)
	}
	return detailed.GetMessage()
}

// errTooDeep refuses a document that is nested too deep.
var errTooDeep = fmt.Errorf("lists and objects are nested more than %d levels deep", workflow.MaxNesting)

func tooLarge(document []byte) error {
	return fmt.Errorf("the document has %d bytes, and may have at most %d", len(document), workflow.MaxDocument)
}

type yamlConverter struct {
	json bytes.Buffer
}

// refuse returns an error with the line of a node.
func (c *yamlConverter) refuse(node ast.Node, format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	if at := node.GetToken(); at != nil && at.Position != nil {
		return fmt.Errorf("line %d: %s", at.Position.Line, message)
	}
	return errors.New(message)
}

func (c *yamlConverter) write(node ast.Node, depth int) error {
	if depth > workflow.MaxNesting {
		return c.refuse(node, "%s", errTooDeep)
	}
	switch node := node.(type) {
	case *ast.MappingNode:
		return c.mapping(node.Values, depth)
	case *ast.MappingValueNode:
		return c.mapping([]*ast.MappingValueNode{node}, depth)
	case *ast.SequenceNode:
		return c.sequence(node, depth)
	case *ast.StringNode:
		return c.value(node.Value)
	case *ast.LiteralNode:
		return c.value(node.Value.Value)
	case *ast.BoolNode:
		return c.value(node.Value)
	case *ast.NullNode:
		return c.value(nil)
	case *ast.IntegerNode:
		return c.value(node.Value)
	case *ast.FloatNode:
		if math.IsInf(node.Value, 0) || math.IsNaN(node.Value) {
			return c.refuse(node, "the number is out of range")
		}
		return c.value(node.Value)
	case *ast.AnchorNode, *ast.AliasNode:
		return c.refuse(node, "anchors and aliases (& and *) are not supported; put a text that begins with & or * into quotes")
	default:
		return c.refuse(node, "%s cannot be used here", strings.ToLower(node.Type().String()))
	}
}

func (c *yamlConverter) mapping(values []*ast.MappingValueNode, depth int) error {
	c.json.WriteByte('{')
	seen := make(map[string]struct{}, len(values))
	for i, value := range values {
		name, err := c.name(value.Key)
		if err != nil {
			return err
		}
		if _, twice := seen[name]; twice {
			return c.refuse(value.Key, "the name %q occurs twice", name)
		}
		seen[name] = struct{}{}
		if i > 0 {
			c.json.WriteByte(',')
		}
		if err := c.value(name); err != nil {
			return err
		}
		c.json.WriteByte(':')
		if err := c.write(value.Value, depth+1); err != nil {
			return err
		}
	}
	c.json.WriteByte('}')
	return nil
}

// name returns a key as a text, since exits may be named like numbers.
func (c *yamlConverter) name(key ast.MapKeyNode) (string, error) {
	switch key := key.(type) {
	case *ast.StringNode:
		return key.Value, nil
	case *ast.IntegerNode:
		return fmt.Sprint(key.Value), nil
	case *ast.BoolNode:
		return strconv.FormatBool(key.Value), nil
	default:
		return "", c.refuse(key, "a key must be a text")
	}
}

func (c *yamlConverter) sequence(node *ast.SequenceNode, depth int) error {
	c.json.WriteByte('[')
	for i, value := range node.Values {
		if i > 0 {
			c.json.WriteByte(',')
		}
		if err := c.write(value, depth+1); err != nil {
			return err
		}
	}
	c.json.WriteByte(']')
	return nil
}

func (c *yamlConverter) value(value any) error {
	text, err := template.JSON(value)
	if err != nil {
		return fmt.Errorf("convert YAML: %w", err)
	}
	c.json.WriteString(text)
	return nil
}
