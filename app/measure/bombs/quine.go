package bombs

import (
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
)

// zipQuine is a zip that holds itself: r.zip of Russ Cox, "Zip Files All The Way Down", https://research.swtch.com/zip.
var zipQuine = unhex("" +
	"504b03041400000008000803643cf9f4896448010000b801000007000000722f722e7a6970002500daff504b0304140000000800080364" +
	"3cf9f4896448010000b801000007000000722f722e7a6970002f00d0ff002500daff504b03041400000008000803643cf9f48964480100" +
	"00b801000007000000722f722e7a6970002f00d0ffc2548e5739000500faffc2548e5739000500faff000500faff001400ebffc2548e57" +
	"39000500faff000500faff001400ebff428821c400001400ebff428821c400001400ebff428821c400001400ebff428821c400001400eb" +
	"ff428821c400000000ffff000000ffff003400cbff428821c400000000ffff000000ffff003400cbff42e8215e0f000000ffff0af06664" +
	"1261c015dce8a048bf48af2ab320c09b950dc46704425306060640000600f9ff6d010000000042e8215e0f000000ffff0af066641261c0" +
	"15dce8a048bf48af2ab320c09b950dc46704425306060640000600f9ff6d0100000000504b010214001400000008000803643cf9f48964" +
	"48010000b8010000070000000000000000000000000000000000722f722e7a6970504b05060000000001000100350000006d0100000000")

func unhex(s string) string {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err) // of a constant
	}
	return string(b)
}

// gzipQuine is a gzip that unpacks to itself. It is the program of the same article: blocks that are copied as they
// stand (of five bytes, their length and the length's complement) and blocks of five bytes that repeat what came last.
// What is left is that the checksum stands in what it is the checksum of. It depends on its own bits linearly, so the
// right ones solve 32 equations over two values.
func gzipQuine() string {
	var want [32]uint64 // an equation: which bits of the checksum, and in bit 32 their sum
	zero := gzipQuineWith(0)
	base := crc32.ChecksumIEEE(zero)
	for i := range 32 {
		if base>>i&1 != 0 {
			want[i] |= 1 << 32
		}
		want[i] |= 1 << i
	}
	for bit := range 32 {
		change := crc32.ChecksumIEEE(gzipQuineWith(1<<bit)) ^ base
		for i := range 32 {
			if change>>i&1 != 0 {
				want[i] ^= 1 << bit
			}
		}
	}
	return string(gzipQuineWith(solved(want)))
}

// solved finds the bits by elimination; one that is free is 0.
func solved(equations [32]uint64) (bits uint32) {
	row := 0
	var column [32]int
	for bit := 0; bit < 32 && row < 32; bit++ {
		for i := row; i < 32; i++ {
			if equations[i]>>bit&1 == 0 {
				continue
			}
			equations[row], equations[i] = equations[i], equations[row]
			for j := range equations {
				if j != row && equations[j]>>bit&1 != 0 {
					equations[j] ^= equations[row]
				}
			}
			column[row] = bit
			row++
			break
		}
	}
	for i := range row {
		if equations[i]>>32&1 != 0 {
			bits |= 1 << column[i]
		}
	}
	return bits
}

// gzipQuineWith is the file with that checksum.
func gzipQuineWith(sum uint32) []byte {
	const unit = 5
	prefix := []byte("\x1f\x8b\x08\x08\x00\x00\x00\x00\x02\xffboom\x00")           // 15 bytes
	literal := func(n int) []byte { return []byte{0, byte(n), 0, ^byte(n), 0xff} } // the next n bytes as they stand
	again := func(n int) []byte { return repeatBlock(n) }                          // the last n bytes once more
	size := 0
	build := func() []byte {
		suffix := []byte{1, 0, 0, 0xff, 0xff} // the last block
		suffix = binary.LittleEndian.AppendUint32(suffix, sum)
		suffix = binary.LittleEndian.AppendUint32(suffix, uint32(size))
		p, s := len(prefix)+unit, len(suffix)+unit
		var out []byte
		add := func(pieces ...[]byte) {
			for _, piece := range pieces {
				out = append(out, piece...)
			}
		}
		add(prefix)
		add(literal(p), prefix, literal(p))
		add(again(p))
		add(literal(unit), again(p))
		add(literal(unit), literal(unit))
		add(literal(4*unit), again(p), literal(unit), literal(unit), literal(4*unit))
		add(again(4 * unit))
		add(literal(4*unit), again(4*unit), literal(4*unit), again(4*unit), literal(4*unit))
		add(again(4 * unit))
		add(literal(4*unit), again(4*unit), literal(0), literal(0), literal(s))
		add(again(4 * unit))
		add(literal(0), literal(0), literal(s), again(s), suffix)
		add(again(s))
		add(suffix)
		return out
	}
	size = len(build())
	return build()
}

// repeatBlock is a block of five bytes that copies the last n bytes, 17 to 20, in two matches of three to ten bytes.
func repeatBlock(n int) []byte {
	var bits uint64
	used := 0
	put := func(value uint64, width int) { bits |= value << used; used += width }
	huffman := func(code uint64, width int) { // from its highest bit
		for i := width - 1; i >= 0; i-- {
			put(code>>i&1, 1)
		}
	}
	put(0, 1) // not the last block
	put(1, 2) // of fixed codes
	first := n / 2
	for _, length := range []int{first, n - first} {
		huffman(uint64(length-2), 7) // 257 is three bytes, and so on; the code of 256 is 0
		huffman(8, 5)                // a distance of 17 to 24
		put(uint64(n-17), 3)
	}
	huffman(0, 7) // the end of the block
	out := make([]byte, 8)
	binary.LittleEndian.PutUint64(out, bits)
	return out[:5]
}
