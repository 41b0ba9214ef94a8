package file

import (
	"bytes"
	"encoding/binary"
	"io"
)

// orientation returns how a JPEG image is to be turned to be seen upright, as EXIF counts it: 1 to 8. It is 1 if the image does
// not say.
func orientation(r io.Reader) int {
	turned := 1
	_ = segments(r, func(marker byte, content []byte) bool { // what is broken says nothing
		tiff, ok := bytes.CutPrefix(content, []byte("Exif\x00\x00"))
		if ok = ok && marker == 0xe1; ok {
			turned = orientationIn(tiff)
		}
		return !ok
	})
	return turned
}

// orientationIn is orientation for the TIFF block that EXIF consists of.
func orientationIn(tiff []byte) int {
	const tag, short, entrySize = 0x0112, 3, 12
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case bytes.HasPrefix(tiff, []byte("MM\x00*")):
		order = binary.BigEndian
	case !bytes.HasPrefix(tiff, []byte("II*\x00")):
		return 1
	}
	if len(tiff) < 8 {
		return 1
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for n := order.Uint16(tiff[at:]); n > 0 && len(entries) >= entrySize; n-- {
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			if value := int(order.Uint16(entries[8:])); value >= 1 && value <= 8 {
				return value
			}
			return 1
		}
		entries = entries[entrySize:]
	}
	return 1
}
