package org.soarj.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.soarj.soar.train.TrainConfig;
import picocli.CommandLine.Option;

/** The settings of {@code soar train} that have an option of their own. */
final class TrainOptions {
    /** Settings to start from. */
    enum Preset { PAPER, TINY }

    @Option(names = "--preset", defaultValue = "PAPER", paramLabel = "NAME", description = "Settings to start from: paper (SOAR's "
            + "Table 3, for mathematics) or tiny (for models of soar pretrain) (default: paper).")
    private Preset preset;

    @Option(names = "--model", paramLabel = "DIR", description = "Model to start from, in Hugging Face's layout.")
    private String model;

    @Option(names = "--data", paramLabel = "DIR", description = "Hard problems: what soar filter wrote, or a JSONL file.")
    private String data;

    @Option(names = "--task", paramLabel = "NAME", description = "math or chain, the demo's world (setting task).")
    private String task;

    @Option(names = "--seed", paramLabel = "N", description = "Root of all randomness (setting seed).")
    private Long seed;

    @Option(names = "--outer-steps", paramLabel = "T", description = "Steps of the teacher (setting loop.outer_steps).")
    private Integer outerSteps;

    @Option(names = "--group-size", paramLabel = "g", description = "Data sets in a group (setting loop.group_size).")
    private Integer groupSize;

    @Option(names = "--teacher-groups", paramLabel = "N", description = "Groups in an outer step: 1 is the algorithm as written, 2 "
            + "the other reading of the paper's batch size (setting loop.teacher_groups).")
    private Integer teacherGroups;

    @Option(names = "--questions", paramLabel = "n", description = "Questions in a data set (setting loop.questions_per_set).")
    private Integer questions;

    @Option(names = "--repeats", paramLabel = "r", description = "Students of each data set (setting loop.repeats).")
    private Integer repeats;

    @Option(names = "--reward-questions", paramLabel = "M",
            description = "Hard problems that a gain is measured on (setting loop.reward_questions).")
    private Integer rewardQuestions;

    @Option(names = "--inner-steps", paramLabel = "N", description = "Steps of a student (setting loop.inner.steps).")
    private Integer innerSteps;

    @Option(names = "--tau", paramLabel = "X", description = "Mean gain that promotes (setting loop.promotion.tau).")
    private Double tau;

    @Option(names = "--window", paramLabel = "N", description = "Steps that it is averaged over (setting loop.promotion.window).")
    private Integer window;

    @Option(names = "--no-promotion", description = "Students always start from the model (setting loop.promotion.enabled).")
    private boolean noPromotion;

    @Option(names = "--multi-turn", description = "The teacher writes question and answer in two turns, unfiltered (setting "
            + "teacher.multi_turn).")
    private boolean multiTurn;

    @Option(names = "--teacher-reward", paramLabel = "NAME", description = "grounded, one-minus-p, symmetric, variance or "
            + "self-consistency (setting teacher_reward.kind); all but grounded set repeats to 1 and promote nobody.")
    private String teacherReward;

    @Option(names = "--gain", paramLabel = "NAME", description = "greedy or sampled answers measure a gain (setting gain.kind).")
    private String gain;

    /** The settings that everything else is laid over. */
    TrainConfig defaults() {
        return preset == Preset.TINY ? TrainConfig.tiny() : TrainConfig.paper();
    }

    /** What was given, by the keys of the settings. */
    Map<String, Object> given() {
        Map<String, Object> given = new LinkedHashMap<>();
        given.put("model", model);
        given.put("data", data);
        given.put("task", task);
        given.put("seed", seed);
        given.put("loop.outer_steps", outerSteps);
        given.put("loop.group_size", groupSize);
        given.put("loop.teacher_groups", teacherGroups);
        given.put("loop.questions_per_set", questions);
        given.put("loop.reward_questions", rewardQuestions);
        given.put("loop.inner.steps", innerSteps);
        given.put("loop.promotion.tau", tau);
        given.put("loop.promotion.window", window);
        boolean intrinsic = teacherReward != null && !teacherReward.equalsIgnoreCase("grounded");
        given.put("loop.promotion.enabled", noPromotion || intrinsic ? false : null);
        given.put("loop.repeats", repeats == null && intrinsic ? Integer.valueOf(1) : repeats);
        given.put("teacher_reward.kind", teacherReward == null ? null : teacherReward.toLowerCase(Locale.ROOT).replace('-', '_'));
        given.put("teacher.multi_turn", multiTurn ? true : null);
        given.put("gain.kind", gain);
        given.values().removeIf(value -> value == null);
        return given;
    }
}
