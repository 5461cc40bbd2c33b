/**
 * Kernels on the Vector API, the fast twin of {@code tensor.reference}.
 *
 * <p>Reading order: {@link org.soarj.tensor.cpu.CpuBackend} (what is a task), {@code WorkPool} (who runs it),
 * {@code Gemm}, {@code GemmTask} and {@code GemmKernels} (the products), {@code Lanes} (sums in a fixed order), {@code VectorMath} (the
 * exponential), {@code Rows}, {@code Attention}.
 *
 * <pre>{@code
 * try (Backend backend = new CpuBackend(Runtime.getRuntime().availableProcessors())) {
 *     backend.matmul(x, false, w, true, 1f, 0f, y);
 * }
 * }</pre>
 *
 * <p>Three habits make results repeatable: tasks are cut by shape, each output number is computed by one task, and every
 * sum has an order that neither the vector width nor the number of rows changes.
 *
 * <p>Deliberately absent: weights that stay packed between calls; arithmetic in 16 bits, which are only how weights may be
 * stored ({@code HalfBits}).
 */
package org.soarj.tensor.cpu;
