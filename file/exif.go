package file

import (
	"bytes"
	"encoding/binary"
	"io"
)

// orientation returns how a JPEG image is to be turned to be seen upright, as EXIF counts it: 1 to 8. It is 1 if the image does
// not say.
func orientation(r io.Reader) int {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:2]); err != nil || head[0] != 0xff || head[1] != 0xd8 {
		return 1
	}
	for {
		if _, err := io.ReadFull(r, head[:]); err != nil || head[0] != 0xff || head[1] == 0xda { // the pixels begin
			return 1
		}
		length := int64(binary.BigEndian.Uint16(head[2:])) - 2
		if length < 0 {
			return 1
		}
		if head[1] != 0xe1 {
			if _, err := io.CopyN(io.Discard, r, length); err != nil {
				return 1
			}
			continue
		}
		segment := make([]byte, length) // 64 KiB at most
		if _, err := io.ReadFull(r, segment); err != nil {
			return 1
		}
		if tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok {
			return orientationIn(tiff)
		}
	}
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
