package resolvers

import (
	"context"

	"foyer/file"
	"foyer/inbox"
)

// URL returns the link to a file: a signed one, unless only notes use it.
func (r fileResolver) URL(ctx context.Context, f *inbox.File) (inbox.URL, error) {
	internal, err := scopeOf(ctx).internal().Load(ctx, f.ID)
	switch {
	case err != nil:
		return "", err
	case internal:
		return r.links.Plain(f.ID, f.Name), nil
	default:
		return r.links.Signed(f.ID, f.Name, file.LinkLifetime), nil
	}
}

// Thumbnail returns the link to a file's thumbnail, or nil if it has none.
func (r fileResolver) Thumbnail(ctx context.Context, f *inbox.File) (*inbox.URL, error) {
	if f.ThumbnailBytes == nil {
		return nil, nil
	}
	internal, err := scopeOf(ctx).internal().Load(ctx, f.ID)
	switch {
	case err != nil:
		return nil, err
	case internal:
		return new(r.links.PlainThumbnail(f.ID, f.Name)), nil
	default:
		return new(r.links.SignedThumbnail(f.ID, f.Name, file.LinkLifetime)), nil
	}
}

// URL returns the URL of an attachment. A file that was uploaded has a link, which depends on the file and the time alone.
func (r attachmentResolver) URL(_ context.Context, a *inbox.Attachment) (inbox.URL, error) {
	name := ""
	if a.Name != nil {
		name = *a.Name
	}
	switch {
	case a.FileID == 0:
		return a.URL, nil
	case a.Internal:
		return r.links.Plain(a.FileID, name), nil
	default:
		return r.links.Signed(a.FileID, name, file.LinkLifetime), nil
	}
}

// File returns the file of an attachment, or nil if it is elsewhere.
func (attachmentResolver) File(ctx context.Context, a *inbox.Attachment) (*inbox.File, error) {
	if a.FileID == 0 {
		return nil, nil
	}
	return scopeOf(ctx).files().Load(ctx, a.FileID)
}
