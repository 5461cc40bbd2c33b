package org.soarj.tensor.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AdamWStep;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BinaryOp;
import org.soarj.tensor.backend.UnaryOp;

/** Every kernel on numbers small enough to follow by hand: what pins the reference, which pins the rest. */
class ReferenceBackendTest {
    private static final float EXACT = 0;
    private static final float ROUNDED = 2e-7f;

    private final Backend backend = new ReferenceBackend();

    private static Tensor matrix(int rows, int cols, float... data) {
        return Tensor.of(Shape.of(rows, cols), data);
    }

    private static void expect(Tensor actual, float tolerance, float... expected) {
        assertArrayEquals(expected, actual.toArray(), tolerance);
    }

    @Test
    void matmulInAllCases() {
        Tensor a = matrix(2, 3, 1, 2, 3, 4, 5, 6);
        Tensor b = matrix(3, 2, 7, 8, 9, 10, 11, 12);
        Tensor c = Tensor.zeros(2, 2);
        backend.matmul(a, false, b, false, 1, 0, c);
        expect(c, EXACT, 58, 64, 139, 154);
        backend.matmul(a, false, b, false, 2, -1, c);
        expect(c, EXACT, 58, 64, 139, 154);
        backend.matmul(a, false, matrix(2, 3, 7, 9, 11, 8, 10, 12), true, 1, 0, c);
        expect(c, EXACT, 58, 64, 139, 154);
        backend.matmul(matrix(3, 2, 1, 4, 2, 5, 3, 6), true, b, false, 1, 0, c);
        expect(c, EXACT, 58, 64, 139, 154);
    }

    @Test
    void batchedMatmulPairsTheBatches() {
        Tensor a = Tensor.vector(1, 2, 3, 4).reshape(2, 1, 2);
        Tensor b = Tensor.vector(5, 6, 7, 8).reshape(2, 2, 1);
        Tensor c = Tensor.zeros(2, 1, 1);
        backend.batchedMatmul(a, false, b, false, 1, 0, c);
        expect(c, EXACT, 17, 53);
    }

    @ParameterizedTest
    @CsvSource({"NEG, -0.5, -1", "EXP, 1.6487213, 1.6487213", "LOG, -0.6931472, 2", "SQUARE, 0.25, 1",
            "RSQRT, 1.4142136, -1.4142136", "TANH, 0.46211716, 0.7864477", "SIGMOID, 0.62245935, 0.2350037",
            "SILU, 0.31122968, 0.7399612"})
    void mapAndItsDerivativeAtOneHalf(UnaryOp op, float value, float derivative) {
        Tensor x = Tensor.vector(0.5f);
        Tensor y = Tensor.zeros(1);
        Tensor dx = Tensor.zeros(1);
        backend.map(op, x, y);
        backend.mapBackward(op, x, y, Tensor.vector(2), dx);
        expect(y, ROUNDED, value);
        expect(dx, 4 * ROUNDED, 2 * derivative);
    }

    @Test
    void zipBroadcastsAndSumToTurnsItBack() {
        Tensor column = matrix(2, 1, 10, 20);
        Tensor row = Tensor.vector(1, 2, 4);
        Tensor out = Tensor.zeros(2, 3);
        backend.zip(BinaryOp.ADD, column, row, out);
        expect(out, EXACT, 11, 12, 14, 21, 22, 24);
        backend.zip(BinaryOp.SUB, column, row, out);
        expect(out, EXACT, 9, 8, 6, 19, 18, 16);
        backend.zip(BinaryOp.MUL, column, row, out);
        expect(out, EXACT, 10, 20, 40, 20, 40, 80);
        Tensor sums = Tensor.zeros(3);
        backend.sumTo(out, sums);
        expect(sums, EXACT, 30, 60, 120);
        backend.sumTo(out, column);
        expect(column, EXACT, 70, 140);
        Tensor total = Tensor.scalar(0);
        backend.sumTo(out, total);
        expect(total, EXACT, 210);
        backend.zip(BinaryOp.DIV, out, row, out);
        expect(out, EXACT, 10, 10, 10, 20, 20, 20);
    }

