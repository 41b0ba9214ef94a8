package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"runtime"
	"time"

	"golang.org/x/image/webp"
)

const (
	// maxPixels is how many pixels an image may have that is decoded: as many as telephones take.
	maxPixels = 50_000_000
	// muchDecoded is how many bytes an image takes after which memory is freed at once.
	muchDecoded = 16 << 20
	// maxThumbnail is the width and the height that a thumbnail has at most.
	maxThumbnail = 480
	// maxDecoding is how long decoding may take.
	maxDecoding = 10 * time.Second
	// thumbnailQuality is that of a JPEG image.
	thumbnailQuality = 80
)

// errTooLarge says that an image is not decoded because of its size.
var errTooLarge = errors.New("the image is too large to be decoded")

// picture is what is known of an image as it is seen.
type picture struct {
	width, height int32
	thumbnail     []byte // PNG or JPEG, without what else was in the image
}

// pictures decodes images, one at a time: each may take much memory.
type pictures struct{ busy chan struct{} }

func newPictures() *pictures { return &pictures{busy: make(chan struct{}, 1)} }

// read decodes an image. It fails for what is no image of the type, for one that is broken or too large, and if ctx ends.
func (p *pictures) read(ctx context.Context, content io.ReadSeeker, kind string) (seen *picture, err error) {
	select {
	case p.busy <- struct{}{}:
		defer func() { <-p.busy }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() {
		if value := recover(); value != nil { // in a decoder
			seen, err = nil, fmt.Errorf("decode an image: %v", value)
		}
	}()
	deadline := time.Now().Add(maxDecoding)
	again := func() (io.ReadSeeker, error) {
		_, err := content.Seek(0, io.SeekStart)
		return hurried{content, deadline}, err
	}
	turned := 1
	if kind == "image/jpeg" {
		r, err := again()
		if err != nil {
			return nil, err
		}
		turned = orientation(r)
	}
	size, err := content.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	r, err := again()
	if err != nil {
		return nil, err
	}
	takes, err := bounded(r, kind, size)
	if err != nil {
		return nil, err
	}
	if takes > muchDecoded {
		defer runtime.GC() // before another is decoded: what this one has left would count with it
	}
	if r, err = again(); err != nil {
		return nil, err
	}
	decoded, err := decoders[kind](r)
	if err != nil {
		return nil, err
	}
	return newPicture(decoded, turned)
}

// decoders are what decodes images of each type: of an animation, the first image. Never written to.
var decoders = map[string]func(io.Reader) (image.Image, error){
	"image/png":  png.Decode,
	"image/jpeg": jpeg.Decode,
	"image/gif":  gif.Decode,
	"image/webp": webp.Decode,
}

// bounded fails if the head of an image announces more than may be decoded. It returns how many bytes it takes to do so.
func bounded(r io.ReadSeeker, kind string, size int64) (int64, error) {
	n, err := needs[kind](r, size)
	if err != nil {
		return 0, err
	}
	if n.width <= 0 || n.height <= 0 || n.width > maxPixels || n.height > maxPixels || n.width*n.height > maxPixels || n.bytes > maxDecoded {
		return 0, errTooLarge
	}
	return n.bytes, nil
}

// hurried fails once its time is over. Decoders read as they go on.
type hurried struct {
	io.ReadSeeker
	deadline time.Time
}

// Read implements io.Reader.
func (h hurried) Read(p []byte) (int, error) {
	if time.Now().After(h.deadline) {
		return 0, context.DeadlineExceeded
	}
	return h.ReadSeeker.Read(p)
}

// newPicture makes the thumbnail of an image that is to be turned.
func newPicture(decoded image.Image, turned int) (*picture, error) {
	bounds := decoded.Bounds()
	width, height := bounds.Dx(), bounds.Dy()
	upright := turn(shrink(decoded), turned)
	if turned > 4 {
		width, height = height, width
	}
	var encoded bytes.Buffer
	var err error
	if upright.Opaque() {
		err = jpeg.Encode(&encoded, upright, &jpeg.Options{Quality: thumbnailQuality})
	} else {
		err = png.Encode(&encoded, upright)
	}
	return &picture{width: int32(width), height: int32(height), thumbnail: encoded.Bytes()}, err
}

// turn returns an image as it is seen upright, for an orientation as EXIF counts them.
func turn(from *image.RGBA, orientation int) *image.RGBA {
	if orientation <= 1 || orientation > 8 {
		return from
	}
	w, h := from.Rect.Dx(), from.Rect.Dy()
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation > 4 {
		to = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			at := [...]image.Point{2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y},
				5: {y, x}, 6: {h - 1 - y, x}, 7: {h - 1 - y, w - 1 - x}, 8: {y, w - 1 - x}}[orientation]
			to.SetRGBA(at.X, at.Y, from.RGBAAt(x, y))
		}
	}
	return to
}
