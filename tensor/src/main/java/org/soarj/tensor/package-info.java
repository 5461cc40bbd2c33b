/**
 * Numbers: what every layer above computes with.
 *
 * <p>The problem: a Llama is a few hundred arrays of floats and some twenty kernels over them. This module holds both,
 * and nothing that knows about derivatives, models or rewards.
 *
 * <p>Reading order: {@link org.soarj.tensor.Shape}, {@link org.soarj.tensor.Tensor}, {@link org.soarj.tensor.Rng}, then
 * {@link org.soarj.tensor.backend.Backend} (the kernels), {@code reference} (each kernel as plain loops, the definition),
 * {@code cpu} (the same on the Vector API) and {@code cuda} (on a card).
 *
 * <pre>{@code
 * try (Backend backend = new CpuBackend(2)) {
 *     Rng rng = Rng.of(1);
 *     Tensor x = Tensor.gaussian(rng.split("x"), 1f, 8, 64);      // (N,C)
 *     Tensor w = Tensor.gaussian(rng.split("w"), 0.1f, 32, 64);   // (F,C)
 *     Tensor y = Tensor.zeros(8, 32);                             // (N,F)
 *     backend.matmul(x, false, w, true, 1f, 0f, y);               // y = x w^T
 *     System.out.println(y);                                      // Tensor(8,32)
 * }
 * }</pre>
 *
 * <p>Memory: a backend lends tensors ({@code backend.empty(shape)}) from a {@link org.soarj.tensor.BufferPool} and takes
 * them back ({@code backend.recycle(tensor)}, or {@code surrender} by whoever alone has held it). Their arrays may be longer
 * than their size, so read the first {@code size()} numbers of {@code data()}, or {@code toArray()}.
 *
 * <p>Numbers may lie in the memory of a device ({@link org.soarj.tensor.DeviceMemory},
 * {@link org.soarj.tensor.DeviceCopy}). A tensor knows where its newest ones are: {@code data()} fetches them, and who writes to the
 * array says so with {@code markChanged}, by which a device's copy is known to be stale.
 *
 * <p>Weights may be stored in 16 bits ({@code tensor.to(DType.BF16)}): half the bytes to read, widened inside the kernels that
 * take them, matmul as b and gather as table.
 *
 * <p>Shape letters, used in every comment of the project: B batch (sequences), T time (positions of one sequence),
 * N tokens of a packed batch (sequences laid end to end, no padding), C model width, H query heads, K key-value heads,
 * D head width, F MLP width, V vocabulary, G group. The gradient of {@code x} is {@code dx}.
 *
 * <p>Deliberately absent: strides and general views (a tensor is contiguous and row-major; {@code reshape} is the only
 * view), computing in any type but float, lazy evaluation, a global default backend.
 */
package org.soarj.tensor;