    @Test
    void addScaledAndSumOfSquares() {
        Tensor y = Tensor.vector(1, 2);
        backend.addScaled(-2, Tensor.vector(3, 4), y);
        expect(y, EXACT, -5, -6);
        assertEquals(61.0, backend.sumOfSquares(y));
    }

    @Test
    void swigluOfOneAndTwo() {
        Tensor gate = Tensor.vector(1);
        Tensor up = Tensor.vector(2);
        Tensor y = Tensor.zeros(1);
        Tensor dgate = Tensor.zeros(1);
        backend.swiglu(gate, up, y);
        expect(y, ROUNDED, 1.4621172f);
        backend.swigluBackward(gate, up, Tensor.vector(3), dgate, y);
        expect(dgate, 1e-6f, 5.5660231f);
        expect(y, 1e-6f, 2.1931757f);
    }

    @Test
    void softmaxOfOneTwoThree() {
        Tensor x = matrix(2, 3, 1, 2, 3, 1e30f, 1e30f, 0);
        Tensor y = Tensor.zeros(2, 3);
        backend.softmax(x, y);
        expect(y, ROUNDED, 0.09003057f, 0.24472847f, 0.66524096f, 0.5f, 0.5f, 0);
        Tensor dx = Tensor.zeros(2, 3);
        backend.softmaxBackward(y, matrix(2, 3, 1, 0, -1, 1, 1, 1), dx);
        expect(dx, ROUNDED, 0.14181709f, 0.14077036f, -0.28258745f, 0, 0, 0);
    }

    @Test
    void logSoftmaxOfOneTwoThree() {
        Tensor y = Tensor.zeros(1, 3);
        backend.logSoftmax(matrix(1, 3, 1, 2, 3), y);
        expect(y, ROUNDED, -2.407606f, -1.4076060f, -0.40760596f);
        Tensor dx = Tensor.zeros(1, 3);
        backend.logSoftmaxBackward(y, matrix(1, 3, 1, 0, 0), dx);
        expect(dx, ROUNDED, 0.9099694f, -0.24472847f, -0.66524096f);
    }

    @Test
    void logProbOfTheSameRowAndOfNoTarget() {
        Tensor logits = matrix(2, 3, 1, 2, 3, 1, 2, 3);
        Tensor logp = Tensor.zeros(2);
        backend.logProb(logits, new int[] {0, -1}, logp);
        expect(logp, ROUNDED, -2.407606f, 0);
        backend.logProbBackward(logits, new int[] {0, -1}, Tensor.vector(2, 5), logits);
        expect(logits, 4 * ROUNDED, 1.8199389f, -0.48945694f, -1.3304819f, 0, 0, 0);
    }

    @Test
    void rmsNormOfThreeAndFour() {
        Tensor x = matrix(1, 2, 3, 4);
        Tensor weight = Tensor.vector(1, 2);
        Tensor y = Tensor.zeros(1, 2);
        Tensor rstd = Tensor.zeros(1);
        backend.rmsNorm(x, weight, 0.5f, y, rstd);
        expect(rstd, ROUNDED, 0.2773501f);
        expect(y, ROUNDED, 0.8320503f, 2.2188008f);
        Tensor dweight = Tensor.vector(10, 20);
        backend.rmsNormBackward(x, weight, rstd, matrix(1, 2, 1, 1), y, dweight);
        expect(y, ROUNDED, -0.07467118f, 0.08533849f);
        expect(dweight, 2e-6f, 10.8320503f, 21.1094004f);
    }

    @Test
    void ropeTurnsPairsThatLieHalfAHeadApart() {
        Tensor cos = matrix(2, 2, 1, 1, 0, 0.6f);
        Tensor sin = matrix(2, 2, 0, 0, 1, 0.8f);
        Tensor x = matrix(2, 4, 1, 2, 3, 4, 1, 5, 3, 10);
        Tensor y = Tensor.zeros(2, 4);
        backend.rope(x, new int[] {0, 1}, cos, sin, false, y);
        expect(y, 1e-6f, 1, 2, 3, 4, -3, -5, 1, 10);
        backend.rope(y, new int[] {0, 1}, cos, sin, true, y);
        expect(y, 2e-6f, x.toArray());
    }

