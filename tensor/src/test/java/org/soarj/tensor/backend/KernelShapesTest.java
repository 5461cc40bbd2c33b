package org.soarj.tensor.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.soarj.tensor.Shape;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;

/** The sentences, the sizes and the rules on shared numbers; that every kernel is checked is in BackendConformance. */
class KernelShapesTest {
    private static final Tensor A = Tensor.zeros(2, 3, 64);

    private static String message(Executable call) {
        return assertThrows(ShapeException.class, call).getMessage();
    }

    @Test
    void matmulSuggestsTheTransposeThatWouldFit() {
        Tensor c = Tensor.zeros(6, 32);
        Tensor b = Tensor.zeros(32, 64);
        assertEquals("matmul: inner sizes differ: a is (2,3,64), b is (32,64); transpose b?",
                message(() -> KernelShapes.matmul(A, false, b, false, c)));
        assertEquals("matmul: inner sizes differ: a is (2,3,64), b is (64,32) transposed; do not transpose b?",
                message(() -> KernelShapes.matmul(A, false, Tensor.zeros(64, 32), true, c)));
        assertEquals("matmul: inner sizes differ: a is (64,6), b is (64,32); transpose a?",
                message(() -> KernelShapes.matmul(Tensor.zeros(64, 6), false, Tensor.zeros(64, 32), false, c)));
        assertEquals("matmul: inner sizes differ: a is (2,3,64), b is (5,7); "
                        + "the columns of op(a) must be as many as the rows of op(b)",
                message(() -> KernelShapes.matmul(A, false, Tensor.zeros(5, 7), false, c)));
    }

    @Test
    void matmulReadsLeadingSizesAsRows() {
        KernelShapes.matmul(A, false, Tensor.zeros(32, 64), true, Tensor.zeros(2, 3, 32));
        assertEquals("matmul: a is (2,3,64) and b is (32,64) transposed give (6,32), c is (2,32)",
                message(() -> KernelShapes.matmul(A, false, Tensor.zeros(32, 64), true, Tensor.zeros(2, 32))));
    }

    @Test
    void batchedMatmulCountsTheLeadingSizes() {
        KernelShapes.batchedMatmul(Tensor.zeros(2, 3, 4, 5), false, Tensor.zeros(2, 3, 5, 7), false, Tensor.zeros(2, 3, 4, 7));
        assertEquals("batchedMatmul: a, b and c need one rank of 3 or more, got (4,5), (5,7) and (4,7)",
                message(() -> KernelShapes.batchedMatmul(
                        Tensor.zeros(4, 5), false, Tensor.zeros(5, 7), false, Tensor.zeros(4, 7))));
    }

    @Test
    void indicesOutOfRangeAreNamed() {
        assertEquals("gather: ids[1] is 5; table (5,2) takes 0 to 4",
                message(() -> KernelShapes.gather(Tensor.zeros(5, 2), new int[] {0, 5}, Tensor.zeros(2, 2))));
        assertEquals("logProb: targets[0] is -2; logits (1,3) takes -1 to 2",
                message(() -> KernelShapes.logProb(Tensor.zeros(1, 3), new int[] {-2}, Tensor.zeros(1))));
        assertEquals("gather: 1 ids given for the 2 rows of (2,2); give one for each",
                message(() -> KernelShapes.gather(Tensor.zeros(5, 2), new int[] {0}, Tensor.zeros(2, 2))));
    }

    @Test
    void offsetsMustAscend() {
        AttentionShape shape = new AttentionShape(2, 1, 2);
        assertEquals("attention: offsets must ascend from 0 to 3, the rows of q (3,4), got [0, 4, 3]",
                message(() -> KernelShapes.attention(Tensor.zeros(3, 4), Tensor.zeros(3, 2), Tensor.zeros(3, 2),
                        new int[] {0, 4, 3}, shape, Tensor.zeros(3, 4), Tensor.zeros(3, 2))));
    }

    @Test
    void rowsWithoutNumbersAreRefusedWhereTheyHaveNoResult() {
        Tensor none = Tensor.zeros(3, 0);
        assertEquals("softmax: rows of x (3,0) are empty; they need at least one number",
                message(() -> KernelShapes.softmax(none, Tensor.zeros(3, 0))));
        message(() -> KernelShapes.logSoftmax(none, Tensor.zeros(3, 0)));
        message(() -> KernelShapes.softmaxBackward(none, none, Tensor.zeros(3, 0)));
        message(() -> KernelShapes.rmsNorm(none, Tensor.zeros(0), Tensor.zeros(3, 0), Tensor.zeros(3)));
        message(() -> KernelShapes.logProb(none, new int[] {-1, -1, -1}, Tensor.zeros(3)));
    }

    @Test
    void headsThatFitNoRowAreRefused() {
        assertEquals("attention: 65536 heads of width 65536 make rows of more than 2^31-1 numbers",
                message(() -> new AttentionShape(65_536, 1, 65_536)));
    }

    @Test
    void sumToNeedsAnOutputThatBroadcastsBack() {
        KernelShapes.sumTo(Tensor.zeros(2, 3, 4), Tensor.zeros(3, 1));
        for (Tensor wrong : new Tensor[] {Tensor.zeros(2), Tensor.zeros(1, 2, 3, 4), Tensor.zeros(2, 3, 5)}) {
            String message = message(() -> KernelShapes.sumTo(Tensor.zeros(2, 3, 4), wrong));
            assertTrue(message.contains(wrong.shape() + "") && message.contains("(2,3,4)"), message);
        }
    }

    @Test
    void outputsMayNotShareNumbersUnlessTheKernelSaysSo() {
        Tensor x = Tensor.zeros(4, 4);
        Tensor y = Tensor.zeros(4, 4);
        assertEquals("matmul: c (4,4) shares its numbers with another argument, (4,4); give it a tensor of its own",
                message(() -> KernelShapes.matmul(x, false, y, false, x.reshape(4, 4))));
        message(() -> KernelShapes.matmul(y, false, x, false, x));
        message(() -> KernelShapes.softmax(x, x));
        message(() -> KernelShapes.addScaled(x, x));
        message(() -> KernelShapes.swigluBackward(x, x, x, y, y));
        message(() -> KernelShapes.mapBackward(x, y, Tensor.zeros(4, 4), x));
        Tensor row = Tensor.of(Shape.of(1, 4), new float[4]);
        message(() -> KernelShapes.zip(row, row.reshape(4, 1), Tensor.of(Shape.of(4, 4), new float[16]).reshape(2, 8)));
        KernelShapes.map(x, x);
        KernelShapes.mapBackward(x, y, x.copy(), Tensor.zeros(4, 4));
        KernelShapes.zip(x, row, x);
    }

    @Test
    void aBroadcastDimensionHasStrideZero() {
        assertArrayEquals(new int[] {0, 4, 0, 1}, KernelShapes.broadcastStrides(Shape.of(3, 1, 4), Shape.of(2, 3, 5, 4)));
    }
}
