/**
 * Every kernel as plain loops: the definition that fast backends are held against.
 *
 * <p>The problem: a fast kernel is hard to read, and a test needs something to compare it with. Here each kernel is
 * the shortest code that says what it computes, with sums in double precision, on one thread, kept for ever.
 *
 * <p>Reading order, by theme, each an interface whose default methods are kernels: {@code Products} (matmul),
 * {@code Elements} (map, zip, SwiGLU), {@code Rows} (softmax, RMSNorm, log-probabilities), {@code Tables} (rotations,
 * lookups), {@code Attention}, {@code Optimiser}; {@link org.soarj.tensor.reference.ReferenceBackend} is all of them.
 *
 * <pre>{@code
 * try (Backend backend = new ReferenceBackend()) {
 *     Tensor x = Tensor.vector(0f, (float) Math.log(3));   // (2)
 *     Tensor y = Tensor.zeros(2);                          // (2)
 *     backend.softmax(x, y);
 *     System.out.println(y.get(0) + " " + y.get(1));       // 0.25 0.75
 * }
 * }</pre>
 *
 * <p>Deliberately absent: speed. Nothing here is blocked, vectorised, threaded or fused beyond its definition.
 */
package org.soarj.tensor.reference;
