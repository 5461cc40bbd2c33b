/**
 * The seam between numbers and machines: {@link org.soarj.tensor.backend.Backend} names the kernels,
 * {@link org.soarj.tensor.backend.BackendProvider} says whether an implementation can run here, and
 * {@link org.soarj.tensor.backend.KernelShapes} holds the shape checks that all implementations share. A
 * {@link org.soarj.tensor.backend.PooledBackend} has its tensors on the Java heap;
 * a {@link org.soarj.tensor.backend.Recording} repeats the calls it was given.
 *
 * <pre>{@code
 * for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
 *     System.out.println(provider.name() + ": " + provider.probe());
 * }
 * }</pre>
 *
 * <p>Deliberately absent: operator overloading, type promotion, anything that allocates its own result.
 */
package org.soarj.tensor.backend;
