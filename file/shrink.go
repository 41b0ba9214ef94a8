package file

import (
	"image"
	"image/color"

	"golang.org/x/image/draw"
)

// shrink returns an image that fits into a thumbnail. The scaler takes 32 bytes for each line of its source and column of its
// result, so that it gets an image whose size has been reduced already, by a whole number.
func shrink(from image.Image) *image.RGBA {
	longest := max(from.Bounds().Dx(), from.Bounds().Dy(), 1)
	if pixels, ok := from.(image.RGBA64Image); ok && longest >= 2*maxThumbnail { // it is what every decoder returns
		from = reduce(pixels, longest/maxThumbnail)
	}
	bounds := from.Bounds()
	scale := min(1, float64(maxThumbnail)/float64(max(bounds.Dx(), bounds.Dy(), 1)))
	small := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(bounds.Dx())*scale)), max(1, int(float64(bounds.Dy())*scale))))
	draw.BiLinear.Scale(small, small.Bounds(), from, bounds, draw.Src, nil)
	return small
}

// reduce returns an image each of whose pixels is the mean of a square.
func reduce(from image.RGBA64Image, times int) *image.RGBA {
	bounds := from.Bounds()
	to := image.NewRGBA(image.Rect(0, 0, (bounds.Dx()+times-1)/times, (bounds.Dy()+times-1)/times))
	for y := range to.Rect.Dy() {
		for x := range to.Rect.Dx() {
			corner := bounds.Min.Add(image.Pt(x*times, y*times))
			square := image.Rectangle{corner, corner.Add(image.Pt(times, times))}.Intersect(bounds)
			to.SetRGBA(x, y, mean(from, square))
		}
	}
	return to
}

// mean returns the mean of the pixels in a rectangle that is not empty.
func mean(pixels image.RGBA64Image, in image.Rectangle) color.RGBA {
	var r, g, b, a, n uint64
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			at := pixels.RGBA64At(x, y)
			r, g, b, a, n = r+uint64(at.R), g+uint64(at.G), b+uint64(at.B), a+uint64(at.A), n+1
		}
	}
	return color.RGBA{uint8(r / n >> 8), uint8(g / n >> 8), uint8(b / n >> 8), uint8(a / n >> 8)}
}
