/**
 * Figures of this machine: how fast the kernels, a whole training step and generation are, each beside the ceiling that was measured in
 * the same run.
 *
 * <p>{@link org.soarj.cli.bench.Stopwatch} warms up and takes medians, {@link org.soarj.cli.bench.GemmBench},
 * {@link org.soarj.cli.bench.KernelBench}, {@link org.soarj.cli.bench.TrainBench}, {@link org.soarj.cli.bench.RlooBench} and
 * {@link org.soarj.cli.bench.GenerateBench} measure, {@link org.soarj.cli.bench.KernelClock} tells where the time of a step goes.
 *
 * <pre>{@code
 * try (Backend backend = provider.create(2); Ceilings ceilings = provider.ceilings(2).orElseThrow()) {
 *     double peak = ceilings.multiplyAddRate();
 *     List<GemmBench.Row> rows = GemmBench.run(backend, GemmBench.SHAPES, new Stopwatch(0.3, 0.5));
 * }
 * }</pre>
 *
 * <p>Deliberately absent: other libraries; the JMH benchmarks of {@code tensor} (profile {@code bench}) compare with them.
 */
package org.soarj.cli.bench;
