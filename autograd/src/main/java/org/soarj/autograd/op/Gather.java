package org.soarj.autograd.op;

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
    public int arity() {
        return 1;
    }

    @Override
    public Variable input(int i) {
        return table;
    }

    @Override
    public boolean saves(int i) {
        return false;
    }

    @Override
    public Tensor forward(Backend backend) {
        Tensor y = backend.empty(Shape.of(ids.length, table.operand().cols()));
        backend.gather(table.operand(), ids, y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        backend.scatterAdd(dy, ids, into.accumulator(table));
    }
}
