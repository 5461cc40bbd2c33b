package org.soarj.tensor.cuda;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The device kernels, compiled for this machine's processor from the same sources, see src/test/cuda. */
@SuppressWarnings("restricted")
final class KernelEmulator {
    private static final Path SOURCES = Path.of("src", "test", "cuda");
    private static final Path KERNELS = Path.of("src", "main", "cuda");
    private static final Path LIBRARY = Path.of("target", "emulated-kernels.so");

    private final MethodHandle launch;

    private KernelEmulator(MethodHandle launch) {
        this.launch = launch;
    }

    /** Builds the library if it is missing or older than its sources. */
    static KernelEmulator load() throws IOException, InterruptedException {
        Path module = module();
        Path library = module.resolve(LIBRARY);
        if (!Files.exists(library) || newest(module) > Files.getLastModifiedTime(library).toMillis()) {
            Process build = new ProcessBuilder("sh", module.resolve(SOURCES).resolve("build.sh").toString(), library.toString())
                    .redirectErrorStream(true).start();
            String words = new String(build.getInputStream().readAllBytes());
            if (build.waitFor() != 0) {
                throw new IOException("the CUDA kernels' emulator does not build, it needs g++: "
                        + words.lines().findFirst().orElse(""));
            }
        }
        MemorySegment function = SymbolLookup.libraryLookup(library.toAbsolutePath(), Arena.global()).findOrThrow("launch");
        ValueLayout.OfInt number = ValueLayout.JAVA_INT;
        return new KernelEmulator(Linker.nativeLinker().downcallHandle(function, FunctionDescriptor.of(ValueLayout.ADDRESS,
                ValueLayout.ADDRESS, number, number, number, number, number, number, number, ValueLayout.ADDRESS)));
    }

    /** The folder of the tensor module: the present one, or beside it. */
    private static Path module() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve(SOURCES)) ? here : here.resolveSibling("tensor");
    }

    private static long newest(Path module) throws IOException {
        long newest = 0;
        for (Path folder : List.of(SOURCES, KERNELS)) {
            try (Stream<Path> files = Files.list(module.resolve(folder))) {
                for (Path file : files.toList()) {
                    newest = Math.max(newest, Files.getLastModifiedTime(file).toMillis());
                }
            }
        }
        return newest;
    }

    void launch(String kernel, int gridX, int gridY, int block, MemorySegment arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment wrong = (MemorySegment) launch.invokeExact(arena.allocateFrom(kernel), gridX, gridY, 1, block, 1, 1, 0,
                    arguments);
            if (wrong.address() != 0) {
                throw new AssertionError(wrong.reinterpret(Long.MAX_VALUE).getString(0));
            }
        } catch (Throwable thrown) {
            throw thrown instanceof Error error ? error : new AssertionError(thrown);
        }
    }
}
