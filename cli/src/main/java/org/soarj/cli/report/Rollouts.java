package org.soarj.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * rollouts.jsonl.gz, read once; of an experiment also those of the SOAR runs behind it.
 *
 * @param sample groups of one prompt, spread evenly over the file
 * @param count rollouts in the file
 */
record Rollouts(List<Group> sample, long count) {
    private static final String FILE = "rollouts.jsonl.gz";
    private static final int LONGEST_NAME = 60;
    /** Where in a run a rollout was made, by key, coarse to fine. */
    private static final Map<String, String> PLACES = places();
    /** A long rollout is shown up to here, and no more of it is kept. */
    static final int TOKENS = 160;

    /**
     * Rollouts of one prompt: the completions of a problem, among which their advantages were formed, or the documents of one of
     * the teacher's data sets, which share theirs.
     *
     * @param trace whose they are, such as arm and seed; may be empty
     * @param place step, problem and the like, for people
     * @param rollouts some of them, spread evenly
     * @param size how many there were
     */
    record Group(String trace, String place, int[] promptIds, List<Rollout> rollouts, long size) {}

    /**
     * One completion.
     *
     * @param ids its first tokens, at most {@link #TOKENS}
     * @param logProbs theirs, nats
     * @param length tokens of all of it
     * @param logProbSum of all its tokens, nats
     */
    record Rollout(int[] ids, double[] logProbs, int length, double logProbSum, String text, double reward, String parts,
            double advantage, String outcome, String finish) {

        static Rollout of(JsonNode line) {
            double[] logProbs = line.path("logprobs").valueStream().mapToDouble(JsonNode::asDouble).toArray();
            int length = line.path("completion_ids").size();
            return new Rollout(tokens(line, "completion_ids", TOKENS), Arrays.copyOf(logProbs, Math.min(logProbs.length, TOKENS)), length,
                    Arrays.stream(logProbs).sum(), Cells.cut(line.path("text").asString(""), 4 * TOKENS),
                    line.path("reward").asDouble(Double.NaN), parts(line), line.path("advantage").asDouble(Double.NaN),
                    line.path("outcome").asString(""), line.path("finish_reason").asString(""));
        }

        private static String parts(JsonNode line) {
            return line.path("reward_parts").properties().stream()
                    .map(part -> part.getKey() + " " + Cells.decimal(part.getValue().asDouble(Double.NaN)))
                    .collect(Collectors.joining(", "));
        }
    }

    private static Map<String, String> places() {
        Map<String, String> places = new LinkedHashMap<>();
        places.put("step", "step");
        places.put("data_set", "data set");
        places.put("repeat", "repeat");
        places.put("inner_step", "inner step");
        return places;
    }

    /** A group while it is read. */
    private static final class Reading {
        private final EvenSample<Group> groups;
        private final int perGroup;
        private String key = "";
        private int lastSample = -1;
        private boolean wanted;
        private JsonNode first;
        private EvenSample<Rollout> members;
        private long count;

        Reading(int mostGroups, int perGroup) {
            this.groups = new EvenSample<>(mostGroups);
            this.perGroup = perGroup;
        }

        void line(JsonNode line) {
            String itsKey = trace(line) + '|' + place(line);
            int sample = line.path("sample").asInt(lastSample + 1);
            if (!itsKey.equals(key) || sample <= lastSample) {
                close();
                key = itsKey;
                wanted = groups.wantsNext();
                first = line;
                members = new EvenSample<>(perGroup);
            }
            lastSample = sample;
            count++;
            if (wanted && members.wantsNext()) {
                members.add(Rollout.of(line));
            } else {
                members.skip();
            }
        }

        void close() {
            if (members == null) {
                return;
            }
            if (wanted) {
                groups.add(new Group(trace(first), place(first), tokens(first, "prompt_ids", Integer.MAX_VALUE), members.items(),
                        members.seen()));
            } else {
                groups.skip();
            }
            members = null;
        }

        private static String trace(JsonNode line) {
            List<String> parts = new ArrayList<>();
            if (line.path("run").isString()) {
                parts.add(line.path("run").asString());
            }
            if (line.path("who").isString()) {
                parts.add(line.path("who").asString());
            }
            if (line.path("arm").isString()) {
                parts.add(line.path("arm").asString() + ", seed " + line.path("seed").asString("0"));
            }
            return String.join(", ", parts);
        }

        private static String place(JsonNode line) {
            List<String> parts = new ArrayList<>();
            PLACES.forEach((key, name) -> {
                if (!line.path(key).isMissingNode()) {
                    parts.add(name + " " + Cells.of(line, key));
                }
            });
            // A data set of the teacher is a group, though each of its documents is a problem of its own.
            if (!isTeacher(line)) {
                parts.add("problem " + Cells.cut(Cells.of(line, "problem_id"), LONGEST_NAME));
            }
            return String.join(", ", parts);
        }
    }

    private static boolean isTeacher(JsonNode line) {
        return line.path("who").asString("").equals("teacher");
    }

    /**
     * Reads the file of a run; nothing when it has none.
     *
     * @param mostGroups groups in the sample, at least 4; up to a quarter of it are teachers', which are fewer in the file. As many
     *     again where there are arms
     * @param perGroup rollouts of each, at least 2
     */
    static Rollouts read(Run run, int mostGroups, int perGroup) throws IOException {
        int ofTeacher = Math.max(2, mostGroups / 4);
        Reading teachers = new Reading(ofTeacher, perGroup);
        Reading students = new Reading(mostGroups - ofTeacher, perGroup);
        // Arms have a sample of their own: beside a SOAR run's rollouts theirs are few.
        Reading arms = new Reading(mostGroups, perGroup);
        run.each(FILE, line -> (isTeacher(line) ? teachers : line.has("arm") ? arms : students).line(line));
        List<Reading> all = List.of(teachers, students, arms);
        all.forEach(Reading::close);
        return new Rollouts(all.stream().flatMap(reading -> reading.groups.items().stream()).toList(),
                all.stream().mapToLong(reading -> reading.count).sum());
    }

    private static int[] tokens(JsonNode line, String key, int most) {
        return line.path(key).valueStream().limit(most).mapToInt(id -> id.asInt(0)).toArray();
    }
}
