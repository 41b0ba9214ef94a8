package webhook

// MaxKeys is maxKeys, for tests.
const MaxKeys = maxKeys

// Remembered returns how many addresses are remembered for what they guessed.
func (h *Handler) Remembered() int { return h.strangers.Len() }
