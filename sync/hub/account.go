package hub

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
	"github.com/sheafdocs/sheaf/sync/replica"
)

func (h *Hub) account(w http.ResponseWriter, r request) error {
	account, err := h.Store.Account(r.Context(), r.actor.UserID)
	if err != nil {
		return err
	}
	told := protocol.Account{UserID: account.UserID, Email: account.Email, Now: h.Now().UnixMilli(), Workspaces: []protocol.Workspace{}}
	for _, ws := range account.Workspaces {
		if r.actor.Workspace != "" && r.actor.Workspace != ws.ID {
			continue
		}
		one := protocol.Workspace{ID: ws.ID, Name: ws.Name, Role: ws.Role}
		err := h.Store.ViewItems(r.Context(), ws.ID, func(view catalog.ItemView) (err error) {
			one.Head, err = view.Head()
			return err
		})
		if err != nil {
			return err
		}
		told.Workspaces = append(told.Workspaces, one)
	}
	return h.reply(w, r, told)
}

func (h *Hub) addWorkspace(w http.ResponseWriter, r request) error {
	var body protocol.NewWorkspace
	if err := read(w, r, &body); err != nil {
		return err
	}
	if !catalog.ValidID(r.feed) {
		return catalog.Errorf(catalog.Invalid, "%q is no id of a workspace.", r.feed)
	}
	err := h.Store.AddWorkspace(r.Context(), r.feed, body.Name, r.actor.UserID)
	if catalog.CodeOf(err) == catalog.Conflict { // asked twice, or by another device of the same person
		err = h.member(r.Context(), r)
	}
	if err != nil {
		return err
	}
	return h.reply(w, r, struct{}{})
}

// member returns Denied when the feed's reader is no member of it.
func (h *Hub) member(ctx context.Context, r request) error {
	return h.Store.ViewItems(ctx, r.feed, func(view catalog.ItemView) error { return h.mayRead(view, r, catalog.Cursor{}) })
}

// mayRead asks the role within the read that answers. old is what the device has applied; without one nothing is proven.
func (h *Hub) mayRead(view catalog.ItemView, r request, old catalog.Cursor) error {
	if !h.Rules.Keep(replica.RoleRule) {
		return nil
	}
	role, err := view.Role(r.actor.UserID)
	if err != nil || catalog.Can(role, catalog.ActionRead) {
		return err
	}
	denied := catalog.Errorf(catalog.Denied, "You are no member of this workspace.")
	if old.Seq == 0 {
		return denied
	}
	held, err := h.holds(view, old)
	switch {
	case err != nil:
		return err
	case held:
		return ended{denied}
	}
	return denied
}

func (h *Hub) hello(w http.ResponseWriter, r request) error {
	var hello protocol.Hello
	if err := read(w, r, &hello); err != nil {
		return err
	}
	if hello.Device == "" || len(hello.Receipts) > protocol.MaxReceipts {
		return catalog.Errorf(catalog.Invalid, "A hello names its device and at most %d receipts.", protocol.MaxReceipts)
	}
	welcome := protocol.Welcome{Now: h.Now().UnixMilli()}
	err := h.Store.UpdateItems(r.Context(), catalog.AccountFeed(r.actor.UserID), func(tx catalog.ItemTx) error {
		log, err := receipts(tx, hello.Device)
		if err != nil {
			return err
		}
		return h.greet(tx, log, hello, &welcome)
	})
	if err != nil {
		return err
	}
	return h.reply(w, r, welcome)
}

// greet compares the receipts of a device with those that it left behind here. A device writes as itself while it holds
// the last one. One that holds only an older one is a copy, or was put back: another has gone on under its name. One whose
// receipts are all newer comes to a hub that was put back itself, which takes the newest for the last.
func (h *Hub) greet(tx catalog.ItemTx, log []string, hello protocol.Hello, welcome *protocol.Welcome) error {
	if len(log) == 0 || !h.Rules.Keep(replica.ReceiptRule) {
		if newest := len(hello.Receipts); newest > 0 {
			welcome.Receipt = hello.Receipts[newest-1]
			return keepReceipts(tx, hello.Device, append(log, welcome.Receipt))
		}
		return nil
	}
	last := log[len(log)-1]
	if slices.Contains(hello.Receipts, last) {
		welcome.Receipt = last
		return nil
	}
	for _, receipt := range slices.Backward(hello.Receipts) {
		if slices.Contains(log, receipt) {
			welcome.NewDevice, welcome.Since = true, receipt
			return nil
		}
	}
	if newest := len(hello.Receipts); newest > 0 && protocol.ReceiptNumber(hello.Receipts[0]) > protocol.ReceiptNumber(last) {
		welcome.Receipt = hello.Receipts[newest-1]
		return keepReceipts(tx, hello.Device, append(log, welcome.Receipt))
	}
	welcome.NewDevice = true
	return nil
}

// keptReceipts is how many of the receipts of a device are remembered.
const keptReceipts = 64

func receipts(view catalog.ItemView, device string) (log []string, err error) {
	note, err := view.Note("receipts:" + device)
	if err != nil || note == "" {
		return nil, err
	}
	if err := json.Unmarshal([]byte(note), &log); err != nil {
		return nil, catalog.WrapError(catalog.Corrupt, "The receipts of a device are damaged. Run sheaf doctor on the hub.", err)
	}
	return log, nil
}

func keepReceipts(tx catalog.ItemTx, device string, log []string) error {
	note, err := json.Marshal(log[max(0, len(log)-keptReceipts):])
	if err != nil {
		return err
	}
	return tx.SetNote("receipts:"+device, string(note))
}

// helloAgain is the answer to a device that does not hold the last receipt.
var helloAgain = catalog.Errorf(catalog.Conflict, "This device has gone on elsewhere. Say hello again.")

// identify returns Conflict unless the device holds the last receipt.
func (h *Hub) identify(view catalog.ItemView, who protocol.Identity) error {
	if !h.Rules.Keep(replica.ReceiptRule) {
		return nil
	}
	log, err := receipts(view, who.Device)
	if err != nil || len(log) == 0 || log[len(log)-1] == who.Receipt {
		return err
	}
	return helloAgain
}

// take lets a push through and moves the receipt on. A push that comes twice finds its own receipt.
func (h *Hub) take(ctx context.Context, userID string, push protocol.Push) error {
	return h.Store.UpdateItems(ctx, catalog.AccountFeed(userID), func(tx catalog.ItemTx) error {
		log, err := receipts(tx, push.Device)
		if err != nil {
			return err
		}
		last := len(log) - 1
		switch {
		case last >= 0 && log[last] == push.Next:
			return nil
		case last >= 0 && log[last] != push.Receipt && h.Rules.Keep(replica.ReceiptRule):
			return helloAgain
		}
		return keepReceipts(tx, push.Device, append(log, push.Next))
	})
}
