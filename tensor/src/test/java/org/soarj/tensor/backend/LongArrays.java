package org.soarj.tensor.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;

/**
 * Calls a backend with tensors whose arrays are longer than their sizes. The rest of each array, before and after its numbers, is NaN, so
 * that a kernel that reads it spoils its result, and must keep its bits, so that a kernel that writes there is found out.
 */
public final class LongArrays {
    private static final int TAIL = 37;
    /** A NaN that arithmetic does not make by chance. */
    private static final int REST_BITS = 0x7fc5_3a91;

    private LongArrays() {}

    /** A tensor of the caller, and its twin that the kernel is given. */
    private record Twin(Tensor given, Tensor padded) {}

    /** A backend of which every call is made with long arrays. */
    public static Backend on(Backend backend) {
        return (Backend) Proxy.newProxyInstance(Backend.class.getClassLoader(), new Class<?>[] {Backend.class},
                (proxy, method, args) -> call(backend, method, args));
    }

    private static Object call(Backend backend, Method method, Object[] args) throws Throwable {
        try {
            if (!ConformanceRun.kernels().contains(method)) {
                return method.invoke(backend, args);
            }
            List<Twin> twins = new ArrayList<>();
            Object result = method.invoke(backend, Arrays.stream(args)
                    .map(arg -> arg instanceof Tensor tensor && tensor.dtype() == DType.F32 ? padded(tensor, twins) : arg)
                    .toArray());
            for (Twin twin : twins) {
                if (twin.padded.version() > 0) {
                    twin.given.markChanged();
                }
                float[] data = twin.padded.data();
                System.arraycopy(data, Tensor.FIRST, twin.given.data(), Tensor.FIRST, twin.given.size());
                for (int i = 0; i < data.length; i++) {
                    if (i < Tensor.FIRST || i >= Tensor.FIRST + twin.given.size()) {
                        assertEquals(REST_BITS, Float.floatToRawIntBits(data[i]),
                                () -> method.getName() + " wrote outside of a tensor " + twin.given.shape());
                    }
                }
            }
            return result;
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    /** Tensors that share their numbers get twins that do. */
    private static Tensor padded(Tensor tensor, List<Twin> twins) {
        for (Twin twin : twins) {
            if (twin.given.sharesWith(tensor)) {
                return twin.padded.reshape(tensor.shape());
            }
        }
        float[] data = new float[Tensor.FIRST + tensor.size() + TAIL];
        Arrays.fill(data, Float.intBitsToFloat(REST_BITS));
        System.arraycopy(tensor.data(), Tensor.FIRST, data, Tensor.FIRST, tensor.size());
        Tensor padded = Tensor.over(data, tensor.shape());
        twins.add(new Twin(tensor, padded));
        return padded;
    }
}
