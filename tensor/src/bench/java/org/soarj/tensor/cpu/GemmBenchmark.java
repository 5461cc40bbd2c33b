package org.soarj.tensor.cpu;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.soarj.tensor.Tensor;

/**
 * Matrix products: this backend, OpenBLAS and EJML. The column {@code gflop} is GFLOP/s; {@code -p threads=2} sets the threads of
 * the first two. Without an OpenBLAS its part is one line of failure for each shape, and the others are measured.
 * Java's options are those of {@code bin/soar}, when it is started in the root of the checkout.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
        "-XX:+UseParallelGC", "-XX:LoopMaxUnroll=1", "-XX:ObjectAlignmentInBytes=64", "-XX:+IgnoreUnrecognizedVMOptions",
        "-XX:+UseTransparentHugePages", "-XX:CompileCommandFile=tensor/src/main/jvm/inline.txt"})
public class GemmBenchmark {

    /** What every product needs, and who computes it. */
    @State(Scope.Thread)
    public abstract static class Shape {
        @Param({"64x64x64 NN", "128x128x128 NN", "256x256x256 NN", "512x512x512 NN", "1024x1024x1024 NN",
                "2048x2048x2048 NN", "16x512x512 NN", "64x512x512 NN", "64x128x128 NN", "4096x128x128 NN",
                "2048x512x512 NN", "1x2048x2048 NN", "1x2048x2048 NT", "2048x512x512 NT", "512x512x2048 TN+",
                "4096x344x128 NT", "4096x128x344 NN", "344x128x4096 TN+", "4096x26x128 NT", "1024x1024x1024 NT",
                "1024x1024x1024 TN", "1024x1024x1024 TT", "1376x512x2048 TN+", "256x64x64x32 NT", "256x64x32x64 NN",
                "256x64x32x64 TN", "64x256x256x64 NT", "64x256x64x256 NN", "64x256x64x256 TN", "8x1024x1024x64 NT",
                "8x1024x64x1024 NN", "8x1024x64x1024 TN", "2048x16x512 NT", "2048x8x512 NT", "2048x512x16 NT", "2048x16x512 NN",
                "512x16x2048 TN+", "16x512x2048 TN+"})
        public String shape;
        GemmOperands operands;
    }

    /** This backend. */
    @State(Scope.Thread)
    public static class Soarj extends Shape {
        @Param({"1", "2"})
        public int threads;
        CpuBackend backend;

        @Setup
        public void open() {
            operands = GemmOperands.parse(shape);
            backend = new CpuBackend(threads);
        }

        @TearDown
        public void close() {
            backend.close();
        }
    }

    /** The peer in C. */
    @State(Scope.Thread)
    public static class Peer extends Shape {
        @Param({"1", "2"})
        public int threads;
        OpenBlas blas;

        @Setup
        public void open() {
            operands = GemmOperands.parse(shape);
            blas = new OpenBlas(operands, threads);
            System.out.println("OpenBLAS core: " + blas.core());
        }

        @TearDown
        public void close() {
            blas.close();
        }
    }

    /** The peer in Java, which has no transposes of its own speed, nor batches: the product of plain matrices, as often. */
    @State(Scope.Thread)
    public static class Ejml extends Shape {
        FMatrixRMaj a;
        FMatrixRMaj b;
        FMatrixRMaj c;

        @Setup
        public void open() {
            operands = GemmOperands.parse(shape);
            a = first(operands.m(), operands.k(), operands.a());
            b = first(operands.k(), operands.n(), operands.b());
            c = first(operands.m(), operands.n(), operands.c());
        }
    }

    /** The first numbers of a batch as a matrix. */
    private static FMatrixRMaj first(int rows, int cols, Tensor batch) {
        return FMatrixRMaj.wrap(rows, cols, Arrays.copyOf(batch.toArray(), rows * cols));
    }

    @Benchmark
    public void soarj(Soarj state, Flops flops) {
        GemmOperands x = state.operands;
        state.backend.batchedMatmul(x.a(), x.transposeA(), x.b(), x.transposeB(), 1, x.beta(), x.c());
        flops.gflop += x.gflop();
    }

    @Benchmark
    public void openBlas(Peer state, Flops flops) {
        state.blas.multiply();
        flops.gflop += state.operands.gflop();
    }

    @Benchmark
    public void ejml(Ejml state, Flops flops) {
        for (int i = 0; i < state.operands.batches(); i++) {
            CommonOps_FDRM.mult(state.a, state.b, state.c);
        }
        flops.gflop += state.operands.gflop();
    }
}
