package org.soarj.cli.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CurveTest {

    @Test
    void linesWithoutANumberGiveNoPoint() {
        List<JsonNode> lines = lines("{'step':0,'loss':1.5}", "{'step':1,'loss':null}", "{'step':2}", "{'loss':3}",
                "{'step':4,'loss':2}");
        Curve curve = Curve.of(lines, "loss");
        assertArrayEquals(new double[] {0, 4}, curve.x());
        assertArrayEquals(new double[] {1.5, 2}, curve.y());
        assertTrue(Curve.of(lines, "reward").isEmpty());
    }

    @Test
    void theMeanEndsWithTheShortestCurve() {
        Curve mean = Curve.meanOf(List.of(
                new Curve(new double[] {0, 1, 2}, new double[] {1, 2, 90}),
                new Curve(new double[] {0, 1}, new double[] {3, 6})));
        assertArrayEquals(new double[] {0, 1}, mean.x());
        assertArrayEquals(new double[] {2, 4}, mean.y());
    }

    @Property(tries = 200)
    void smoothingKeepsEndsAndBounds(
            @ForAll @Size(min = 1, max = 30) List<@DoubleRange(min = -5, max = 5) Double> values,
            @ForAll @IntRange(max = 9) int reach) {
        double[] y = values.stream().mapToDouble(Double::doubleValue).toArray();
        double[] smooth = new Curve(IntStream.range(0, y.length).asDoubleStream().toArray(), y).smoothed(reach).y();
        assertEquals(y[0], smooth[0]);
        assertEquals(y[y.length - 1], smooth[y.length - 1]);
        double least = Arrays.stream(y).min().orElseThrow() - 1e-12;
        double most = Arrays.stream(y).max().orElseThrow() + 1e-12;
        assertTrue(Arrays.stream(smooth).allMatch(value -> value >= least && value <= most));
    }

    @Property(tries = 100)
    void smoothingLeavesAStraightLine(@ForAll @IntRange(min = 1, max = 40) int count, @ForAll @IntRange(max = 9) int reach) {
        double[] y = IntStream.range(0, count).mapToDouble(i -> 0.5 * i).toArray();
        assertArrayEquals(y, new Curve(y, y).smoothed(reach).y(), 1e-12);
    }

    private static List<JsonNode> lines(String... lines) {
        JsonMapper mapper = new JsonMapper();
        return Arrays.stream(lines).map(line -> mapper.readTree(line.replace('\'', '"'))).toList();
    }
}
