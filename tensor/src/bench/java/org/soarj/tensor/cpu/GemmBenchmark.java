package org.soarj.tensor.cpu;

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

/** Matrix products: this backend, OpenBLAS and EJML. The column {@code gflop} is GFLOP/s. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
        "-XX:+UseParallelGC"})
public class GemmBenchmark {

    /** What every product needs, and who computes it. */
    @State(Scope.Thread)
    public abstract static class Shape {
        @Param({"64x64x64 NN", "128x128x128 NN", "256x256x256 NN", "512x512x512 NN", "1024x1024x1024 NN",
                "2048x2048x2048 NN", "16x512x512 NN", "64x512x512 NN", "64x128x128 NN", "4096x128x128 NN",
                "2048x512x512 NN", "1x2048x2048 NN", "1x2048x2048 NT", "2048x512x512 NT", "512x512x2048 TN+",
                "4096x344x128 NT", "4096x128x344 NN", "344x128x4096 TN+", "4096x26x128 NT"})
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

    /** The peer in Java, which has no transposes of its own speed: the product of the plain matrices. */
    @State(Scope.Thread)
    public static class Ejml extends Shape {
        FMatrixRMaj a;
        FMatrixRMaj b;
        FMatrixRMaj c;

        @Setup
        public void open() {
            operands = GemmOperands.parse(shape);
            a = FMatrixRMaj.wrap(operands.m(), operands.k(), operands.a().data());
            b = FMatrixRMaj.wrap(operands.k(), operands.n(), operands.b().data());
            c = FMatrixRMaj.wrap(operands.m(), operands.n(), operands.c().data());
        }
    }

    @Benchmark
    public void soarj(Soarj state, Flops flops) {
        GemmOperands x = state.operands;
        state.backend.matmul(x.a(), x.transposeA(), x.b(), x.transposeB(), 1, x.beta(), x.c());
        flops.gflop += x.gflop();
    }

    @Benchmark
    public void openBlas(Peer state, Flops flops) {
        state.blas.multiply();
        flops.gflop += state.operands.gflop();
    }

    @Benchmark
    public void ejml(Ejml state, Flops flops) {
        CommonOps_FDRM.mult(state.a, state.b, state.c);
        flops.gflop += state.operands.gflop();
    }
}
