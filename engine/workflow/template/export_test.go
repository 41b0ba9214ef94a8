package template

// Render returns a text without secrets with its variables filled in.
func (t *Template) Render(w World) (string, error) {
	parts, err := t.RenderParts(w)
	if len(parts) == 0 {
		return "", err
	}
	return parts[0].Text, err
}
