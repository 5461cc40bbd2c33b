package org.soarj.autograd.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.soarj.autograd.Op;
import org.soarj.autograd.check.GradientCheck;
import org.soarj.autograd.check.OpCases;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.tensor.reference.ReferenceBackend;

class OpGradientTest {
    /** Central differences of single-precision values: rounding of about 1e-7 over a step of 2e-2, times a sum's length. */
    private static final double TOLERANCE = 1e-3;

    @Provide
    Arbitrary<OpCases.Case> ops() {
        return Arbitraries.of(OpCases.all());
    }

    @Property(tries = 600)
    void gradientMatchesCentralDifferencesOnThePlainBackend(@ForAll("ops") OpCases.Case op, @ForAll long seed) {
        check(new ReferenceBackend(), op, seed);
    }

    @Property(tries = 600)
    void gradientMatchesCentralDifferencesOnTheVectorBackend(@ForAll("ops") OpCases.Case op, @ForAll long seed) {
        try (Backend backend = new CpuBackend(2)) {
            check(backend, op, seed);
        }
    }

    private static void check(Backend backend, OpCases.Case op, long seed) {
        OpCases.Drawn drawn = op.draw().from(Rng.of(seed));
        GradientCheck.Result result = GradientCheck.check(backend, drawn.function(), drawn.inputs(), Rng.of(seed + 1), 12);
        assertTrue(result.compared() > 0);
        assertTrue(result.error() < TOLERANCE, () -> op.name() + " seed " + seed + ": " + result);
    }

    @Test
    void everyOpHasACase() throws Exception {
        Set<String> covered = OpCases.all().stream().map(c -> c.type().getSimpleName()).collect(Collectors.toSet());
        assertEquals(opClasses(), covered);
    }

    @Test
    void everyCaseAppliesItsOwnOp() {
        ReferenceBackend backend = new ReferenceBackend();
        for (OpCases.Case op : OpCases.all()) {
            OpCases.Drawn drawn = op.draw().from(Rng.of(3));
            var leaves = drawn.inputs().stream().map(org.soarj.autograd.Variable::leaf).toList();
            String made = drawn.function().apply(org.soarj.autograd.Graph.recording(backend), leaves).toString();
            assertTrue(made.endsWith("from " + op.name()), made);
        }
    }

    private static Set<String> opClasses() throws IOException {
        Path folder = Path.of("target/classes/org/soarj/autograd/op");
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.startsWith("package-info"))
                    .map(name -> load(name.substring(0, name.length() - 6)))
                    .filter(type -> Arrays.asList(type.getInterfaces()).contains(Op.class))
                    .map(Class::getSimpleName)
                    .collect(Collectors.toSet());
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName("org.soarj.autograd.op." + name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
