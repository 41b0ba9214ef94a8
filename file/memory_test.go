package file_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"runtime"
	"testing"

	"foyer/file"
)

// flatJPEG is a JPEG image of one color, whose components have these samplings. The marker says how it is made.
func flatJPEG(marker byte, width, height int, adobe bool, samplings ...byte) []byte {
	b := []byte{0xff, 0xd8}
	segment := func(marker byte, content ...byte) {
		b = append(binary.BigEndian.AppendUint16(append(b, 0xff, marker), uint16(len(content)+2)), content...)
	}
	segment(0xdb, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)...)
	frame := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16([]byte{8}, uint16(height)), uint16(width))
	scan, across, down, each := []byte{byte(len(samplings))}, 1, 1, 0
	frame = append(frame, byte(len(samplings)))
	for i, sampling := range samplings {
		frame, scan = append(frame, byte(i+1), sampling, 0), append(scan, byte(i+1), 0)
		across, down = max(across, int(sampling>>4)), max(down, int(sampling&15))
		each += int(sampling>>4) * int(sampling&15)
	}
	segment(marker, frame...)
	if adobe {
		segment(0xee, append([]byte("Adobe"), 0, 100, 0, 0, 0, 0, 0)...)
	}
	codes := append([]byte{0, 1}, make([]byte, 16)...)
	segment(0xc4, codes...)
	codes[0] = 0x10
	segment(0xc4, codes...)
	last := byte(63)
	if marker == 0xc2 {
		last = 0
	}
	segment(0xda, append(scan, 0, last, 0)...)
	blocks := ((width + 8*across - 1) / (8 * across)) * ((height + 8*down - 1) / (8 * down)) * each
	return append(append(b, make([]byte, blocks/4+8)...), 0xff, 0xd9)
}

// flatPNG is a PNG image of one color.
func flatPNG(width, height uint32, depth, kind, interlaced byte, transparent bool) []byte {
	b := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, content []byte) {
		named := append([]byte(kind), content...)
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(content))), named...)
		b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(named))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	chunk("IHDR", append(head, depth, kind, 0, 0, interlaced))
	if kind == 3 {
		chunk("PLTE", make([]byte, 3))
	}
	if transparent {
		chunk("tRNS", make([]byte, map[byte]int{0: 2, 2: 6, 3: 1}[kind]))
	}
	samples := map[byte]uint32{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
	passes := [][4]uint32{{1, 1, 0, 0}}
	if interlaced != 0 {
		passes = [][4]uint32{{8, 8, 0, 0}, {8, 8, 4, 0}, {4, 8, 0, 4}, {4, 4, 2, 0}, {2, 4, 0, 2}, {2, 2, 1, 0}, {1, 2, 0, 1}}
	}
	var pixels bytes.Buffer
	z, _ := zlib.NewWriterLevel(&pixels, zlib.BestSpeed)
	for _, p := range passes {
		w, h := (width-p[2]+p[0]-1)/p[0], (height-p[3]+p[1]-1)/p[1]
		row := make([]byte, 1+(w*samples*uint32(depth)+7)/8)
		for range h {
			_, _ = z.Write(row)
		}
	}
	_ = z.Close()
	chunk("IDAT", pixels.Bytes())
	chunk("IEND", nil)
	return b
}

// It is not parallel: others would allocate too.
func TestAnImageTakesNoMoreMemoryThanItsHeadAnnouncesAndNoneTakesMuch(t *testing.T) {
	const slack = 24 << 20 // of the scaler, and of what reads
	for what, test := range map[string]struct {
		content []byte
		kind    string
		decodes bool
	}{
		"baseline":                  {flatJPEG(0xc0, 4000, 3000, false, 0x22, 0x11, 0x11), "image/jpeg", true},
		"what a telephone takes":    {flatJPEG(0xc0, 8160, 6120, false, 0x22, 0x11, 0x11), "image/jpeg", true},
		"RGB, as said after it":     {flatJPEG(0xc0, 2000, 2000, true, 0x11, 0x11, 0x11), "image/jpeg", true},
		"a large one of these":      {flatJPEG(0xc0, 7000, 7000, true, 0x22, 0x11, 0x11), "image/jpeg", false},
		"progressive":               {flatJPEG(0xc2, 4000, 3000, false, 0x22, 0x11, 0x11), "image/jpeg", true},
		"progressive, 4 components": {flatJPEG(0xc2, 2000, 2000, true, 0x11, 0x11, 0x11, 0x11), "image/jpeg", true},
		"a large one of those":      {flatJPEG(0xc2, 7071, 7071, false, 0x11, 0x11, 0x11, 0x11), "image/jpeg", false},
		"progressive, gray":         {flatJPEG(0xc2, 5000, 4000, false, 0x44), "image/jpeg", true},
		"progressive, thin":         {flatJPEG(0xc2, 1, 65535, false, 0x41, 0x11, 0x11), "image/jpeg", true},
		"RGBA":                      {flatPNG(4000, 3000, 8, 6, 0, false), "image/png", true},
		"RGBA, interlaced":          {flatPNG(4000, 3000, 8, 6, 1, false), "image/png", true},
		"a large interlaced one":    {flatPNG(7071, 7071, 8, 6, 1, false), "image/png", false},
		"16 bits, interlaced":       {flatPNG(2500, 2500, 16, 6, 1, false), "image/png", true},
		"16 bits, large":            {flatPNG(5000, 5000, 16, 2, 0, false), "image/png", false},
		"gray":                      {flatPNG(7000, 7000, 8, 0, 0, false), "image/png", true},
		"gray and transparent":      {flatPNG(7000, 7000, 1, 0, 0, true), "image/png", false},
		"16 bits of gray":           {flatPNG(3000, 3000, 16, 0, 1, true), "image/png", false},
		"palette, interlaced":       {flatPNG(6000, 6000, 4, 3, 1, true), "image/png", true},
		"very tall":                 {flatPNG(1, 40_000_000, 1, 0, 0, false), "image/png", true},
		"GIF":                       {gifImage(3000, 3000), "image/gif", true},
	} {
		needs, err := file.Needs(test.content, test.kind)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		decoded := file.Decode(test.content, test.kind)
		runtime.ReadMemStats(&after)
		took := int64(after.TotalAlloc - before.TotalAlloc)
		t.Logf("%s: announced %d MiB, took %d MiB, %d bytes", what, needs>>20, took>>20, len(test.content))
		if err != nil || test.decodes != (decoded == nil) || took > min(needs, file.MaxDecoded)+slack {
			t.Errorf("%s: %d MiB are announced, %v; it takes %d MiB, %v", what, needs>>20, err, took>>20, decoded)
		}
	}
}
