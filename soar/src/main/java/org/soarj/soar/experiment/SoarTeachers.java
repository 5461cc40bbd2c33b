package org.soarj.soar.experiment;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.soarj.soar.Promotion;
import org.soarj.soar.run.Json;
import org.soarj.soar.run.RunDirectory;
import org.soarj.soar.run.RunHeader;
import org.soarj.soar.train.SoarRun;
import org.soarj.soar.train.TrainConfig;
import org.soarj.soar.train.TrainListener;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.io.TextLines;
import org.soarj.transformer.checkpoint.Checkpoint;
import tools.jackson.databind.ObjectMapper;

/**
 * Teachers that SOAR runs train, each in a run directory of its own that {@code soar report} reads and {@code soar train
 * --resume} would go on with: {@code grounded-1}, {@code intrinsic-2}, … Teacher t of every kind has the seed of the settings
 * plus t - 1, so that kinds differ by their reward and not by their luck.
 *
 * @param folder of the run directories
 * @param workers one for each student that may be trained at a time
 * @param config of the grounded kind; the others differ in reward and promotion alone
 * @param inputs the base, the task and D_train
 * @param settings what the intrinsic reward is
 * @param header of every run directory
 * @param yaml spells settings as config.yaml does
 * @param listeners hears of each run by its name
 */
public record SoarTeachers(Path folder, List<Backend> workers, TrainConfig config, SoarRun.Inputs inputs,
                           ExperimentSettings settings, RunHeader header, Spelling yaml, Listeners listeners) implements Teachers {

    /** Settings as text. */
    @FunctionalInterface
    public interface Spelling {
        String of(TrainConfig config);
    }

    /** Who hears of a run. */
    @FunctionalInterface
    public interface Listeners {
        TrainListener of(String run, TrainConfig config);
    }

    @Override
    public Trained teacher(Arm.TeacherKind kind, int number) throws IOException {
        if (kind == Arm.TeacherKind.UNTRAINED) {
            return Trained.untrained(inputs.start());
        }
        String name = kind.spelled() + "-" + number;
        TrainConfig variant = variant(kind, number);
        Path directory = folder.resolve(name);
        SoarRun soar = new SoarRun(workers.getFirst(), workers, variant, inputs,
                listeners.of(name, variant));
        try (RunDirectory run = RunDirectory.isRun(directory) ? RunDirectory.open(directory)
                : RunDirectory.create(directory, yaml.of(variant), header)) {
            SoarRun.Result result = soar.run(run);
            List<Weights> promoted = new ArrayList<>();
            for (Promotion promotion : result.end().promotionQuestions().promotions()) {
                promoted.add(() -> Checkpoint.load(SoarRun.promoted(directory, promotion)));
            }
            return new Trained(result.teacher(), promoted, result.end().promotionQuestions().problems(), lines(directory));
        }
    }

    private TrainConfig variant(Arm.TeacherKind kind, int number) {
        TrainConfig seeded = config.withSeed(config.seed() + number - 1);
        return switch (kind) {
            case GROUNDED -> seeded;
            case GROUNDED_NO_PROMOTION -> seeded.withoutPromotion();
            case INTRINSIC -> seeded.withTeacherReward(settings.intrinsic(), settings.intrinsicSamples());
            case NONE, UNTRAINED -> throw new IllegalArgumentException("teachers: nobody trains a teacher of kind " + kind.spelled());
        };
    }

    /** The outer steps of a run as its metrics.jsonl has them. */
    private static List<Map<String, Object>> lines(Path directory) throws IOException {
        ObjectMapper mapper = Json.mapper();
        List<Map<String, Object>> lines = new ArrayList<>();
        try (BufferedReader reader = TextLines.open(directory.resolve("metrics.jsonl"))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                @SuppressWarnings("unchecked")
                Map<String, Object> object = mapper.readValue(line, Map.class);
                if ("soar".equals(object.get("stage"))) {
                    lines.add(object);
                }
            }
        }
        return lines;
    }
}
