package org.soarj.tensor.reference;

import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BinaryOp;
import org.soarj.tensor.backend.Close;
import org.soarj.tensor.backend.UnaryOp;

/** Every backward kernel of the reference is the derivative of its forward kernel, by central differences. */
class ReferenceGradientTest {
    private static final float STEP = 1e-2f;

    private final Backend backend = new ReferenceBackend();
    private final Rng rng = Rng.of(3);

    private Tensor random(int... dims) {
        return Tensor.gaussian(rng, 1, dims);
    }

    /** The gradient of sum(dy forward(x)) with respect to x, one number at a time. */
    private static Tensor differences(Function<Tensor, Tensor> forward, Tensor x, Tensor dy) {
        Tensor dx = Tensor.zeros(x.shape());
        for (int i = 0; i < x.size(); i++) {
            Tensor above = x.copy();
            Tensor below = x.copy();
            above.put(i, above.at(i) + STEP);
            below.put(i, below.at(i) - STEP);
            double rise = dot(forward.apply(above), dy) - dot(forward.apply(below), dy);
            dx.put(i, (float) (rise / ((double) above.at(i) - below.at(i))));
        }
        return dx;
    }

    private static double dot(Tensor a, Tensor b) {
        double sum = 0;
        for (int i = 0; i < a.size(); i++) {
            sum += (double) a.at(i) * b.at(i);
        }
        return sum;
    }

    private static void expectDerivative(Function<Tensor, Tensor> forward, Tensor x, Tensor dy, Tensor dx) {
        Close.near(differences(forward, x, dy), dx, Close.DIFFERENCE);
    }

    private interface Into {
        void accept(Tensor x, Tensor y);
    }

    private static Function<Tensor, Tensor> sameShape(Into kernel) {
        return x -> {
            Tensor y = Tensor.zeros(x.shape());
            kernel.accept(x, y);
            return y;
        };
    }

    @ParameterizedTest
    @EnumSource
    void map(UnaryOp op) {
        Tensor x = random(3, 7);
        if (op == UnaryOp.LOG || op == UnaryOp.RSQRT) {
            for (int i = 0; i < x.size(); i++) {
                x.put(i, 0.5f + Math.abs(x.at(i)));
            }
        }
        Tensor dy = random(3, 7);
        Tensor dx = Tensor.zeros(3, 7);
        Function<Tensor, Tensor> forward = sameShape((in, out) -> backend.map(op, in, out));
        backend.mapBackward(op, x, forward.apply(x), dy, dx);
        expectDerivative(forward, x, dy, dx);
    }

    @Test
    void softmaxAndLogSoftmax() {
        Tensor x = random(3, 7);
        Tensor dy = random(3, 7);
        Tensor dx = Tensor.zeros(3, 7);
        Function<Tensor, Tensor> softmax = sameShape(backend::softmax);
        backend.softmaxBackward(softmax.apply(x), dy, dx);
        expectDerivative(softmax, x, dy, dx);
        Function<Tensor, Tensor> logSoftmax = sameShape(backend::logSoftmax);
        backend.logSoftmaxBackward(logSoftmax.apply(x), dy, dx);
        expectDerivative(logSoftmax, x, dy, dx);
    }

    @Test
    void logProb() {
        Tensor logits = random(4, 5);
        int[] targets = {2, -1, 0, 4};
        Tensor dlogp = random(4);
        Tensor dlogits = Tensor.zeros(4, 5);
        backend.logProbBackward(logits, targets, dlogp, dlogits);
        expectDerivative(x -> {
            Tensor logp = Tensor.zeros(4);
            backend.logProb(x, targets, logp);
            return logp;
        }, logits, dlogp, dlogits);
    }

