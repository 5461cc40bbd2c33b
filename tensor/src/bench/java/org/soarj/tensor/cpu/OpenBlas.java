package org.soarj.tensor.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * cblas_sgemm of an OpenBLAS over copies of the operands in native memory, matrix by matrix. The library is the one that the
 * environment variable OPENBLAS names, or else what the system's linker finds by name.
 */
@SuppressWarnings("restricted")
final class OpenBlas implements AutoCloseable {
    private static final int ROW_MAJOR = 101;
    private static final int NO_TRANSPOSE = 111;
    private static final int TRANSPOSE = 112;
    private static final int ALIGNMENT = 64;

    private final Arena arena = Arena.ofConfined();
    private final SymbolLookup library;
    private final MethodHandle sgemm;
    private final GemmOperands x;
    private final MemorySegment[] a;
    private final MemorySegment[] b;
    private final MemorySegment[] c;

    OpenBlas(GemmOperands x, int threads) {
        this.x = x;
        library = open(arena);
        sgemm = function("cblas_sgemm", FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
                JAVA_FLOAT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_FLOAT, ADDRESS, JAVA_INT));
        a = copy(x.a().toArray());
        b = copy(x.b().toArray());
        c = copy(x.c().toArray());
        try {
            function("openblas_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT)).invokeExact(threads);
        } catch (Throwable e) {
            throw new IllegalStateException("OpenBLAS would not take " + threads + " threads", e);
        }
    }

    private static SymbolLookup open(Arena arena) {
        String library = System.getenv().getOrDefault("OPENBLAS", System.mapLibraryName("openblas") + ".0");
        try {
            return SymbolLookup.libraryLookup(library, arena);
        } catch (IllegalArgumentException e) {
            throw new Missing(library);
        }
    }

    /** Without a stack trace, so that JMH prints one line and goes on to the next benchmark. */
    private static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;

        Missing(String library) {
            super("skipped: no OpenBLAS as " + library + "; apt-get install libopenblas0-pthread, or name one in OPENBLAS", null,
                    false, false);
        }
    }

    private MethodHandle function(String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
    }

    /** One segment for each matrix. */
    private MemorySegment[] copy(float[] data) {
        MemorySegment all = arena.allocate(4L * data.length, ALIGNMENT);
        MemorySegment.copy(data, 0, all, JAVA_FLOAT, 0, data.length);
        long each = all.byteSize() / x.batches();
        MemorySegment[] matrices = new MemorySegment[x.batches()];
        for (int i = 0; i < matrices.length; i++) {
            matrices[i] = all.asSlice(i * each, each);
        }
        return matrices;
    }

    /** The kernels that OpenBLAS chose; it takes new machines for very old ones unless OPENBLAS_CORETYPE says better. */
    String core() {
        try {
            MethodHandle corename = function("openblas_get_corename", FunctionDescriptor.of(ADDRESS));
            return ((MemorySegment) corename.invokeExact()).reinterpret(ALIGNMENT).getString(0);
        } catch (Throwable e) {
            throw new IllegalStateException("OpenBLAS would not tell its core", e);
        }
    }

    void multiply() {
        try {
            for (int i = 0; i < a.length; i++) {
                sgemm.invokeExact(ROW_MAJOR, flag(x.transposeA()), flag(x.transposeB()), x.m(), x.n(), x.k(), 1f, a[i],
                        x.transposeA() ? x.m() : x.k(), b[i], x.transposeB() ? x.k() : x.n(), x.beta(), c[i], x.n());
            }
        } catch (Throwable e) {
            throw new IllegalStateException("cblas_sgemm failed", e);
        }
    }

    private static int flag(boolean transpose) {
        return transpose ? TRANSPOSE : NO_TRANSPOSE;
    }

    @Override
    public void close() {
        arena.close();
    }
}
