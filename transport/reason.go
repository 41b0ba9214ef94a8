package transport

import (
	"context"
	"log/slog"
	"net/netip"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Why something was refused, as Observer.Refused is told. There are no others.
const (
	RefusedForm        = "form"        // it is no request, or too large for one
	RefusedDocument    = "document"    // its document cannot be run, or asks for too much
	RefusedToken       = "token"       // its token is nobody's
	RefusedForbidden   = "forbidden"   // its caller or its origin is not allowed this
	RefusedStranger    = "stranger"    // it comes without a token, and needs one
	RefusedRate        = "rate"        // its caller or its address has asked for much before
	RefusedOperations  = "operations"  // its caller or its address has too many operations under way
	RefusedConnections = "connections" // its caller, its address or all have too many connections
	RefusedDeadline    = "deadline"    // it took too long
	RefusedAnswer      = "answer"      // its answer was too large
	RefusedProtocol    = "protocol"    // its websocket did what the protocol does not allow
	RefusedSlow        = "slow"        // its websocket took too little of what it asked for
)

// refused tells of something that was refused.
func (h *Handler) refused(ctx context.Context, reason, why string, from netip.Addr) {
	h.config.Observer.Refused(reason)
	if h.config.Logger.Enabled(ctx, slog.LevelDebug) {
		h.config.Logger.DebugContext(ctx, "refused", "reason", reason, "why", why, "address", from)
	}
}

// refusedErrors tells of an operation that was refused with errors. What failed here was not refused.
func (h *Handler) refusedErrors(ctx context.Context, errs gqlerror.List) {
	if len(errs) == 0 {
		return
	}
	reason := RefusedDocument
	switch codeOf(errs[0]) {
	case codeInternal, codeOverloaded:
		return
	case codeUnauthenticated:
		reason = RefusedStranger
	case codeForbidden:
		reason = RefusedForbidden
	case codeRateLimited:
		reason = RefusedRate
	}
	h.refused(ctx, reason, errs[0].Message, Address(ctx))
}
