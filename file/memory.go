package file

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"image/gif"
	"io"

	"golang.org/x/image/riff"
)

// maxDecoded is how many bytes may be allocated to decode an image. One is decoded at a time, so that this holds for the process.
const maxDecoded = 128 << 20

// errHeadBroken says that the head of an image is not what decoders read.
var errHeadBroken = errors.New("the head of the image is broken")

// need is what decoding an image takes.
type need struct{ width, height, bytes int64 }

// needs are what returns it, from the head of an image whose file has a size. They follow what the decoders allocate: a change
// of a decoder is to be followed here. Never written to.
var needs = map[string]func(r io.ReadSeeker, size int64) (need, error){
	"image/png":  needOfPNG,
	"image/jpeg": needOfJPEG,
	"image/gif":  needOfGIF,
	"image/webp": needOfWebP,
}

// needOfGIF counts a byte for each pixel, and another while its interlaced lines are put in order.
func needOfGIF(r io.ReadSeeker, _ int64) (need, error) {
	config, err := gif.DecodeConfig(r)
	w, h := int64(config.Width), int64(config.Height)
	return need{w, h, 2 * w * h}, err
}

// needOfPNG counts the pixels, and the passes of an interlaced image beside them. Transparency, which may be announced anywhere
// before the pixels, makes them larger.
func needOfPNG(from io.ReadSeeker, _ int64) (n need, err error) {
	r := bufio.NewReader(from)
	var head [8]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return n, err
	}
	var kind, depth, interlaced byte
	transparent := false
	for {
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return n, err
		}
		length := int64(binary.BigEndian.Uint32(head[:]))
		var skip int64
		switch string(head[4:]) {
		case "IHDR":
			var about [13]byte
			if _, err := io.ReadFull(r, about[:]); err != nil || length != 13 || n.width > 0 {
				return n, errors.Join(errHeadBroken, err)
			}
			n.width, n.height = int64(binary.BigEndian.Uint32(about[:])), int64(binary.BigEndian.Uint32(about[4:]))
			depth, kind, interlaced = about[8], about[9], about[12]
			skip = 4
		case "tRNS":
			transparent, skip = true, length+4
		case "IDAT", "IEND":
			n.bytes = satProduct(n.width, n.height, sizeInPNG(kind, depth, transparent))
			if interlaced != 0 {
				n.bytes *= 2
			}
			return n, nil
		default:
			skip = length + 4
		}
		if _, err := io.CopyN(io.Discard, r, skip); err != nil {
			return n, err
		}
	}
}

// sizeInPNG returns how many bytes a pixel takes once it is decoded.
func sizeInPNG(kind, depth byte, transparent bool) int64 {
	const gray, palette = 0, 3
	size := int64(4)
	if kind == palette || kind == gray && !transparent {
		size = 1
	}
	if depth == 16 {
		size = min(8, 4*size) // at most: gray takes 2
	}
	return size
}

// satProduct returns a product of what may be up to 2³² each, or a very large number.
func satProduct(width, height, size int64) int64 {
	if pixels := width * height; width < 1<<31 && height < 1<<31 && pixels < 1<<40 {
		return pixels * size
	}
	return 1 << 60
}

// needOfJPEG counts the samples of all components in whole blocks, the coefficients of a progressive image, 4 bytes each, and
// the pixels that RGB and CMYK are converted to.
func needOfJPEG(from io.ReadSeeker, _ int64) (n need, err error) {
	const baseline, extended, progressive = 0xc0, 0xc1, 0xc2
	converts := false
	err = segments(from, func(marker byte, content []byte) bool {
		if marker != baseline && marker != extended && marker != progressive {
			return true
		}
		if len(content) < 6 || len(content) < 6+3*int(content[5]) {
			return false
		}
		n.height, n.width = int64(binary.BigEndian.Uint16(content[1:])), int64(binary.BigEndian.Uint16(content[3:]))
		n.bytes = samplesOf(n, content[6:6+3*int(content[5])])
		if marker == progressive {
			n.bytes *= 5
		}
		converts = content[5] == 4 || content[5] == 3 && content[6] == 'R' && content[9] == 'G' && content[12] == 'B'
		return false
	})
	if err == nil && n.bytes == 0 {
		err = errHeadBroken
	}
	if err == nil && !converts {
		if _, err = from.Seek(0, io.SeekStart); err == nil {
			converts, err = saysRGB(from)
		}
	}
	if converts {
		n.bytes += 4 * n.width * n.height
	}
	return n, err
}

