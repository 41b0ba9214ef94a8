package file_test

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
)

// hostile are contents that lie about what they are, or would run something, each with the type that it has, and whether browsers
// may show it.
func hostile() map[string]struct {
	content []byte
	kind    string
	shown   bool
} {
	const script = `<script>document.title='ran';fetch('/ran')</script>`
	type file = struct {
		content []byte
		kind    string
		shown   bool
	}
	return map[string]file{
		"page.png":         {[]byte("<!DOCTYPE html><html><body>" + script), "text/html", false},
		"page.html":        {[]byte("<html>" + script), "text/html", false},
		"drawing.svg":      {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="fetch('/ran')">` + script + `</svg>`), "image/svg+xml", false},
		"drawing.jpg":      {[]byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">` + script + `</svg>`), "image/svg+xml", false},
		"sheet.xml":        {[]byte(`<?xml version="1.0"?><a xmlns:h="http://www.w3.org/1999/xhtml"><h:script>fetch('/ran')</h:script></a>`), "text/xml", false},
		"paper.pdf":        {[]byte("%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\ntrailer<</Root 1 0 R>>"), "application/pdf", false},
		"code.js":          {[]byte("fetch('/ran');document.title='ran'"), "text/plain", false},
		"polyglot.js":      {[]byte("GIF89a/*" + strings.Repeat("\x00", 16) + "*/=1;fetch('/ran')"), "image/gif", true},
		"polyglot.html":    {append(pngImage(4, 4), script...), "image/png", true},
		"truncated.png":    {pngImage(400, 300)[:120], "image/png", true},
		"truncated.jpg":    {jpegImage(400, 300)[:200], "image/jpeg", true},
		"bomb.png":         {bomb(50_000, 50_000), "image/png", true},
		"archive.zip":      {[]byte("PK\x03\x04\x14\x00\x00\x00\x00\x00"), "application/zip", false},
		"program.exe":      {[]byte("MZ\x90\x00\x03\x00\x00\x00"), "application/vnd.microsoft.portable-executable", false},
		"frame.mhtml":      {[]byte("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n" + script), "text/plain", false},
		"random.bin":       {[]byte{0, 1, 2, 3, 0xfe, 0xff}, "application/octet-stream", false},
		"sound.html":       {[]byte("ID3\x03\x00\x00\x00\x00\x00\x00" + script), "audio/mpeg", true},
		"animation.gif":    {gifImage(20, 10), "image/gif", true},
		"tiny.webp":        {webpImage(), "image/webp", true},
		"words.txt":        {[]byte("only words"), "text/plain", false},
		"utf16 page.txt":   {[]byte("\xff\xfe<\x00s\x00c\x00r\x00i\x00p\x00t\x00>\x00"), "text/plain", false},
		"leading space.md": {[]byte("   \n\t<script>fetch('/ran')</script>"), "text/html", false},
	}
}

func picture(width, height int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = byte(i % 251)
		if i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	return img
}

func pngImage(width, height int) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, picture(width, height))
	return b.Bytes()
}

// noisyPNG is an image that is larger than its thumbnail.
func noisyPNG(width, height int) []byte {
	img, noise := image.NewRGBA(image.Rect(0, 0, width, height)), rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		if img.Pix[i] = byte(noise.Uint32()); i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, img)
	return b.Bytes()
}

func jpegImage(width, height int) []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, picture(width, height), nil)
	return b.Bytes()
}

func gifImage(width, height int) []byte {
	var b bytes.Buffer
	frame := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.Black, color.Transparent})
	frame.SetColorIndex(0, 0, 1)
	_ = gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{1, 1}})
	return b.Bytes()
}

func webpImage() []byte {
	content, _ := base64.StdEncoding.DecodeString("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
	return content
}

// bomb is a small PNG image with many black pixels.
func bomb(width, height uint32) []byte {
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, content []byte) {
		_ = binary.Write(&b, binary.BigEndian, uint32(len(content)))
		b.WriteString(kind)
		b.Write(content)
		_ = binary.Write(&b, binary.BigEndian, crc32.ChecksumIEEE(append([]byte(kind), content...)))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	chunk("IHDR", append(head, 1, 0, 0, 0, 0)) // a bit for each pixel
	var pixels bytes.Buffer
	z, _ := zlib.NewWriterLevel(&pixels, zlib.BestSpeed)
	row := make([]byte, 1+(width+7)/8)
	for range height {
		_, _ = z.Write(row)
	}
	_ = z.Close()
	chunk("IDAT", pixels.Bytes())
	chunk("IEND", nil)
	return b.Bytes()
}

// turned is a JPEG image with an orientation in its EXIF, and a place where it was taken.
func turned(width, height int, orientation byte) []byte {
	exif := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00")
	exif = append(exif, orientation)
	exif = append(exif, "\x00\x00\x00\x00\x00\x00GPS 48.2 16.3"...)
	plain := jpegImage(width, height)
	segment := append([]byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	return append(append(append([]byte{}, plain[:2]...), segment...), plain[2:]...)
}
