/**
 * Kernels on an NVIDIA card, the twin of {@code tensor.reference} there: cuBLAS for products, and for the rest our own kernels,
 * written in CUDA C ({@code src/main/cuda}) and checked in as PTX, which the driver compiles for the card it finds.
 *
 * <p>Reading order: {@link org.soarj.tensor.cuda.CudaProvider} and {@code Card} (is there one, and what is missing),
 * {@code CudaBackend} (what each kernel reads and writes), {@code KernelLaunch} (how its arguments get there),
 * {@code CudaAttention}, {@code CudaChooser} and {@code CudaProducts} (row-major matrices for a library that knows column-major ones),
 * {@code DevicePool} and {@code DeviceBlock} (memory), {@code IntSlots} (indices); {@code Device} is all that is asked of a card,
 * {@code JCudaDevice} how it is asked, and {@code DriverErrors} what its answers mean.
 *
 * <pre>{@code
 * BackendProvider provider = new CudaProvider();
 * if (provider.probe() instanceof BackendProvider.Probe.Ready) {
 *     try (Backend backend = provider.create(1)) {
 *         backend.matmul(x, false, w, true, 1f, 0f, y);   // uploads w once
 *         System.out.println(y);                          // y is still on the card
 *         float[] numbers = y.toArray();                  // waits for the product, and downloads it
 *     }
 * }
 * }</pre>
 *
 * <p>Where numbers are: a {@link org.soarj.tensor.Tensor} that the backend makes is on the card, and comes to the Java heap when
 * somebody asks for its {@code data()}. One made elsewhere is uploaded when a kernel first reads it, and again only after the host
 * has changed it and said so ({@code markChanged}): weights go up once, in the type that they are stored in, and an optimiser
 * step changes them there. So neither a step of training nor one of decoding moves more than indices and draws up, and a norm, choices
 * and log-probabilities down. Scores are read only where a sampler cuts some off, or a draw falls on a boundary.
 *
 * <p>Order: everything goes to one queue, and nothing waits for it but downloads and uploads of floats. So memory may be lent again
 * while a kernel that is queued still reads it, and an index array may be overwritten on the card by the next.
 *
 * <p>Numbers: all sums of our kernels have a fixed order, and their rows do not depend on each other, but cuBLAS chooses how to
 * cut a sum by the shape of the whole product. Two runs on one card are equal, bit for bit; two batches of different sizes are
 * not: {@code isBatchInvariant()} is false. Layers above compare a sampler's log-probabilities with those of training within a bound
 * then, and report the gap. Products of floats are in float arithmetic unless {@code FloatProducts} says otherwise; with weights
 * of BF16, and in the forward product of F16, the other factor is rounded to that type. All sums are floats.
 *
 * <p>A card that fails ends the run with a {@link org.soarj.tensor.cuda.DeviceException}: one line, with the remedy.
 *
 * <p>Deliberately absent: several cards, several queues, graphs of kernels, compiling CUDA C at run time.
 */
package org.soarj.tensor.cuda;
