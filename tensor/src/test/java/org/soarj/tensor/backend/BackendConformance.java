package org.soarj.tensor.backend;

import net.jqwik.api.Example;

/**
 * Everything that a {@link Backend} promises, as properties against the reference. A test of an implementation is a class
 * that says which one:
 *
 * <pre>{@code
 * class MyBackendConformanceTest implements BackendConformance {
 *     public Backend backend() { return MINE; }
 * }
 * }</pre>
 *
 * <p>A kernel's property is called {@code <kernel>AgreesWithTheReference}; {@code ConformanceTest} proves that each notices
 * a wrong number in each of the kernel's outputs.
 */
public interface BackendConformance extends ProductsConformance, ElementsConformance, RowsConformance, TablesConformance,
        AttentionConformance, BatchInvariance {

    @Example
    default void everyKernelRefusesWrongShapes() {
        WrongCalls.areRefusedBy(backend());
    }
}
