package org.soarj.tensor.backend;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.soarj.tensor.Tensor;

/** The conformance properties themselves: none is missing, and each fails when its kernel is wrong. */
class ConformanceTest {

    @Test
    void everyKernelHasAProperty() {
        List<String> missing = ConformanceRun.kernels().stream()
                .filter(kernel -> ConformanceRun.propertyOf(kernel) == null).map(Method::getName).toList();
        assertEquals(List.of(), missing, "kernels of Backend without a property <kernel>AgreesWithTheReference");
    }

    @TestFactory
    Stream<DynamicTest> everyPropertyPassesForARightKernel() {
        return ConformanceRun.kernels().stream().map(kernel -> dynamicTest(kernel.getName(), () ->
                assertDoesNotThrow(() -> ConformanceRun.run(kernel, (real, method, args) -> method.invoke(real, args)))));
    }

    @TestFactory
    Stream<DynamicTest> everyPropertyFailsWhenOneOutputIsWrong() {
        return ConformanceRun.kernels().stream().flatMap(kernel -> outputs(kernel).stream().map(output ->
                dynamicTest(kernel.getName() + ", argument " + output, () ->
                        assertThrows(AssertionError.class, () -> ConformanceRun.run(kernel, spoiling(kernel, output))))));
    }

    /** The arguments that a kernel writes to; -1 stands for its result. */
    private static List<Integer> outputs(Method kernel) {
        if (kernel.getReturnType() == double.class) {
            return List.of(-1);
        }
        List<Integer> outputs = new ArrayList<>();
        assertDoesNotThrow(() -> ConformanceRun.run(kernel, (real, method, args) -> {
            Object[] before = ConformanceRun.copy(args);
            Object result = method.invoke(real, args);
            for (int i = 0; i < args.length && method.equals(kernel); i++) {
                if (!Arrays.deepEquals(numbers(args[i]), numbers(before[i])) && !outputs.contains(i)) {
                    outputs.add(i);
                }
            }
            return result;
        }));
        assertEquals(false, outputs.isEmpty(), kernel.getName() + " wrote nothing");
        return outputs;
    }

    private static float[][] numbers(Object argument) {
        return ConformanceRun.tensors(argument).stream().map(Tensor::toArray).toArray(float[][]::new);
    }

    /** The reference, but the last number of one output of one kernel is a little off. */
    private static ConformanceRun.Interceptor spoiling(Method kernel, int output) {
        return (real, method, args) -> {
            Object result = method.invoke(real, args);
            if (!method.equals(kernel)) {
                return result;
            }
            if (output < 0) {
                return (double) result * 1.001;
            }
            Tensor wrong = ConformanceRun.tensors(args[output]).getLast();
            int last = wrong.size() - 1;
            wrong.put(last, wrong.at(last) + 0.001f * (1 + Math.abs(wrong.at(last))));
            return result;
        };
    }
}
