package org.soarj.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {

    private static Shape shape(String sizes) {
        return sizes.isEmpty() ? Shape.of() : Shape.of(
                Arrays.stream(sizes.split(" ")).mapToInt(Integer::parseInt).toArray());
    }

    @Test
    void aScalarHasRankZeroAndOneNumber() {
        Shape scalar = Shape.of();
        assertEquals(0, scalar.rank());
        assertEquals(1, scalar.size());
        assertEquals(1, scalar.rows());
        assertEquals(1, scalar.cols());
        assertEquals("()", scalar.toString());
    }

    @Test
    void rowsAndColsReadItAsAMatrix() {
        Shape shape = Shape.of(2, 3, 64);
        assertEquals(6, shape.rows());
        assertEquals(64, shape.cols());
        assertEquals(384, shape.size());
        assertEquals(1, Shape.of(5).rows());
        assertEquals(0, Shape.of(0, 5).rows());
    }

    @Test
    void anotherWidthIsTheSameShapeEachTime() {
        Shape shape = Shape.of(2, 3, 64);
        assertSame(shape, shape.withCols(64));
        Shape wide = shape.withCols(100);
        assertEquals(Shape.of(2, 3, 100), wide);
        assertSame(wide, shape.withCols(100));
        assertSame(shape, wide.withCols(64));
        assertEquals(Shape.of(7), Shape.of().withCols(7));
        for (int cols = 0; cols < 50; cols++) {
            assertEquals(Shape.of(2, 3, cols), shape.withCols(cols));
            assertEquals(Shape.of(2, 3, cols), wide.withCols(cols));
        }
        assertSame(wide, shape.withCols(100));
    }

    @Test
    void dimensionsCountFromEitherEnd() {
        Shape shape = Shape.of(2, 3, 64);
        assertEquals(2, shape.dim(0));
        assertEquals(64, shape.dim(-1));
        assertEquals(2, shape.dim(-3));
        assertEquals("shape: dimension 3 asked of (2,3,64), which has rank 3",
                assertThrows(ShapeException.class, () -> shape.dim(3)).getMessage());
        assertThrows(ShapeException.class, () -> shape.dim(-4));
    }

    @Test
    void isNotChangedThroughItsArrays() {
        int[] dims = {2, 3};
        Shape shape = Shape.of(dims);
        dims[0] = 9;
        shape.toArray()[1] = 9;
        assertArrayEquals(new int[] {2, 3}, shape.toArray());
    }

    @Test
    void refusesSizesThatNoArrayHolds() {
        assertEquals("shape: sizes must be 0 or more, got (2,-1)",
                assertThrows(ShapeException.class, () -> Shape.of(2, -1)).getMessage());
        assertEquals("shape: (65536,65536) has more elements than a tensor can hold (2^31-21); split it",
                assertThrows(ShapeException.class, () -> Shape.of(65536, 65536)).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"'2 3', '2 3', '2 3'", "'2 3', '3', '2 3'", "'2 1', '3', '2 3'", "'', '4 5', '4 5'",
            "'8 1 6 1', '7 1 5', '8 7 6 5'", "'1', '0', '0'"})
    void broadcastFollowsNumPy(String a, String b, String out) {
        assertEquals(shape(out), Shape.broadcast(shape(a), shape(b)));
        assertEquals(shape(out), Shape.broadcast(shape(b), shape(a)));
    }

    @Test
    void broadcastNamesTheSizesThatMeet() {
        assertEquals("broadcast: (2,3) and (2) do not fit: sizes 3 and 2 meet, which must be equal or one of them 1",
                assertThrows(ShapeException.class, () -> Shape.broadcast(Shape.of(2, 3), Shape.of(2))).getMessage());
    }

    @Property(tries = 200)
    void equalSizesMakeEqualShapes(@ForAll @Size(max = 4) List<@IntRange(max = 20) Integer> sizes) {
        int[] dims = sizes.stream().mapToInt(Integer::intValue).toArray();
        assertEquals(Shape.of(dims), Shape.of(dims));
        assertEquals(Shape.of(dims).hashCode(), Shape.of(dims).hashCode());
        int[] longer = Arrays.copyOf(dims, dims.length + 1);
        longer[dims.length] = 1;
        assertNotEquals(Shape.of(dims), Shape.of(longer));
        assertEquals(Shape.of(dims).size(), Shape.of(longer).size());
    }
}
