package org.soarj.autograd.check;

import java.util.ArrayList;
import java.util.List;
import org.soarj.autograd.Op;
import org.soarj.autograd.op.Add;
import org.soarj.autograd.op.Attention;
import org.soarj.autograd.op.BatchedMatMul;
import org.soarj.autograd.op.Div;
import org.soarj.autograd.op.Gather;
import org.soarj.autograd.op.LogProb;
import org.soarj.autograd.op.LogSoftmax;
import org.soarj.autograd.op.Map;
import org.soarj.autograd.op.MatMul;
import org.soarj.autograd.op.Mul;
import org.soarj.autograd.op.Reshape;
import org.soarj.autograd.op.RmsNorm;
import org.soarj.autograd.op.Rope;
import org.soarj.autograd.op.Scale;
import org.soarj.autograd.op.Softmax;
import org.soarj.autograd.op.Sub;
import org.soarj.autograd.op.Sum;
import org.soarj.autograd.op.SwiGlu;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.UnaryOp;

/** For every op, a way to draw random inputs at which its gradient is checked: the one page of all derivative rules. */
public final class OpCases {
    private OpCases() {}

    /**
     * One op at random inputs.
     *
     * @param name the op's name
     * @param type the op's class
     * @param draw makes shapes and numbers from a seed
     */
    public record Case(String name, Class<? extends Op> type, Draw draw) {}

    /** Inputs and the function of them. */
    public record Drawn(GradientCheck.Function function, List<Tensor> inputs) {}

    /** Draws inputs. */
    @FunctionalInterface
    public interface Draw {
        Drawn from(Rng rng);
    }

