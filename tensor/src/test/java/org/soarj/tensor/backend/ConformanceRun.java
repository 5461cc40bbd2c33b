package org.soarj.tensor.backend;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.reference.ReferenceBackend;

/** Runs one conformance property once, by its name, on a backend whose calls are watched or spoilt. */
final class ConformanceRun {
    private static final int SIZE = 3;
    private static final float FACTOR = 0.5f;
    private static final long SEED = 7;
    /** Methods of {@link Backend} that compute nothing; all others are kernels. */
    private static final Set<String> NO_KERNELS = Set.of("name", "isBatchInvariant", "await", "close", "empty", "zeros", "recycle",
            "surrender", "memory", "resetPeak", "chooser");

    private ConformanceRun() {}

    /** What to do when a kernel is called; {@code real} is the reference. */
    interface Interceptor {
        Object call(Backend real, Method kernel, Object[] args) throws ReflectiveOperationException;
    }

    /** The kernels of {@link Backend}: all its methods that compute. */
    static List<Method> kernels() {
        return Arrays.stream(Backend.class.getMethods())
                .filter(method -> !NO_KERNELS.contains(method.getName()))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    /** The property that compares a kernel with the reference, or null. */
    static Method propertyOf(Method kernel) {
        return Arrays.stream(BackendConformance.class.getMethods())
                .filter(method -> method.getName().equals(kernel.getName() + "AgreesWithTheReference"))
                .findFirst().orElse(null);
    }

    /** Runs the property of {@code kernel} once on a backend that hands each call to {@code interceptor}. */
    static void run(Method kernel, Interceptor interceptor) throws ReflectiveOperationException {
        Backend real = new ReferenceBackend();
        Backend watched = (Backend) Proxy.newProxyInstance(Backend.class.getClassLoader(), new Class<?>[] {Backend.class},
                (proxy, method, args) -> interceptor.call(real, method, args));
        BackendConformance conformance = () -> watched;
        Method property = propertyOf(kernel);
        Object[] args = Arrays.stream(property.getParameterTypes()).map(ConformanceRun::argument).toArray();
        try {
            property.invoke(conformance, args);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof AssertionError failed) {
                throw failed;
            }
            throw thrown;
        }
    }

    private static Object argument(Class<?> type) {
        if (type == int.class) {
            return SIZE;
        } else if (type == float.class) {
            return FACTOR;
        } else if (type == long.class) {
            return SEED;
        } else if (type == boolean.class) {
            return false;
        } else if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        throw new IllegalArgumentException("no argument known for a property's parameter of type " + type);
    }

    /** Copies of the tensors and indices among {@code args}; the rest as it is. */
    static Object[] copy(Object[] args) {
        return Arrays.stream(args).map(arg -> switch (arg) {
            case Tensor tensor -> tensor.copy();
            case Tensor[] tensors -> Arrays.stream(tensors).map(Tensor::copy).toArray(Tensor[]::new);
            case int[] ints -> ints.clone();
            default -> arg;
        }).toArray();
    }

    /** The tensors that an argument is or holds. */
    static List<Tensor> tensors(Object argument) {
        return switch (argument) {
            case Tensor tensor -> List.of(tensor);
            case Tensor[] tensors -> List.of(tensors);
            default -> List.of();
        };
    }

    /** {@code argument} with its first tensor replaced. */
    static Object withFirst(Object argument, Tensor first) {
        if (argument instanceof Tensor[] tensors) {
            Tensor[] changed = tensors.clone();
            changed[0] = first;
            return changed;
        }
        return first;
    }
}
