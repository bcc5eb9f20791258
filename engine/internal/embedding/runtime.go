package embedding

import (
	"fmt"
	"sync"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// environment guards the runtime's one environment, a global of the C library and of its binding: it can be entered
// once in a process and holds for every session. It is never left, since a later model would need it again.
var environment struct {
	sync.Mutex
	library string // the file that it was entered with; empty before
}

// enterEnvironment loads the runtime's library, the first time. A failed attempt may be repeated with another file.
func enterEnvironment(library string) error {
	environment.Lock()
	defer environment.Unlock()
	if environment.library != "" {
		return nil
	}
	ort.SetSharedLibraryPath(library)
	if err := ort.InitializeEnvironment(ort.WithLogLevelError()); err != nil {
		return catalog.WrapError(catalog.Unavailable,
			fmt.Sprintf("%s could not be loaded as the ONNX Runtime of this system. %s", library, howToGet), err)
	}
	environment.library = library
	return nil
}

// session runs one encoder: ids [length] in, vec [1, dimensions] out. Runs may happen at the same time; each uses the
// thread that it was called on and no other.
type session struct {
	inner      *ort.DynamicAdvancedSession
	dimensions int
}

func openSession(library, weights string, dimensions int) (*session, error) {
	if err := enterEnvironment(library); err != nil {
		return nil, err
	}
	options, err := sessionOptions()
	if err != nil {
		return nil, catalog.WrapError(catalog.Internal, "The ONNX Runtime refused its settings.", err)
	}
	defer options.Destroy()
	inner, err := ort.NewDynamicAdvancedSession(weights, []string{"ids"}, []string{"vec"}, options)
	if err != nil {
		return nil, catalog.WrapError(catalog.Corrupt, weights+" could not be loaded as a model. "+howToGet, err)
	}
	return &session{inner: inner, dimensions: dimensions}, nil
}

func sessionOptions() (*ort.SessionOptions, error) {
	options, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	for _, set := range []func() error{
		func() error { return options.SetIntraOpNumThreads(1) },
		func() error { return options.SetInterOpNumThreads(1) },
		func() error { return options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0") },
	} {
		if err := set(); err != nil {
			options.Destroy()
			return nil, err
		}
	}
	return options, nil
}

// run returns the vector of one token sequence. It belongs to the caller.
func (s *session) run(ids []int64) ([]float32, error) {
	input, err := ort.NewTensor(ort.NewShape(int64(len(ids))), ids)
	if err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	defer input.Destroy()
	vector := make([]float32, s.dimensions)
	output, err := ort.NewTensor(ort.NewShape(1, int64(s.dimensions)), vector)
	if err != nil {
		return nil, fmt.Errorf("output: %w", err)
	}
	defer output.Destroy()
	if err := s.inner.Run([]ort.Value{input}, []ort.Value{output}); err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	return vector, nil
}

func (s *session) close() error { return s.inner.Destroy() }
