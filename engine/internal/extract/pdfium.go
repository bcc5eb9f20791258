package extract

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode/utf16"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/emscripten"
)

// pdfium is the WebAssembly build of PDFium in a sandbox of its own: no files, no clock, 512 MiB. Calls are by name, as
// in fpdfview.h and fpdf_text.h; after an error the instance is not to be used again.
type pdfium struct {
	runtime  wazero.Runtime
	cache    wazero.CompilationCache
	compiled wazero.CompiledModule
	module   api.Module
	exported map[string]api.Function // of module, by name
	scratch  uint32
	room     uint32 // bytes at scratch
}

// loadPDFium compiles the module, or takes it from cacheDir, which is left out when it cannot be used.
func loadPDFium(ctx context.Context, assets, cacheDir string) (*pdfium, error) {
	code, err := os.ReadFile(pdfiumCode(assets))
	if err != nil {
		return nil, err
	}
	if cacheDir != "" {
		if cache, err := wazero.NewCompilationCacheWithDir(cacheDir); err == nil {
			if p, err := newPDFium(ctx, code, cache); err == nil {
				return p, nil
			}
		}
	}
	return newPDFium(ctx, code, nil)
}

// newPDFium compiles the module with a cache, which it takes over, or without.
func newPDFium(ctx context.Context, code []byte, cache wazero.CompilationCache) (p *pdfium, err error) {
	config := wazero.NewRuntimeConfig().WithMemoryLimitPages(wasmPages)
	if cache != nil {
		config = config.WithCompilationCache(cache)
	}
	p = &pdfium{cache: cache, runtime: wazero.NewRuntimeWithConfig(ctx, config)}
	if p.compiled, err = p.runtime.CompileModule(ctx, code); err != nil {
		p.close(ctx)
		return nil, fmt.Errorf("compile pdfium: %w", err)
	}
	if err := p.provide(ctx); err != nil {
		p.close(ctx)
		return nil, fmt.Errorf("link pdfium: %w", err)
	}
	return p, nil
}

func (p *pdfium) close(ctx context.Context) {
	_ = p.runtime.Close(ctx)
	if p.cache != nil {
		_ = p.cache.Close(ctx)
	}
}

// provide defines every function that the module imports.
func (p *pdfium) provide(ctx context.Context) error {
	exporter, err := emscripten.NewFunctionExporterForModule(p.compiled)
	if err != nil {
		return err
	}
	modules := map[string]wazero.HostModuleBuilder{}
	for _, f := range p.compiled.ImportedFunctions() {
		module, name, _ := f.Import()
		b := modules[module]
		if b == nil {
			b = p.runtime.NewHostModuleBuilder(module)
			modules[module] = b
			if module == "env" {
				exporter.ExportFunctions(b)
			}
		}
		if module == "env" && (strings.HasPrefix(name, "invoke_") || name == "_emscripten_throw_longjmp" || name == "emscripten_notify_memory_growth") {
			continue
		}
		b.NewFunctionBuilder().WithGoModuleFunction(imported(module, name, len(f.ResultTypes())), f.ParamTypes(), f.ResultTypes()).Export(name)
	}
	for _, b := range modules {
		if _, err := b.Instantiate(ctx); err != nil {
			return err
		}
	}
	return nil
}

// imported is our side of one import. The outside world does not exist: system calls fail, the clock stands still.
func imported(module, name string, results int) api.GoModuleFunc {
	switch name {
	case "emscripten_resize_heap":
		return growHeap
	case "emscripten_date_now":
		return func(_ context.Context, _ api.Module, stack []uint64) { stack[0] = 0 }
	case "environ_sizes_get":
		return func(_ context.Context, m api.Module, stack []uint64) {
			m.Memory().WriteUint32Le(uint32(stack[0]), 0)
			m.Memory().WriteUint32Le(uint32(stack[1]), 0)
			stack[0] = 0
		}
	case "environ_get":
		return func(_ context.Context, _ api.Module, stack []uint64) { stack[0] = 0 }
	case "fd_write":
		return swallowWrite
	case "_abort_js":
		return func(context.Context, api.Module, []uint64) { panic(errors.New("pdfium aborted")) }
	}
	answer := uint64(0)
	switch {
	case module != "env":
		answer = 52 // ENOSYS of WASI
	case strings.HasPrefix(name, "__syscall"):
		answer = uint64(uint32(0xffffffc8)) // -ENOSYS
	}
	return func(_ context.Context, _ api.Module, stack []uint64) {
		if results > 0 {
			stack[0] = answer
		}
	}
}

