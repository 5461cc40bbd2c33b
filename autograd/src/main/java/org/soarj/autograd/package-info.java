/**
 * Derivatives: reverse-mode automatic differentiation over the kernels of {@code tensor}.
 *
 * <p>The problem: a loss is a composition of some twenty functions; each knows its own derivative, and the chain rule,
 * applied once from the loss back to the parameters, does the rest.
 *
 * <p>Reading order: {@link org.soarj.autograd.Variable} (a tensor and its gradient), {@link org.soarj.autograd.Op} (one
 * function, forward beside backward), {@link org.soarj.autograd.Graph} (applies ops and remembers them),
 * {@link org.soarj.autograd.Backward} (the sweep), then the ops themselves in {@code autograd.op}.
 *
 * <pre>{@code
 * Graph graph = Graph.recording(backend);
 * Parameter w = new Parameter("w", Tensor.gaussian(rng, 0.1f, 32, 64));   // (F,C)
 * Variable x = Variable.constant(Tensor.gaussian(rng, 1f, 8, 64));        // (N,C)
 * Variable y = graph.silu(graph.linear(x, w.variable()));                 // (N,F)
 * Variable loss = graph.sum(graph.square(y));                             // ()
 * Backward.from(backend, loss);
 * System.out.println(w.variable().gradient());                            // Tensor(32,64)
 * }</pre>
 *
 * <p>Memory: ops take what they make from the backend. In a recording graph the sweep gives it back as it goes; a
 * {@linkplain org.soarj.autograd.Graph#checkpointing checkpointing} graph keeps less of it and computes it twice; in an
 * inference graph a {@link org.soarj.autograd.Graph.Scope} gives back all but what is kept:
 *
 * <pre>{@code
 * Graph inference = Graph.inference(backend);
 * try (Graph.Scope scope = inference.scope()) {
 *     float[] numbers = inference.linear(x, w.variable()).value().toArray();
 * }
 * }</pre>
 *
 * <p>Objects: a step applies the same hundred ops as the one before, so what it makes on the way is kept small and used again.
 * An op is one object that names its inputs by number; the sweep finds its order by links within the variables; tensors that
 * nobody has asked for by {@link org.soarj.autograd.Variable#value} are {@linkplain org.soarj.tensor.backend.Backend#surrender
 * surrendered} as objects, not only as memory; and the variables inside a {@link org.soarj.autograd.Graph#segment}, which its
 * contract puts out of reach, serve the next step of a loop that keeps its graph. What a caller can hold (results of
 * segments, values it has asked for, gradients of leaves) is never used again, so that reading it too late is an error and
 * not another number.
 *
 * <p>Deliberately absent: a global tape, in-place ops on variables, second derivatives, graph compilation.
 */
package org.soarj.autograd;
