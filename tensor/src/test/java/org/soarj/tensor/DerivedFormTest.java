package org.soarj.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Forms of a tensor's numbers that backends keep with them. */
class DerivedFormTest {
    private final Tensor tensor = Tensor.of(Shape.of(2, 3), new float[] {1, 2, 3, 4, 5, 6});
    private int made;

    private record Sum(float value) {}

    private Sum sum(Tensor of) {
        made++;
        float sum = 0;
        for (float x : of.toArray()) {
            sum += x;
        }
        return new Sum(sum);
    }

    @Test
    void aFormIsMadeOnce() {
        Sum first = tensor.derived(Sum.class, this::sum);
        assertEquals(21, first.value());
        assertSame(first, tensor.derived(Sum.class, this::sum));
        assertSame(first, tensor.reshape(2, 3).derived(Sum.class, this::sum));
        assertEquals(1, made);
    }

    @Test
    void aChangeMakesItStale() {
        tensor.derived(Sum.class, this::sum);
        tensor.fill(2f);
        assertEquals(12, tensor.derived(Sum.class, this::sum).value());
        tensor.put(0, 0);
        tensor.markChanged();
        assertEquals(10, tensor.derived(Sum.class, this::sum).value());
        assertEquals(3, made);
    }

    @Test
    void otherKindsAndShapesHaveTheirOwn() {
        Sum first = tensor.derived(Sum.class, this::sum);
        assertEquals("(2,3)", tensor.derived(String.class, of -> of.shape().toString()));
        assertEquals("(6)", tensor.reshape(6).derived(String.class, of -> of.shape().toString()));
        assertNotSame(first, tensor.reshape(6).derived(Sum.class, this::sum));
        assertSame(first, tensor.derived(Sum.class, this::sum));
        assertEquals("(2,3)", tensor.derived(String.class, of -> "made again"));
    }

    @Test
    void recycledNumbersHaveNone() {
        BufferPool pool = new BufferPool(0, false);
        Tensor lent = pool.take(Shape.of(2));
        lent.fill(1f);
        lent.derived(Sum.class, this::sum);
        BufferPool.recycle(lent);
        assertThrows(IllegalStateException.class, () -> lent.derived(Sum.class, this::sum));
    }
}