    @Test
    void swiglu() {
        Tensor gate = random(2, 5);
        Tensor up = random(2, 5);
        Tensor dy = random(2, 5);
        Tensor dgate = Tensor.zeros(2, 5);
        Tensor dup = Tensor.zeros(2, 5);
        backend.swigluBackward(gate, up, dy, dgate, dup);
        expectDerivative(sameShape((x, y) -> backend.swiglu(x, up, y)), gate, dy, dgate);
        expectDerivative(sameShape((x, y) -> backend.swiglu(gate, x, y)), up, dy, dup);
    }

    @Test
    void rmsNorm() {
        Tensor x = random(3, 6);
        Tensor weight = random(6);
        Tensor rstd = Tensor.zeros(3);
        Tensor dy = random(3, 6);
        Tensor dx = Tensor.zeros(3, 6);
        Tensor dweight = Tensor.zeros(6);
        backend.rmsNorm(x, weight, 0.1f, Tensor.zeros(3, 6), rstd);
        backend.rmsNormBackward(x, weight, rstd, dy, dx, dweight);
        expectDerivative(sameShape((in, y) -> backend.rmsNorm(in, weight, 0.1f, y, rstd)), x, dy, dx);
        expectDerivative(w -> {
            Tensor y = Tensor.zeros(3, 6);
            backend.rmsNorm(x, w, 0.1f, y, rstd);
            return y;
        }, weight, dy, dweight);
    }

    @Test
    void ropeByItsInverse() {
        Tensor x = random(3, 8);
        Tensor dy = random(3, 8);
        Tensor dx = Tensor.zeros(3, 8);
        Tensor cos = random(5, 2);
        Tensor sin = random(5, 2);
        int[] positions = {4, 0, 2};
        backend.rope(dy, positions, cos, sin, true, dx);
        expectDerivative(sameShape((in, y) -> backend.rope(in, positions, cos, sin, false, y)), x, dy, dx);
    }

    @Test
    void gatherByScatterAdd() {
        Tensor table = random(4, 3);
        int[] ids = {1, 3, 1};
        Tensor dy = random(3, 3);
        Tensor dtable = Tensor.zeros(4, 3);
        backend.scatterAdd(dy, ids, dtable);
        expectDerivative(x -> {
            Tensor out = Tensor.zeros(3, 3);
            backend.gather(x, ids, out);
            return out;
        }, table, dy, dtable);
    }

    @Test
    void broadcastingBySumTo() {
        Tensor narrow = random(3, 1);
        Tensor full = random(2, 3, 4);
        Tensor dy = random(2, 3, 4);
        Tensor dnarrow = Tensor.zeros(3, 1);
        backend.sumTo(dy, dnarrow);
        expectDerivative(x -> {
            Tensor out = Tensor.zeros(2, 3, 4);
            backend.zip(BinaryOp.ADD, x, full, out);
            return out;
        }, narrow, dy, dnarrow);
    }

    @Test
    void attention() {
        AttentionShape shape = new AttentionShape(4, 2, 3);
        int[] offsets = {0, 4, 5, 8};
        Tensor q = random(8, 12);
        Tensor k = random(8, 6);
        Tensor v = random(8, 6);
        Tensor out = Tensor.zeros(8, 12);
        Tensor lse = Tensor.zeros(8, 4);
        Tensor dout = random(8, 12);
        Tensor dq = Tensor.zeros(8, 12);
        Tensor dk = Tensor.zeros(8, 6);
        Tensor dv = Tensor.zeros(8, 6);
        backend.attention(q, k, v, offsets, shape, out, lse);
        backend.attentionBackward(q, k, v, offsets, shape, out, lse, dout, dq, dk, dv);
        expectDerivative(x -> attend(x, k, v, offsets, shape), q, dout, dq);
        expectDerivative(x -> attend(q, x, v, offsets, shape), k, dout, dk);
        expectDerivative(x -> attend(q, k, x, offsets, shape), v, dout, dv);
    }

    private Tensor attend(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape) {
        Tensor out = Tensor.zeros(q.shape());
        backend.attention(q, k, v, offsets, shape, out, Tensor.zeros(q.rows(), shape.heads()));
        return out;
    }
}