func growHeap(_ context.Context, m api.Module, stack []uint64) {
	memory, want := m.Memory(), uint32(stack[0])
	have := memory.Size()
	stack[0] = 1
	if want <= have {
		return
	}
	for _, size := range []uint32{max(want, have+have/5), want} {
		if _, ok := memory.Grow((size - have + 65535) / 65536); ok {
			return
		}
	}
	stack[0] = 0
}

func swallowWrite(_ context.Context, m api.Module, stack []uint64) {
	total := uint32(0)
	for i := range min(uint32(stack[2]), 1024) {
		n, _ := m.Memory().ReadUint32Le(uint32(stack[1]) + i*8 + 4)
		total += n
	}
	m.Memory().WriteUint32Le(uint32(stack[3]), total)
	stack[0] = 0
}

// start makes a fresh instance.
func (p *pdfium) start(ctx context.Context) error {
	p.stop(ctx)
	m, err := p.runtime.InstantiateModule(ctx, p.compiled, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		return fmt.Errorf("start pdfium: %w", err)
	}
	p.module, p.exported = m, map[string]api.Function{}
	for _, name := range []string{"emscripten_stack_init", "__wasm_call_ctors", "FPDF_InitLibrary"} {
		if m.ExportedFunction(name) == nil {
			continue
		}
		if _, err := p.call(ctx, name); err != nil {
			p.stop(ctx)
			return err
		}
	}
	return nil
}

func (p *pdfium) stop(ctx context.Context) {
	if p.module != nil {
		_ = p.module.Close(ctx)
		p.module, p.exported, p.scratch, p.room = nil, nil, 0, 0
	}
}

// call runs an exported function. Its error is a fault of the instance.
func (p *pdfium) call(ctx context.Context, name string, arguments ...uint64) (uint64, error) {
	if p.module == nil {
		return 0, errors.New("pdfium has stopped")
	}
	f := p.exported[name]
	if f == nil {
		if f = p.module.ExportedFunction(name); f == nil {
			return 0, fmt.Errorf("pdfium has no %s", name)
		}
		p.exported[name] = f
	}
	results, err := f.Call(ctx, arguments...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	if len(results) == 0 {
		return 0, nil
	}
	return results[0], nil
}

var errWasmMemory = errors.New("pdfium is out of memory")

// put copies data into the instance. The caller frees the address.
func (p *pdfium) put(ctx context.Context, data []byte) (uint64, error) {
	at, err := p.call(ctx, "malloc", uint64(len(data)))
	if err != nil {
		return 0, err
	}
	if at == 0 || !p.module.Memory().Write(uint32(at), data) {
		return 0, errWasmMemory
	}
	return at, nil
}

func (p *pdfium) free(ctx context.Context, at uint64) { _, _ = p.call(ctx, "free", at) }

// buffer returns an address with room for n bytes, which stays the instance's.
func (p *pdfium) buffer(ctx context.Context, n uint32) (uint32, error) {
	if n <= p.room {
		return p.scratch, nil
	}
	if p.scratch != 0 {
		p.free(ctx, uint64(p.scratch))
		p.scratch, p.room = 0, 0
	}
	at, err := p.call(ctx, "malloc", uint64(n))
	if err != nil {
		return 0, err
	}
	if at == 0 {
		return 0, errWasmMemory
	}
	p.scratch, p.room = uint32(at), n
	return p.scratch, nil
}

// utf16At reads n bytes of UTF-16LE, without the zeros at the end.
func (p *pdfium) utf16At(at, n uint32) string {
	raw, ok := p.module.Memory().Read(at, n&^1)
	if !ok {
		return ""
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i]) | uint16(raw[2*i+1])<<8
	}
	for len(units) > 0 && units[len(units)-1] == 0 {
		units = units[:len(units)-1]
	}
	return string(utf16.Decode(units))
}