// samplesOf returns how many samples a JPEG image has: three bytes of its head describe each component.
func samplesOf(n need, components []byte) (samples int64) {
	if len(components) == 3 { // its sampling says nothing
		return 64 * ((n.width + 7) / 8) * ((n.height + 7) / 8)
	}
	across, down := int64(1), int64(1)
	for i := 1; i < len(components); i += 3 {
		across, down = max(across, int64(components[i]>>4)), max(down, int64(components[i]&15))
	}
	blocks := ((n.width + 8*across - 1) / (8 * across)) * ((n.height + 8*down - 1) / (8 * down))
	for i := 1; i < len(components); i += 3 {
		samples += 64 * blocks * int64(components[i]>>4) * int64(components[i]&15)
	}
	return samples
}

// saysRGB reports whether an image may have the segment that makes samples RGB. It may stand between any two others, even after
// the pixels.
func saysRGB(from io.Reader) (bool, error) {
	const mark, transform = "Adobe", 11 // where it says what the samples are
	block := make([]byte, 0, 64<<10)
	for {
		n, err := io.ReadFull(from, block[len(block):cap(block)])
		block = block[:len(block)+n]
		for rest := block; ; rest = rest[len(mark):] {
			at := bytes.Index(rest, []byte(mark))
			if at < 0 {
				break
			}
			if rest = rest[at:]; len(rest) > transform && rest[transform] == 0 {
				return true, nil
			}
		}
		if err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				err = nil
			}
			return false, err
		}
		block = append(block[:0], block[len(block)-transform:]...)
	}
}

// segments calls fn for the segments of a JPEG image before its pixels, until it returns false.
func segments(from io.Reader, fn func(marker byte, content []byte) bool) error {
	r := bufio.NewReader(from)
	var head [4]byte
	if _, err := io.ReadFull(r, head[:2]); err != nil || head[0] != 0xff || head[1] != 0xd8 {
		return errors.Join(errHeadBroken, err)
	}
	for {
		if _, err := io.ReadFull(r, head[:2]); err != nil {
			return err
		}
		for head[0] == 0xff && head[1] == 0xff { // markers may be filled up
			var err error
			if head[1], err = r.ReadByte(); err != nil {
				return err
			}
		}
		if head[0] != 0xff || head[1] == 0xda { // the pixels begin
			return errHeadBroken
		}
		if _, err := io.ReadFull(r, head[2:]); err != nil {
			return err
		}
		length := int(binary.BigEndian.Uint16(head[2:])) - 2
		if length < 0 {
			return errHeadBroken
		}
		content := make([]byte, length) // 64 KiB at most
		if _, err := io.ReadFull(r, content); err != nil {
			return err
		}
		if !fn(head[1], content) {
			return nil
		}
	}
}

// needOfWebP counts what each chunk with pixels takes.
func needOfWebP(from io.ReadSeeker, size int64) (n need, err error) {
	form, r, err := riff.NewReader(from)
	if err != nil || form != (riff.FourCC{'W', 'E', 'B', 'P'}) {
		return n, errors.Join(errHeadBroken, err)
	}
	for {
		id, _, content, err := r.Next()
		if err != nil {
			return n, err
		}
		var head [10]byte
		at, err := io.ReadFull(content, head[:])
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return n, err
		}
		switch kind := string(id[:]); {
		case kind == "VP8X" && at == len(head):
			whole := append(bytes.Clone(head[4:7]), 0)
			n.width = int64(binary.LittleEndian.Uint32(whole)) + 1
			whole = append(bytes.Clone(head[7:10]), 0)
			n.height = int64(binary.LittleEndian.Uint32(whole)) + 1
		case kind == "ALPH" && head[0]&3 != 0:
			n.bytes += n.width*n.height + losslessNeed(n.width, n.height, size)
		case kind == "ALPH":
			n.bytes += n.width * n.height
		case kind == "VP8 ":
			n.width, n.height = int64(binary.LittleEndian.Uint16(head[6:])&0x3fff), int64(binary.LittleEndian.Uint16(head[8:])&0x3fff)
			blocks := ((n.width + 15) / 16) * ((n.height + 15) / 16)
			n.bytes += 400*blocks + size // its samples, what it knows of each block, and the file itself
			return n, nil
		case kind == "VP8L":
			bits := int64(binary.LittleEndian.Uint32(head[1:]))
			n.width, n.height = bits&0x3fff+1, bits>>14&0x3fff+1
			n.bytes += losslessNeed(n.width, n.height, size)
			return n, nil
		}
	}
}

// losslessNeed returns what a lossless WebP image takes: its pixels and those of its transforms, and its codes. There may be a
// group of codes for each 16 pixels. How many there are is not announced, only that each takes some bits of the file.
func losslessNeed(width, height, size int64) int64 {
	const groupSize, nodesPerByte = 5 * 560, 260
	groups := min(1<<16, (width+3)/4*((height+3)/4), size/2)
	return 12*width*height + groups*groupSize + min(size*nodesPerByte, groups<<15)
}
