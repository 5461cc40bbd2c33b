package org.soarj.tensor.cpu;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AdamWStep;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BinaryOp;
import org.soarj.tensor.backend.UnaryOp;

/**
 * Runs the kernels once, on sizes with and without tails, and makes a checksum of the bits of each result. As a program it
 * prints the width of its vectors and then the checksums.
 */
final class KernelDigests {
    private static final int[] COLS = {1, 5, 16, 31, 64, 77, 200};
    private static final int ROWS = 70;

    private final Backend backend;
    private final Map<String, Long> digests = new LinkedHashMap<>();

    private KernelDigests(Backend backend) {
        this.backend = backend;
    }

    public static void main(String[] args) {
        System.out.println("width " + Lanes.WIDTH);
        try (Backend backend = new CpuBackend(1)) {
            of(backend).forEach((name, digest) -> System.out.println(name + " " + digest));
        }
    }

    /** Kernel and size, and the checksum of its results. */
    static Map<String, Long> of(Backend backend) {
        KernelDigests run = new KernelDigests(backend);
        for (int cols : COLS) {
            run.elements(cols);
            run.rows(cols);
            run.tables(cols);
        }
        run.attention(new AttentionShape(6, 2, 12));
        run.attention(new AttentionShape(2, 2, 64));
        run.attention(new AttentionShape(2, 1, 117));
        run.attention(new AttentionShape(3, 1, 16));
        return run.digests;
    }

