//go:build desktop || dev || bindings

package desktop

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"

	"github.com/wailsapp/wails/v2/pkg/runtime"
	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Native is what the page can ask of the window beyond HTTP. Wails offers its exported methods to the page as
// window.go.desktop.Native; an error arrives there as its sentence.
type Native struct {
	door    *door
	ctx     context.Context // of the window, from start on
	cancel  context.CancelFunc
	work    errgroup.Group // imports of dropped files, and the wait for a failure
	failure error          // why the window closed by itself; read after the window has ended
}

// start is called when the window exists.
func (n *Native) start(ctx context.Context) {
	n.ctx, n.cancel = context.WithCancel(ctx)
	runtime.OnFileDrop(ctx, func(_, _ int, paths []string) {
		n.work.Go(func() error { n.take(paths); return nil })
	})
	n.work.Go(func() error {
		select {
		case <-n.ctx.Done():
		case n.failure = <-n.door.failed:
			runtime.Quit(ctx)
		}
		return nil
	})
}

// stop ends the window's work and waits for it.
func (n *Native) stop() {
	n.cancel()
	_ = n.work.Wait() // none of it returns an error
}

// comeForward answers a second start of the program on the same data directory.
func (n *Native) comeForward() {
	runtime.WindowUnminimise(n.ctx)
	runtime.Show(n.ctx)
	runtime.EventsEmit(n.ctx, "sheaf:second-instance")
}

// PickFolder lets the person choose a folder and returns its path, or "" when they think better of it.
// SHEAF_PICK_FOLDER answers in the person's place.
func (n *Native) PickFolder() (string, error) {
	if chosen := os.Getenv("SHEAF_PICK_FOLDER"); chosen != "" {
		return chosen, nil
	}
	return runtime.OpenDirectoryDialog(n.ctx, runtime.OpenDialogOptions{Title: "Choose a folder"})
}

// OpenOriginal shows a document in its own program.
func (n *Native) OpenOriginal(contentID string) error {
	path, err := n.original(contentID)
	if err != nil {
		return err
	}
	command, err := openCommand(goruntime.GOOS, path)
	if err != nil {
		return err
	}
	return launch(command)
}

// ShowInFolder shows where a document lies.
func (n *Native) ShowInFolder(contentID string) error {
	path, err := n.original(contentID)
	if err != nil {
		return err
	}
	return launch(showCommand(goruntime.GOOS, path))
}

// original is the path of a document on this machine, as the engine knows it.
func (n *Native) original(contentID string) (string, error) {
	content, err := n.door.desk.Content(n.ctx, contentID)
	if err != nil {
		return "", err
	}
	if !filepath.IsAbs(content.Path) {
		return "", catalog.Errorf(catalog.NotFound, "%s was imported and has no place on this machine.", content.FileName)
	}
	if _, err := os.Stat(content.Path); err != nil {
		return "", catalog.Errorf(catalog.Unavailable, "%s is not there now.", content.Path)
	}
	return content.Path, nil
}

// launch starts another program and does not wait for it.
func launch(argv []string) error {
	command := exec.Command(argv[0], argv[1:]...)
	if err := command.Start(); err != nil {
		return catalog.WrapError(catalog.Unavailable, argv[0]+" could not be started; is it installed?", err)
	}
	go func() { _ = command.Wait() }() // only so that it leaves no zombie; it may outlive the window
	return nil
}

// dropped tells the page what became of what was dropped on the window.
type dropped struct {
	Folders  []string `json:"folders"` // for the page to ask about and add
	Imported []string `json:"imported"`
	Refused  []string `json:"refused"` // a sentence each
}

// take imports dropped files; folders are for the page to ask about.
func (n *Native) take(paths []string) {
	d := dropped{Folders: []string{}, Imported: []string{}, Refused: []string{}}
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			d.Refused = append(d.Refused, filepath.Base(path)+" cannot be read.")
		case info.IsDir():
			d.Folders = append(d.Folders, path)
		case !info.Mode().IsRegular():
			d.Refused = append(d.Refused, filepath.Base(path)+" is neither a file nor a folder.")
		default:
			if err := n.importFile(path); err != nil {
				d.Refused = append(d.Refused, filepath.Base(path)+": "+catalog.MessageOf(err))
			} else {
				d.Imported = append(d.Imported, filepath.Base(path))
			}
		}
	}
	runtime.EventsEmit(n.ctx, "sheaf:dropped", d)
}

func (n *Native) importFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return catalog.WrapError(catalog.Denied, "It cannot be opened.", err)
	}
	defer f.Close()
	_, err = n.door.desk.Import(n.ctx, "", filepath.Base(path), f)
	return err
}
