package org.soarj.autograd.op;

import java.util.List;
import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/**
 * y[i] = table[ids[i]], row by row.   dtable[v] = sum of dy[i] over the i with ids[i] = v.
 * A constant table may be stored in 16 bits.
 */
public record Gather(Variable table, int[] ids) implements Op {
    @Override
    public List<Variable> inputs() {
        return List.of(table);
    }

    @Override
    public List<Variable> saved() {
        return List.of();
    }

    @Override
    public Tensor forward(Backend backend) {
        Tensor y = backend.empty(Shape.of(ids.length, table.value().cols()));
        backend.gather(table.value(), ids, y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        backend.scatterAdd(dy, ids, into.accumulator(table));
    }
}
