package org.soarj.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TensorTest {
    private static void refuses(String message, Executable call) {
        assertEquals(message, assertThrows(ShapeException.class, call).getMessage());
    }

    @Test
    void numbersLieRowAfterRow() {
        Tensor tensor = Tensor.vector(0, 1, 2, 3, 4, 5).reshape(2, 3);
        assertEquals(5, tensor.get(1, 2));
        assertEquals(3, tensor.get(1, 0));
        assertEquals("Tensor(2,3)", tensor.toString());
    }

    @Test
    void overAndReshapeShareNumbersAndOfAndCopyDoNot() {
        float[] numbers = {1, 2, 3, 4};
        Tensor tensor = Tensor.of(Shape.of(2, 2), numbers);
        numbers[0] = 9;
        assertArrayEquals(new float[] {1, 2, 3, 4}, tensor.toArray());
        float[] data = tensor.data();
        assertSame(data, tensor.reshape(4).data());
        assertSame(data, Tensor.over(data, Shape.of(3)).data());
        assertNotSame(data, tensor.copy().data());
        assertArrayEquals(new float[] {1, 2, 3, 4}, tensor.copy().toArray());
    }

    @Test
    void theNumbersArePartOfALongerArray() {
        float[] data = new float[Tensor.FIRST + 6];
        Arrays.fill(data, 9);
        Tensor tensor = Tensor.over(data, Shape.of(2, 2));
        assertEquals(4, tensor.size());
        for (int i = 0; i < 4; i++) {
            tensor.put(i, i);
        }
        assertEquals(2, tensor.at(2));
        assertEquals(2, data[Tensor.FIRST + 2]);
        assertArrayEquals(new float[] {0, 1, 2, 3}, tensor.toArray());
        assertArrayEquals(new float[] {0, 1, 2, 3}, tensor.copy().toArray());
        tensor.fill(0);
        tensor.reshape(4).copyFrom(Tensor.vector(5, 6, 7, 8));
        tensor.copyRows(Tensor.vector(1, 2), RowCopy.of(2, 0, 1));
        assertArrayEquals(new float[] {9, 5, 1, 2, 8, 9, 9}, Arrays.copyOfRange(data, Tensor.FIRST - 1, data.length));
        assertEquals(9, data[0]);
        refuses("tensor: shape (7) needs 7 numbers, got only 6 from the first on, which is at 12", () -> Tensor.over(data, Shape.of(7)));
        refuses("tensor: shape (1) needs 1 numbers, got only 0 from the first on, which is at 12",
                () -> Tensor.over(new float[3], Shape.of(1)));
    }

    @Test
    void everyChangeIsCountedThroughAnyShape() {
        Tensor tensor = Tensor.zeros(2, 2);
        Tensor view = tensor.reshape(4);
        assertEquals(0, view.version());
        tensor.fill(1);
        view.copyFrom(Tensor.zeros(4));
        tensor.markChanged();
        assertEquals(3, view.version());
        assertEquals(0, tensor.copy().version());
    }

    @Test
    void factoriesFill() {
        assertArrayEquals(new float[] {0, 0}, Tensor.zeros(2).toArray());
        assertArrayEquals(new float[] {7, 7}, Tensor.full(7, 1, 2).toArray());
        assertEquals(3, Tensor.scalar(3).item());
        Tensor tensor = Tensor.zeros(2);
        tensor.fill(4);
        assertArrayEquals(new float[] {4, 4}, tensor.toArray());
        tensor.copyFrom(Tensor.vector(5, 6));
        assertArrayEquals(new float[] {5, 6}, tensor.toArray());
    }

    @Test
    void gaussianHasTheDeviationAskedFor() {
        Tensor tensor = Tensor.gaussian(Rng.of(5), 0.25f, 100, 100);
        double squares = 0;
        for (float value : tensor.toArray()) {
            squares += (double) value * value;
        }
        assertEquals(0.25, Math.sqrt(squares / tensor.size()), 0.01);
    }

    @Test
    void refusalsNameTheShapes() {
        Tensor tensor = Tensor.zeros(2, 3);
        refuses("tensor: shape (2,3) needs 6 numbers, got 5", () -> Tensor.of(Shape.of(2, 3), new float[5]));
        refuses("reshape: (2,3) has 6 numbers, (4) needs 4", () -> tensor.reshape(4));
        refuses("get: 1 indices given, tensor (2,3) has rank 2", () -> tensor.get(1));
        refuses("get: index 3 of dimension 1 is outside (2,3)", () -> tensor.get(0, 3));
        refuses("item: asked for the only number of a tensor (2,3)", tensor::item);
        refuses("copyFrom: source is (3,2), target is (2,3)", () -> tensor.copyFrom(Tensor.zeros(3, 2)));
    }
}
