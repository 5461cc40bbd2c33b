package org.soarj.tensor.cpu;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** The ceiling of every product: fused multiply-adds that wait for nothing, on one thread (-t 2 for two). */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class FmaPeakBenchmark {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int STEPS = 10_000;
    private static final int CHAINS = 12;

    @Benchmark
    public float peak(Flops flops) {
        FloatVector x = FloatVector.broadcast(S, 0.999f);
        FloatVector y = FloatVector.broadcast(S, 0.001f);
        // Different starts: equal chains would be computed once.
        FloatVector v0 = y, v1 = v0.add(y), v2 = v1.add(y), v3 = v2.add(y), v4 = v3.add(y), v5 = v4.add(y);
        FloatVector v6 = v5.add(y), v7 = v6.add(y), v8 = v7.add(y), v9 = v8.add(y), v10 = v9.add(y), v11 = v10.add(y);
        for (int i = 0; i < STEPS; i++) {
            v0 = v0.fma(x, y);
            v1 = v1.fma(x, y);
            v2 = v2.fma(x, y);
            v3 = v3.fma(x, y);
            v4 = v4.fma(x, y);
            v5 = v5.fma(x, y);
            v6 = v6.fma(x, y);
            v7 = v7.fma(x, y);
            v8 = v8.fma(x, y);
            v9 = v9.fma(x, y);
            v10 = v10.fma(x, y);
            v11 = v11.fma(x, y);
        }
        flops.gflop += 2e-9 * STEPS * CHAINS * S.length();
        return v0.add(v1).add(v2).add(v3).add(v4).add(v5).add(v6).add(v7).add(v8).add(v9).add(v10).add(v11).lane(0);
    }
}