    /** All cases; every class of {@code autograd.op} has at least one. */
    public static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        broadcasting(cases);
        products(cases);
        rows(cases);
        for (UnaryOp function : UnaryOp.values()) {
            cases.add(new Case(function.name(), Map.class, rng -> {
                boolean positive = function == UnaryOp.LOG || function == UnaryOp.RSQRT;
                Tensor x = positive ? positive(rng, size(rng), size(rng)) : normal(rng, size(rng), size(rng));
                return new Drawn((graph, in) -> graph.apply(new Map(function, in.get(0))), List.of(x));
            }));
        }
        cases.add(new Case("Attention", Attention.class, OpCases::attention));
        return List.copyOf(cases);
    }

    private static void broadcasting(List<Case> cases) {
        cases.add(new Case("Add", Add.class, rng -> pair(rng, false, (graph, in) ->
                graph.apply(new Add(in.get(0), in.get(1))))));
        cases.add(new Case("Sub", Sub.class, rng -> pair(rng, false, (graph, in) ->
                graph.apply(new Sub(in.get(0), in.get(1))))));
        cases.add(new Case("Mul", Mul.class, rng -> pair(rng, false, (graph, in) ->
                graph.apply(new Mul(in.get(0), in.get(1))))));
        cases.add(new Case("Div", Div.class, rng -> pair(rng, true, (graph, in) ->
                graph.apply(new Div(in.get(0), in.get(1))))));
        cases.add(new Case("Scale", Scale.class, rng -> one(rng, (graph, in) -> graph.apply(new Scale(-1.7f, in.get(0))))));
        cases.add(new Case("Sum", Sum.class, rng -> one(rng, (graph, in) -> graph.apply(new Sum(in.get(0))))));
        cases.add(new Case("Reshape", Reshape.class, rng -> one(rng, (graph, in) ->
                graph.apply(new Reshape(in.get(0), in.get(0).value().size())))));
    }

    private static void products(List<Case> cases) {
        cases.add(new Case("MatMul", MatMul.class, rng -> {
            int m = size(rng);
            int k = size(rng);
            int n = size(rng);
            boolean ta = rng.nextInt(2) == 0;
            boolean tb = rng.nextInt(2) == 0;
            return new Drawn((graph, in) -> graph.apply(new MatMul(in.get(0), ta, in.get(1), tb)),
                    List.of(ta ? normal(rng, k, m) : normal(rng, m, k), tb ? normal(rng, n, k) : normal(rng, k, n)));
        }));
        cases.add(new Case("BatchedMatMul", BatchedMatMul.class, rng -> {
            int b = 1 + rng.nextInt(3);
            int m = size(rng);
            int k = size(rng);
            int n = size(rng);
            boolean ta = rng.nextInt(2) == 0;
            boolean tb = rng.nextInt(2) == 0;
            return new Drawn((graph, in) -> graph.apply(new BatchedMatMul(in.get(0), ta, in.get(1), tb)),
                    List.of(ta ? normal(rng, b, k, m) : normal(rng, b, m, k), tb ? normal(rng, b, n, k) : normal(rng, b, k, n)));
        }));
        cases.add(new Case("SwiGlu", SwiGlu.class, rng -> {
            int m = size(rng);
            int n = size(rng);
            return new Drawn((graph, in) -> graph.apply(new SwiGlu(in.get(0), in.get(1))),
                    List.of(normal(rng, m, n), normal(rng, m, n)));
        }));
    }

    private static void rows(List<Case> cases) {
        cases.add(new Case("Softmax", Softmax.class, rng -> one(rng, (graph, in) -> graph.apply(new Softmax(in.get(0))))));
        cases.add(new Case("LogSoftmax", LogSoftmax.class, rng ->
                one(rng, (graph, in) -> graph.apply(new LogSoftmax(in.get(0))))));
        cases.add(new Case("RmsNorm", RmsNorm.class, rng -> {
            int width = 1 + size(rng);
            return new Drawn((graph, in) -> graph.apply(new RmsNorm(in.get(0), in.get(1), 0.1f)),
                    List.of(normal(rng, size(rng), width), normal(rng, width)));
        }));
        cases.add(new Case("Rope", Rope.class, rng -> {
            int half = size(rng);
            int n = size(rng);
            int[] positions = indices(rng, n, 5);
            Tensor angles = normal(rng, 5, half);
            Tensor cos = angles.copy();
            Tensor sin = angles.copy();
            for (int i = 0; i < angles.size(); i++) {
                cos.put(i, (float) Math.cos(angles.at(i)));
                sin.put(i, (float) Math.sin(angles.at(i)));
            }
            return new Drawn((graph, in) -> graph.apply(new Rope(in.get(0), positions, cos, sin)),
                    List.of(normal(rng, n, 2 * half * (1 + rng.nextInt(2)))));
        }));
        cases.add(new Case("Gather", Gather.class, rng -> {
            int[] ids = indices(rng, size(rng), 4);
            return new Drawn((graph, in) -> graph.apply(new Gather(in.get(0), ids)), List.of(normal(rng, 4, size(rng))));
        }));
        cases.add(new Case("LogProb", LogProb.class, rng -> {
            int vocabulary = 1 + size(rng);
            int[] targets = indices(rng, size(rng), vocabulary + 1);
            for (int i = 0; i < targets.length; i++) {
                targets[i]--;
            }
            return new Drawn((graph, in) -> graph.apply(new LogProb(in.get(0), targets)),
                    List.of(normal(rng, targets.length, vocabulary)));
        }));
    }

    private static Drawn attention(Rng rng) {
        AttentionShape shape = new AttentionShape(4, 1 << rng.nextInt(3), 2 + rng.nextInt(4));
        int first = size(rng);
        int n = first + size(rng);
        int[] offsets = {0, first, n};
        int width = shape.kvHeads() * shape.headDim();
        return new Drawn((graph, in) -> graph.apply(new Attention(in.get(0), in.get(1), in.get(2), offsets, shape)),
                List.of(normal(rng, n, 4 * shape.headDim()), normal(rng, n, width), normal(rng, n, width)));
    }

    private static Drawn one(Rng rng, GradientCheck.Function function) {
        return new Drawn(function, List.of(normal(rng, size(rng), size(rng))));
    }

    /** Two inputs of which either may be broadcast. */
    private static Drawn pair(Rng rng, boolean positive, GradientCheck.Function function) {
        int rows = size(rng);
        int cols = size(rng);
        int[][] shapes = {{rows, cols}, {cols}, {rows, 1}, {1, cols}, {}};
        int[] wide = {rows, cols};
        int[] other = shapes[rng.nextInt(shapes.length)];
        boolean swapped = rng.nextInt(2) == 0;
        Tensor a = normal(rng, swapped ? other : wide);
        Tensor b = positive ? positive(rng, swapped ? wide : other) : normal(rng, swapped ? wide : other);
        return new Drawn(function, List.of(a, b));
    }

    private static int size(Rng rng) {
        return 1 + rng.nextInt(6);
    }

    private static Tensor normal(Rng rng, int... dims) {
        return Tensor.gaussian(rng, 1f, dims);
    }

    /** Numbers in [0.5, 2): away from the pole at 0. */
    private static Tensor positive(Rng rng, int... dims) {
        Tensor x = Tensor.zeros(dims);
        for (int i = 0; i < x.size(); i++) {
            x.put(i, (float) (0.5 + 1.5 * rng.nextDouble()));
        }
        return x;
    }

    private static int[] indices(Rng rng, int n, int bound) {
        int[] indices = new int[n];
        for (int i = 0; i < n; i++) {
            indices[i] = rng.nextInt(bound);
        }
        return indices;
    }
}
