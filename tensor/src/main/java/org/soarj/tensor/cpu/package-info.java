/**
 * Kernels on the Vector API, the fast twin of {@code tensor.reference}.
 *
 * <p>Reading order: {@link org.soarj.tensor.cpu.CpuBackend}, {@code Tasks} and {@code KernelCall} (what is a task, and where its
 * arguments are), {@code WorkPool} (who runs it),
 * {@code Gemm}, {@code GemmCall}, {@code GemmTask}, {@code GemmBlock} and {@code GemmKernels} (the products),
 * {@code WeightPanels}, {@code HugePages} and {@code GemmRowPanels} (those with weights of 16 bits), {@code Lanes} (sums in a fixed
 * order), {@code VectorMath} (the exponential and its kin), {@code Elementwise}, {@code Broadcast}, {@code Sums}, {@code Rows},
 * {@code RowPairs} and {@code Destination}, {@code AdamWTasks}; {@code HeadBlocks} and {@code Tiles} (small
 * products), {@code Attention} (what a row is), {@code CachedAttention}, {@code AttentionBackward}, {@code AttentionTasks};
 * {@code Scratch} (work space that is used again).
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
 * <p>A vector must not leave a method that C2 does not inline, or it is boxed: kernels return numbers, and methods between
 * vectors stay small (325 bytecodes are the limit, and a caller has room for some 18,000 nodes in all, or 65 operations on vectors
 * with those of the methods that it takes in: what comes next is called, and the method under way boxes what it hands over).
 *
 * <p>Nor does C2 inline a method, once that has machine code of its own of more than 625 bytes, in a place that fewer than a quarter of its
 * caller's calls come by, or seem to: calls are counted from the first on, places only in code that C1 compiled with counters, and while
 * C2 has a queue C1 leaves them out. So a row of exponentials was sometimes handed over vector by vector. Java is best started with
 * {@code -XX:CompileCommandFile=tensor/src/main/jvm/inline.txt}, which names each method here that takes a vector or hands one out, as
 * {@code bin/soar} does and the tests. Numbers do not depend on it.
 *
 * <p>Nor must the class of a loop's vector hang on a profile: {@code sum = sum.add(x)} is a virtual call of which C2 knows the
 * result by what it has seen, {@code sum = x.add(sum)} is not, where x was just read. C2 gives up on profiles within a unit once
 * the methods that it took in there have 100 failed type checks behind them, and the Vector API's look-up of an operator brings
 * four at each use if it was compiled before a second kind of operator came, which is a matter of milliseconds.
 *
 * <p>Loops are unrolled by hand where it helps, and Java is best started with {@code -XX:LoopMaxUnroll=1}, as {@code bin/soar} does
 * and the tests. Else C2 makes three loops of one: a step to begin with, a body of several steps, the steps that are left over. The
 * processor seems to find out what to fetch in advance for each instruction by itself, and to fetch a row late that is read by several
 * loads in turns: row kernels beyond the caches then run at half to all of their speed, as the address of a tensor happens to be.
 * Bits do not depend on it.
 *
 * <p>Nor do they on {@code -XX:ObjectAlignmentInBytes=64}, with which {@code bin/soar} puts each object at the beginning of a cache
 * line: the numbers of a tensor begin so that rows of whole lines are read and written a line at a time ({@link
 * org.soarj.tensor.Tensor#FIRST}), and so do packed columns. On a processor that takes two lines for a vector which crosses from one to
 * the other, that is a tenth of the time of small products and a tenth to a third of that of row kernels in a cache.
 *
 * <p>One species of float vectors in the whole process, {@code Lanes.SPECIES}: the Vector API's methods keep one type profile for
 * all their callers, and a second width anywhere makes C2 lose the class of a vector, fail to expand a store, and box in
 * kernels that have nothing to do with it.
 *
 * <p>A kernel that has run before makes no object, but for what broadcasting needs, and a copy of a last vector that is not
 * full in the optimiser. Its body is a lambda that captures nothing, its arguments lie in an object of the
 * calling thread that is filled anew for each call ({@code KernelCall}, {@code GemmCall}, {@code AttentionTasks},
 * {@code AdamWTasks}), and its work space is lent. This holds as it stands, before C2 has removed anything: in a loop of
 * large steps it never gets to.
 *
 * <p>Weights of 16 bits are brought into panels at their first product x w^T and kept so with their tensor, which takes their
 * size once more. Floats are not: they are what is trained, and their panels would be stale after every step.
 *
 * <p>Deliberately absent: arithmetic in 16 bits, which are only how weights may be stored ({@code HalfBits}).
 */
package org.soarj.tensor.cpu;
