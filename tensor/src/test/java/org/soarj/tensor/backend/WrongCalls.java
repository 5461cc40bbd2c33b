package org.soarj.tensor.backend;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import org.soarj.tensor.Shape;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;

/** Takes a right call of each kernel, makes one size or one index wrong at a time, and asks that each is refused. */
final class WrongCalls {
    /** Sizes that may be larger, as kernel, argument, dimension: a longer table, more classes, more rows to sum over. */
    private static final Set<String> FREE = Set.of("gather 0 0", "scatterAdd 2 0", "logProb 0 1");
    /** No shapes to be wrong; sumTo may sum over any size, and has a test of its own. */
    private static final Set<String> UNCHECKED = Set.of("sumOfSquares", "sumTo");

    private static final Pattern SHAPE = Pattern.compile("\\((\\d+(,\\d+)*)?\\)");

    private WrongCalls() {}

    static void areRefusedBy(Backend backend) {
        for (Method kernel : ConformanceRun.kernels()) {
            if (!UNCHECKED.contains(kernel.getName())) {
                Object[] right = rightCall(kernel);
                for (int i = 0; i < right.length; i++) {
                    if (!ConformanceRun.tensors(right[i]).isEmpty()) {
                        refusesSizes(backend, kernel, right, i, ConformanceRun.tensors(right[i]).getFirst().shape());
                    }
                    if (right[i] instanceof Tensor[] tensors) {
                        String message = refusal(backend, kernel, right, i, Arrays.copyOf(tensors, tensors.length - 1));
                        assertTrue(message.contains("give one for each"), message);
                    } else if (right[i] instanceof int[] indices) {
                        refusesIndices(backend, kernel, right, i, indices);
                    }
                }
            }
        }
    }

    private static Object[] rightCall(Method kernel) {
        Object[][] first = new Object[1][];
        try {
            ConformanceRun.run(kernel, (real, method, args) -> {
                if (first[0] == null && method.equals(kernel)) {
                    first[0] = ConformanceRun.copy(args);
                }
                return method.invoke(real, args);
            });
        } catch (ReflectiveOperationException thrown) {
            throw new AssertionError("the property of " + kernel.getName() + " does not run", thrown);
        }
        return first[0];
    }

    private static void refusesSizes(Backend backend, Method kernel, Object[] right, int argument, Shape shape) {
        for (int dim = 0; dim < shape.rank(); dim++) {
            if (!FREE.contains(kernel.getName() + " " + argument + " " + dim)) {
                int[] dims = shape.toArray();
                dims[dim]++;
                Tensor wrong = Tensor.zeros(dims);
                String message = refusal(backend, kernel, right, argument, ConformanceRun.withFirst(right[argument], wrong));
                assertTrue(message.contains(wrong.shape().toString()), message + " does not name " + wrong.shape());
                assertTrue(SHAPE.matcher(message).results().count() >= 2 || message.contains(" given for the "),
                        message + " does not say what it does not fit");
            }
        }
    }

    private static void refusesIndices(Backend backend, Method kernel, Object[] right, int argument, int[] indices) {
        int last = indices.length - 1;
        int[] tooFew = Arrays.copyOf(indices, last);
        int[] tooSmall = indices.clone();
        tooSmall[0] = -2;
        int[] tooLarge = indices.clone();
        tooLarge[last] = Integer.MAX_VALUE;
        for (int[] wrong : new int[][] {tooFew, tooSmall, tooLarge}) {
            String message = refusal(backend, kernel, right, argument, wrong);
            assertTrue(SHAPE.matcher(message).find(), message + " names no shape");
        }
    }

    private static String refusal(Backend backend, Method kernel, Object[] right, int argument, Object wrong) {
        Object[] args = ConformanceRun.copy(right);
        args[argument] = wrong;
        String call = kernel.getName() + " with argument " + argument + " replaced by "
                + (wrong instanceof int[] indices ? Arrays.toString(indices) : wrong);
        try {
            kernel.invoke(backend, args);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof ShapeException refused) {
                return refused.getMessage();
            }
            throw new AssertionError(call + " threw something else", thrown.getCause());
        } catch (IllegalAccessException thrown) {
            throw new AssertionError(call, thrown);
        }
        return fail(call + " was not refused");
    }
}
