package org.soarj.cli.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolloutsTest {
    @TempDir
    Path folder;

    @Test
    void groupsAreWholeAndSpreadOverTheFile() throws IOException {
        write(IntStream.range(0, 270).mapToObj(i -> line(i / 9, "p", i % 9, 2)).collect(Collectors.joining()));
        Rollouts rollouts = read(13, 3);
        assertEquals(270, rollouts.count());
        assertEquals(List.of("0", "3", "6", "9", "12", "15", "18", "21", "24", "27"),
                rollouts.sample().stream().map(group -> group.place().replaceAll("step (\\d+), problem p", "$1")).toList());
        for (Rollouts.Group group : rollouts.sample()) {
            assertEquals(9, group.size());
            assertEquals(List.of(0.0, 3.0, 6.0), group.rollouts().stream().map(Rollouts.Rollout::reward).toList());
            assertArrayEquals(new int[] {5, 6}, group.promptIds());
        }
    }

    @Test
    void theSameProblemTwiceInAStepIsTwoGroups() throws IOException {
        write(line(0, "p", 0, 2) + line(0, "p", 1, 2) + line(0, "p", 0, 2) + line(0, "q", 1, 2));
        assertEquals(List.of(2L, 1L, 1L), read(10, 3).sample().stream().map(Rollouts.Group::size).toList());
    }

    @Test
    void aDataSetOfTheTeacherIsAGroupAndStudentsHaveTheirOwn() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int step = 0; step < 2; step++) {
            for (int set = 0; set < 2; set++) {
                for (int document = 0; document < 5; document++) {
                    lines.append("{'who':'teacher','step':%d,'data_set':%d,'problem_id':'d%d','reward':0.5}%n".formatted(step, set, document));
                }
            }
            for (int inner = 0; inner < 2; inner++) {
                lines.append("{'who':'student','step':%d,'data_set':1,'repeat':0,'inner_step':%d,'problem_id':'q','sample':0}%n"
                        .formatted(step, inner));
            }
        }
        write(lines.toString().replace('\'', '"'));
        List<Rollouts.Group> groups = read(40, 9).sample();
        assertEquals(List.of("teacher", "teacher", "teacher", "teacher", "student", "student", "student", "student"),
                groups.stream().map(Rollouts.Group::trace).toList());
        assertEquals("step 1, data set 0", groups.get(2).place());
        assertEquals(5, groups.get(2).size());
        assertEquals("step 1, data set 1, repeat 0, inner step 1, problem q", groups.getLast().place());
    }

    @Test
    void ofALongRolloutTheBeginningIsKeptAndTheSumIsOfAll() throws IOException {
        write(line(0, "p", 0, Rollouts.TOKENS + 40));
        Rollouts.Rollout rollout = read(4, 2).sample().getFirst().rollouts().getFirst();
        assertEquals(Rollouts.TOKENS, rollout.ids().length);
        assertEquals(Rollouts.TOKENS, rollout.logProbs().length);
        assertEquals(Rollouts.TOKENS + 40, rollout.length());
        assertEquals(-0.5 * (Rollouts.TOKENS + 40), rollout.logProbSum(), 1e-9);
        assertEquals("box 10, verified 100.500", rollout.parts());
    }

    private Rollouts read(int groups, int perGroup) throws IOException {
        return Rollouts.read(Run.open(List.of(folder)).getFirst(), groups, perGroup);
    }

    private void write(String lines) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("rollouts.jsonl.gz")))) {
            out.write(lines.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String line(int step, String problem, int sample, int tokens) {
        String ids = IntStream.range(0, tokens).mapToObj(String::valueOf).collect(Collectors.joining(","));
        String logProbs = IntStream.range(0, tokens).mapToObj(i -> "-0.5").collect(Collectors.joining(","));
        return """
                {"step":%d,"problem_id":"%s","sample":%d,"prompt_ids":[5,6],"completion_ids":[%s],"logprobs":[%s],"reward":%d,\
                "reward_parts":{"box":10,"verified":100.5},"outcome":"wrong","advantage":0.5,"finish_reason":"stop","text":"t"}
                """.formatted(step, problem, sample, ids, logProbs, sample);
    }
}
