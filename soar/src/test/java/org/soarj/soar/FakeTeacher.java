package org.soarj.soar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.soarj.rl.Problem;
import org.soarj.tensor.Rng;

/** Writes numbers at random, and remembers all that it was ever told. */
final class FakeTeacher implements Teacher {
    final List<Object> seen = new ArrayList<>();
    final List<double[]> advantages = new ArrayList<>();
    final List<List<QuestionSet>> updates = new ArrayList<>();
    Runnable beforeUpdate = () -> {};

    @Override
    public Proposals propose(int count, Rng rng) {
        seen.add(count);
        List<TeacherDocument> documents = IntStream.range(0, count)
                .mapToObj(i -> {
                    String text = Long.toString(rng.nextLong(), 36);
                    return new TeacherDocument("Q" + text, List.of(i), new Problem("proposed", text, "42", Map.of()));
                })
                .toList();
        return new Proposals(documents, 2 * count, count + 1);
    }

    @Override
    public void update(List<QuestionSet> sets, double[] given) {
        beforeUpdate.run();
        seen.add(sets);
        seen.add(Arrays.toString(given));
        updates.add(sets);
        advantages.add(given.clone());
    }
}
