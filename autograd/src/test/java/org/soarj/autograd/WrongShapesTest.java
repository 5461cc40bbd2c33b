package org.soarj.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.Shape;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.UnaryOp;
import org.soarj.tensor.reference.ReferenceBackend;

/** Every op of {@link Graph} at shapes that do not fit: the error names the op and both shapes. */
class WrongShapesTest {
    /** Methods that make no op of their own. */
    private static final List<String> NO_OPS = List.of("apply", "own", "segment");
    private static final AttentionShape HEADS = new AttentionShape(2, 1, 2);

    private final Graph graph = Graph.recording(new ReferenceBackend());

    /** A call that must be refused, with what the message must say. */
    private record Wrong(Function<Graph, Variable> call, String... parts) {}

    private static Variable of(int... dims) {
        return Variable.leaf(Tensor.zeros(dims));
    }

    private static Map<String, List<Wrong>> refused() {
        Map<String, List<Wrong>> calls = new TreeMap<>();
        calls.put("add", List.of(new Wrong(g -> g.add(of(2, 3), of(4)), "Add: ", "(2,3)", "(4)")));
        calls.put("sub", List.of(new Wrong(g -> g.sub(of(2, 3), of(3, 2)), "Sub: ", "(2,3)", "(3,2)")));
        calls.put("mul", List.of(new Wrong(g -> g.mul(of(5), of(2, 4)), "Mul: ", "(5)", "(2,4)")));
        calls.put("div", List.of(new Wrong(g -> g.div(of(2, 3), of(2)), "Div: ", "(2,3)", "(2)")));
        calls.put("matmul", List.of(
                new Wrong(g -> g.matmul(of(2, 3), false, of(4, 5), false), "matmul: ", "(2,3)", "(4,5)"),
                new Wrong(g -> g.matmul(of(), false, of(4, 5), false), "matmul: ", "()", "(4,5)"),
                new Wrong(g -> g.matmul(of(50_000, 1), false, of(1, 50_000), false), "MatMul: ", "(50000,50000)", "2^31")));
        calls.put("batchedMatmul", List.of(
                new Wrong(g -> g.batchedMatmul(of(2, 2, 3), false, of(3, 3, 2), false), "batchedMatmul: ", "(2,2,3)", "(3,3,2)"),
                new Wrong(g -> g.batchedMatmul(of(2, 3), false, of(3, 2), false), "batchedMatmul: ", "(2,3)", "(3,2)")));
        calls.put("linear", List.of(new Wrong(g -> g.linear(of(2, 3), of(3, 2)), "matmul: ", "(2,3)", "(3,2)")));
        calls.put("swiglu", List.of(new Wrong(g -> g.swiglu(of(2, 3), of(3)), "swiglu: ", "(2,3)", "(3)")));
        calls.put("softmax", List.of(new Wrong(g -> g.softmax(of(3, 0)), "softmax: ", "(3,0)")));
        calls.put("logSoftmax", List.of(new Wrong(g -> g.logSoftmax(of(3, 0)), "logSoftmax: ", "(3,0)")));
        calls.put("rmsNorm", List.of(
                new Wrong(g -> g.rmsNorm(of(2, 3), of(4), 1e-5f), "rmsNorm: ", "(2,3)", "(4)"),
                new Wrong(g -> g.rmsNorm(of(2, 0), of(0), 1e-5f), "rmsNorm: ", "(2,0)")));
        calls.put("rope", List.of(
                new Wrong(g -> g.rope(of(1, 5), new int[1], Tensor.zeros(4, 2), Tensor.zeros(4, 2)), "rope: ", "(1,5)", "(4,2)"),
                new Wrong(g -> g.rope(of(1, 4), new int[] {4}, Tensor.zeros(4, 2), Tensor.zeros(4, 2)), "rope: ", "is 4", "0 to 3"),
                new Wrong(g -> g.rope(of(1, 4), new int[2], Tensor.zeros(4, 2), Tensor.zeros(4, 2)), "rope: ", "2 positions")));
        calls.put("gather", List.of(
                new Wrong(g -> g.gather(of(5, 2), new int[] {0, 5}), "gather: ", "ids[1] is 5", "0 to 4"),
                new Wrong(g -> g.gather(of(5, 2), new int[] {-1}), "gather: ", "ids[0] is -1", "0 to 4")));
        calls.put("logProb", List.of(
                new Wrong(g -> g.logProb(of(2, 3), new int[] {0, 3}), "logProb: ", "targets[1] is 3", "-1 to 2"),
                new Wrong(g -> g.logProb(of(2, 3), new int[] {0}), "logProb: ", "(2,3)")));
        calls.put("attention", List.of(
                new Wrong(g -> g.attention(of(3, 4), of(3, 3), of(3, 2), new int[] {0, 3}, HEADS), "attention: ", "(3,3)", "(3,2)"),
                new Wrong(g -> g.attention(of(3, 4), of(3, 2), of(2, 2), new int[] {0, 3}, HEADS), "attention: ", "(2,2)", "(3,2)"),
                new Wrong(g -> g.attention(of(3, 4), of(3, 2), of(3, 2), new int[] {0, 4}, HEADS), "attention: ", "offsets")));
        calls.put("reshape", List.of(
                new Wrong(g -> g.reshape(of(2, 3), 4), "reshape: ", "(2,3)", "(4)"),
                new Wrong(g -> g.reshape(of(2, 3), -6), "Reshape: ", "(-6)")));
        return calls;
    }

    private static Map<String, Function<Variable, Variable>> anyShape(Graph graph) {
        return Map.of("scale", x -> graph.scale(2f, x), "map", x -> graph.map(UnaryOp.EXP, x), "silu", graph::silu,
                "square", graph::square, "sum", graph::sum);
    }

    @Test
    void everyOpHasACase() {
        TreeSet<String> ops = Arrays.stream(Graph.class.getMethods())
                .filter(method -> method.getReturnType() == Variable.class && !Modifier.isStatic(method.getModifiers()))
                .map(Method::getName).filter(name -> !NO_OPS.contains(name)).collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> cases = new TreeSet<>(refused().keySet());
        cases.addAll(anyShape(graph).keySet());
        assertEquals(ops, cases);
    }

    @Test
    void whatDoesNotFitIsRefusedInOneLineThatNamesTheOp() {
        refused().forEach((name, calls) -> {
            for (Wrong wrong : calls) {
                String message = assertThrows(ShapeException.class, () -> wrong.call.apply(graph), name).getMessage();
                assertTrue(message.startsWith(wrong.parts[0]), message);
                for (String part : wrong.parts) {
                    assertTrue(message.contains(part), message + " does not say " + part);
                }
                assertEquals(1, message.lines().count(), message);
            }
        });
    }

    @Test
    void opsOfSingleNumbersTakeAnyShape() {
        for (Shape shape : List.of(Shape.of(), Shape.of(0), Shape.of(2, 0, 3), Shape.of(2, 3))) {
            anyShape(graph).forEach((name, op) -> {
                Variable y = op.apply(Variable.leaf(Tensor.zeros(shape)));
                assertEquals(name.equals("sum") ? Shape.of() : shape, y.shape(), name);
            });
        }
    }
}
