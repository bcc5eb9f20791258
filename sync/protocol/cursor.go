package protocol

import (
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// FormatCursor writes a cursor for a query: seq, token and epoch, a full stop between them. The zero one is empty.
func FormatCursor(c catalog.Cursor) string {
	if c == (catalog.Cursor{}) {
		return ""
	}
	return strconv.FormatInt(c.Seq, 10) + "." + c.Token + "." + c.Epoch
}

// ParseCursor is its way back. Invalid for anything else.
func ParseCursor(text string) (c catalog.Cursor, err error) {
	if text == "" {
		return c, nil
	}
	seq, rest, _ := strings.Cut(text, ".")
	var whole bool
	c.Token, c.Epoch, whole = strings.Cut(rest, ".")
	c.Seq, err = strconv.ParseInt(seq, 10, 64)
	if err != nil || !whole || c.Seq < 0 {
		return catalog.Cursor{}, catalog.Errorf(catalog.Invalid, "%q is no cursor.", text)
	}
	return c, nil
}

// ReceiptNumber is the number that a receipt begins with; 0 for none.
func ReceiptNumber(receipt string) int64 {
	number, _, _ := strings.Cut(receipt, ".")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// NextReceipt is the receipt after another, made from something random.
func NextReceipt(previous, random string) string {
	return strconv.FormatInt(ReceiptNumber(previous)+1, 10) + "." + random
}