    private void put(String name, float[]... results) {
        CRC32 crc = new CRC32();
        for (float[] result : results) {
            for (float number : result) {
                int bits = Float.floatToRawIntBits(number);
                for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                    crc.update(bits >>> shift);
                }
            }
        }
        digests.put(name, crc.getValue());
    }

    private static Tensor random(String name, int... dims) {
        return Tensor.gaussian(Rng.of(7).split(name), 2, dims);
    }

    private void elements(int cols) {
        Tensor x = random("x", ROWS, cols);
        Tensor z = random("z", ROWS, cols);
        Tensor y = Tensor.zeros(ROWS, cols);
        Tensor w = Tensor.zeros(ROWS, cols);
        for (UnaryOp op : UnaryOp.values()) {
            backend.map(op, x, y);
            backend.mapBackward(op, x, y, z, w);
            put(op + " " + cols, y.toArray(), w.toArray());
        }
        for (BinaryOp op : BinaryOp.values()) {
            backend.zip(op, x, random("row", cols), y);
            backend.zip(op, random("column", ROWS, 1), x, w);
            put(op + " " + cols, y.toArray(), w.toArray());
        }
        backend.swiglu(x, z, y);
        Tensor dup = Tensor.zeros(ROWS, cols);
        backend.swigluBackward(x, z, y, w, dup);
        put("swiglu " + cols, y.toArray(), w.toArray(), dup.toArray());
        Tensor row = Tensor.zeros(cols);
        Tensor column = Tensor.zeros(ROWS, 1);
        Tensor all = Tensor.zeros(1);
        backend.sumTo(x, row);
        backend.sumTo(x, column);
        backend.sumTo(x, all);
        put("sumTo " + cols, row.toArray(), column.toArray(), all.toArray());
        long squares = Double.doubleToRawLongBits(backend.sumOfSquares(x));
        put("sumOfSquares " + cols, new float[] {Float.intBitsToFloat((int) squares)},
                new float[] {Float.intBitsToFloat((int) (squares >>> Integer.SIZE))});
    }

    private void rows(int cols) {
        Tensor x = random("x", ROWS, cols);
        Tensor dy = random("dy", ROWS, cols);
        Tensor y = Tensor.zeros(ROWS, cols);
        Tensor dx = Tensor.zeros(ROWS, cols);
        backend.softmax(x, y);
        backend.softmaxBackward(y, dy, dx);
        put("softmax " + cols, y.toArray(), dx.toArray());
        backend.logSoftmax(x, y);
        backend.logSoftmaxBackward(y, dy, dx);
        put("logSoftmax " + cols, y.toArray(), dx.toArray());
        Tensor weight = random("weight", cols);
        Tensor rstd = Tensor.zeros(ROWS);
        Tensor dweight = Tensor.zeros(cols);
        backend.rmsNorm(x, weight, 1e-5f, y, rstd);
        backend.rmsNormBackward(x, weight, rstd, dy, dx, dweight);
        put("rmsNorm " + cols, y.toArray(), rstd.toArray(), dx.toArray(), dweight.toArray());
        int[] targets = new int[ROWS];
        for (int i = 0; i < ROWS; i++) {
            targets[i] = i % (cols + 1) - 1;
        }
        Tensor logp = Tensor.zeros(ROWS);
        backend.logProb(x, targets, logp);
        backend.logProbBackward(x, targets, logp, dx);
        put("logProb " + cols, logp.toArray(), dx.toArray());
    }

    private void tables(int half) {
        Tensor x = random("x", ROWS, 4 * half);
        Tensor y = Tensor.zeros(ROWS, 4 * half);
        int[] ids = new int[ROWS];
        for (int i = 0; i < ROWS; i++) {
            ids[i] = i * i % 9;
        }
        backend.rope(x, ids, random("cos", 9, half), random("sin", 9, half), false, y);
        put("rope " + half, y.toArray());
        Tensor table = random("table", 9, 4 * half);
        backend.scatterAdd(x, ids, table);
        put("scatterAdd " + half, table.toArray());
        Tensor p = random("p", ROWS, 4 * half);
        Tensor m = random("m", ROWS, 4 * half);
        Tensor v = Tensor.full(0.1f, ROWS, 4 * half);
        backend.adamW(new AdamWStep(0.05, 0.9, 0.95, 1e-8, 0.1, 3, 0.3), new Tensor[] {p}, new Tensor[] {x},
                new Tensor[] {m}, new Tensor[] {v});
        put("adamW " + half, p.toArray(), m.toArray(), v.toArray());
    }

    private void attention(AttentionShape shape) {
        int d = shape.headDim();
        int[] offsets = {0, 1, 70, 70, 370};
        int rows = 370;
        Tensor q = random("q", rows, shape.heads() * d);
        Tensor k = random("k", rows, shape.kvHeads() * d);
        Tensor v = random("v", rows, shape.kvHeads() * d);
        Tensor out = Tensor.zeros(rows, shape.heads() * d);
        Tensor lse = Tensor.zeros(rows, shape.heads());
        backend.attention(q, k, v, offsets, shape, out, lse);
        put("attention " + shape, out.toArray(), lse.toArray());
        Tensor dq = Tensor.zeros(rows, shape.heads() * d);
        Tensor dk = Tensor.zeros(rows, shape.kvHeads() * d);
        Tensor dv = Tensor.zeros(rows, shape.kvHeads() * d);
        backend.attentionBackward(q, k, v, offsets, shape, out, lse, random("dout", rows, shape.heads() * d), dq, dk, dv);
        put("attentionBackward " + shape, dq.toArray(), dk.toArray(), dv.toArray());
        int[] slots = new int[rows];
        int[] positions = new int[rows];
        for (int i = 0; i < rows; i++) {
            slots[i] = i < 1 ? 0 : i < 70 ? 1 : 2;
            positions[i] = i - (i < 1 ? 0 : i < 70 ? 1 : 70);
        }
        Tensor keys = Tensor.zeros(3, shape.kvHeads(), d, 304);
        Tensor values = Tensor.zeros(3, shape.kvHeads(), 304, d);
        backend.cacheWrite(k, v, slots, positions, shape, keys, values);
        backend.cachedAttention(q, slots, positions, shape, keys, values, dq);
        put("cachedAttention " + shape, dq.toArray());
    }
}