    @Test
    void gatherAndScatterAdd() {
        Tensor table = matrix(3, 2, 1, 2, 3, 4, 5, 6);
        Tensor out = Tensor.zeros(3, 2);
        backend.gather(table, new int[] {2, 0, 2}, out);
        expect(out, EXACT, 5, 6, 1, 2, 5, 6);
        backend.scatterAdd(out, new int[] {1, 1, 0}, table);
        expect(table, EXACT, 6, 8, 9, 12, 5, 6);
    }

    @Test
    void attentionOfTwoHeadsOverOneKey() {
        AttentionShape shape = new AttentionShape(2, 1, 1);
        Tensor q = matrix(3, 2, 1, 2, 0, 1, 0, 0);
        Tensor k = matrix(3, 1, 1, 3, 2);
        Tensor v = matrix(3, 1, 10, 20, 30);
        Tensor out = Tensor.zeros(3, 2);
        Tensor lse = Tensor.zeros(3, 2);
        backend.attention(q, k, v, new int[] {0, 2, 3}, shape, out, lse);
        expect(out, 2e-6f, 10, 10, 15, 18.807971f, 30, 30);
        expect(lse, 4e-7f, 1, 2, 0.6931472f, 3.126928f, 0, 0);
    }

    @Test
    void attentionBackwardOfTwoEqualScores() {
        // One head of width 1, q = 0, so both weights are 1/2: dv = 1/2 each, ds = 1/2 (v - 15), dq = sum ds k = 5, dk = 0.
        AttentionShape shape = new AttentionShape(1, 1, 1);
        Tensor q = Tensor.zeros(2, 1);
        Tensor k = matrix(2, 1, 1, 3);
        Tensor v = matrix(2, 1, 10, 20);
        Tensor out = Tensor.zeros(2, 1);
        Tensor lse = Tensor.zeros(2, 1);
        int[] offsets = {0, 2};
        backend.attention(q, k, v, offsets, shape, out, lse);
        Tensor dq = Tensor.full(9, 2, 1);
        Tensor dk = Tensor.full(9, 2, 1);
        Tensor dv = Tensor.full(9, 2, 1);
        backend.attentionBackward(q, k, v, offsets, shape, out, lse, matrix(2, 1, 0, 1), dq, dk, dv);
        expect(dq, 1e-6f, 0, 5);
        expect(dk, EXACT, 0, 0);
        expect(dv, ROUNDED, 0.5f, 0.5f);
    }

    @Test
    void cacheWriteTransposesKeysAndCachedAttentionReadsThem() {
        AttentionShape shape = new AttentionShape(1, 1, 2);
        Tensor keys = Tensor.zeros(2, 1, 2, 16);
        Tensor values = Tensor.zeros(2, 1, 16, 2);
        backend.cacheWrite(matrix(2, 2, 1, 2, 3, 4), matrix(2, 2, 5, 6, 7, 8), new int[] {1, 1}, new int[] {0, 1}, shape,
                keys, values);
        assertEquals(2, keys.get(1, 0, 1, 0));
        assertEquals(3, keys.get(1, 0, 0, 1));
        assertEquals(7, values.get(1, 0, 1, 0));
        Tensor out = Tensor.zeros(2, 2);
        backend.cachedAttention(Tensor.zeros(2, 2), new int[] {1, 1}, new int[] {0, 1}, shape, keys, values, out);
        expect(out, EXACT, 5, 6, 6, 7);
    }

    @Test
    void adamWSecondStep() {
        Tensor parameter = Tensor.vector(1);
        Tensor m = Tensor.vector(0.5f);
        Tensor v = Tensor.vector(0.25f);
        backend.adamW(new AdamWStep(0.1, 0.9, 0.99, 1e-8, 0.5, 2, 0.5), new Tensor[] {parameter},
                new Tensor[] {Tensor.vector(2)}, new Tensor[] {m}, new Tensor[] {v});
        expect(parameter, ROUNDED, 0.8695276f);
        expect(m, ROUNDED, 0.55f);
        expect(v, ROUNDED, 0.2575f);
    }
}
