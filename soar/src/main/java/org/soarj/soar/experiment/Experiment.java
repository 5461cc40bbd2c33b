package org.soarj.soar.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.soarj.rl.Evaluation;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.soar.SideBySide;
import org.soarj.soar.actor.Embedder;
import org.soarj.soar.run.JsonLines;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.io.AtomicFiles;
import org.soarj.transformer.Llama;

/**
 * The comparison of the paper's Tables 4 to 6: for every arm its questions, fresh students trained on them and on hard
 * problems, and their success on held-out ones; with nested seeds, some teachers for each arm and some students for each
 * teacher.
 *
 * <p>It can be stopped anywhere: teachers, pools and students that are finished are never made again, and their numbers do not
 * depend on where it was stopped, since every piece draws from a stream of its own. Tables are written anew whenever one
 * more teacher's pieces are done.
 */
public final class Experiment {
    private final Ground ground;
    private final ExperimentSettings settings;
    private final Teachers teachers;
    private final Path folder;
    private final Pieces pieces;
    private final DemoListener listener;
    private final List<Backend> workers;
    private final Rng rng;

    /**
     * @param workers one for each student that may be trained at a time, which changes no figure
     * @param folder takes pieces and tables; what it holds of the same experiment is kept
     * @throws IllegalArgumentException when an arm needs what is not there
     */
    public Experiment(Ground ground, ExperimentSettings settings, Teachers teachers, List<Backend> workers, Path folder,
            Rng rng, DemoListener listener) {
        settings.requireMeans(ground.world().isPresent(), !ground.real().isEmpty());
        this.ground = ground;
        this.settings = settings;
        this.teachers = teachers;
        this.workers = List.copyOf(workers);
        this.folder = folder;
        this.pieces = new Pieces(folder.resolve("pieces"));
        this.listener = listener;
        this.rng = rng;
    }

    /** Does what is left, and gives all of it. */
    public ExperimentResult run() throws IOException {
        Files.createDirectories(folder);
        List<PoolRecord> pools = new ArrayList<>();
        List<StudentRecord> students = new ArrayList<>();
        Map<String, List<Map<String, Object>>> training = new LinkedHashMap<>();
        ExperimentResult result = null;
        for (int t = 1; t <= settings.teachers(); t++) {
            int number = t;
            Map<Arm.TeacherKind, Teachers.Trained> trained = trained(t);
            trained.forEach((kind, teacher) -> {
                if (!teacher.lines().isEmpty()) {
                    training.put(kind.spelled() + "-" + number, teacher.lines());
                }
            });
            List<Job> jobs = new ArrayList<>();
            for (Arm arm : settings.arms()) {
                if (arm == Arm.REAL_FULL && t > 1) {
                    // All there is makes one pool.
                    continue;
                }
                PoolRecord pool = pool(arm, t, trained.get(arm.teacher()));
                if (!pool.questions().isEmpty()) {
                    pools.add(pool);
                }
                if (has(arm, pool, trained.get(arm.teacher()))) {
                    for (int s = 1; s <= settings.students(); s++) {
                        jobs.add(new Job(arm, t, s, pool, trained.get(arm.teacher())));
                    }
                }
            }
            students.addAll(students(t, jobs));
            result = new ExperimentResult(settings, List.copyOf(students), List.copyOf(pools), training);
            result.write(folder);
            gatherRollouts();
        }
        return result;
    }

    /** A student to be trained or measured. */
    private record Job(Arm arm, int teacher, int student, PoolRecord pool, Teachers.Trained trained) {
        String name() {
            return "students/" + arm.spelled() + "-" + teacher + "." + student;
        }
    }

    /** The teachers of this number that the arms need. */
    private Map<Arm.TeacherKind, Teachers.Trained> trained(int number) throws IOException {
        Map<Arm.TeacherKind, Teachers.Trained> trained = new EnumMap<>(Arm.TeacherKind.class);
        trained.put(Arm.TeacherKind.NONE, Teachers.Trained.untrained(ground.base()));
        for (Arm arm : settings.arms()) {
            if (!trained.containsKey(arm.teacher())) {
                trained.put(arm.teacher(), teachers.teacher(arm.teacher(), number));
            }
        }
        return trained;
    }

    /** Whether an arm has students: a run without promotions has no PQ and no PS. */
    private static boolean has(Arm arm, PoolRecord pool, Teachers.Trained teacher) {
        return switch (arm) {
            case BASE, HARD_ONLY, HARD_ONLY_4X, GROUNDED_T_INFERENCE -> true;
            case PS -> !teacher.promoted().isEmpty();
            default -> !pool.questions().isEmpty();
        };
    }

    private PoolRecord pool(Arm arm, int t, Teachers.Trained teacher) throws IOException {
        String name = "pools/" + arm.spelled() + "-" + t;
        return pieces.get(name, PoolRecord.class, () -> {
            List<Problem> questions = new Questions(ground, settings).of(arm, teacher, rng.split("questions " + arm.spelled(), t));
            Embedder embedder = new Embedder(ground.backend(), ground.base(), ground.task().format());
            return PoolRecord.of(arm, t, questions, embedder, settings, ground.world(), rng.split("vendi " + arm.spelled(), t));
        });
    }

    /** Each student on one of the workers, in the order of the jobs. */
    private List<StudentRecord> students(int t, List<Job> jobs) throws IOException {
        listener.begin("students of teachers " + t, jobs.size());
        List<StudentRecord> students;
        try {
            students = SideBySide.run(workers, jobs, this::student);
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
        listener.end(jobs.size() + " students");
        return students;
    }

    private synchronized void done(StudentRecord student) {
        int k = settings.passAt().getLast();
        listener.step(String.format(Locale.ROOT, "%s %s: pass@%d %.1f%%", student.arm(), student.seed(), k,
                100 * student.result(settings.stopping().average()).passAt().get(k)));
    }

    private StudentRecord student(Backend worker, Job job) {
        ArmTraining training = new ArmTraining(ground.on(worker), settings);
        Rng stream = rng.split("arm " + job.arm().spelled(), job.teacher(), job.student());
        try {
            StudentRecord student = pieces.get(job.name(), StudentRecord.class, () -> switch (job.arm()) {
                case BASE -> training.asItIs(job.arm(), job.teacher(), job.student(), ground.base(), stream);
                case GROUNDED_T_INFERENCE -> training.asItIs(job.arm(), job.teacher(), job.student(), job.trained().model(), stream);
                case PS -> training.asItIs(job.arm(), job.teacher(), job.student(),
                        best(training.ground(), job.trained().promoted()), stream);
                default -> trained(job, training, stream);
            });
            done(student);
            return student;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Of the first student of each arm what it sampled is kept too, for a reader to look at. */
    private StudentRecord trained(Job job, ArmTraining training, Rng stream) throws IOException {
        if (job.teacher() > 1 || job.student() > 1) {
            return training.train(job.arm(), job.teacher(), job.student(), job.pool().questions(), stream, Optional.empty());
        }
        Path file = folder.resolve("pieces/rollouts/" + job.arm().spelled() + ".jsonl.gz");
        Files.createDirectories(file.getParent());
        // What a student that was stopped left there would come twice.
        Files.deleteIfExists(file);
        try (JsonLines rollouts = JsonLines.gzip(file)) {
            return training.train(job.arm(), job.teacher(), job.student(), job.pool().questions(), stream, Optional.of(rollouts));
        }
    }

    /** The rollouts of all arms in one file: gzip members may stand one after the other. */
    private void gatherRollouts() throws IOException {
        List<Path> files = settings.arms().stream().map(arm -> folder.resolve("pieces/rollouts/" + arm.spelled() + ".jsonl.gz"))
                .filter(Files::isRegularFile).toList();
        AtomicFiles.write(folder.resolve("rollouts.jsonl.gz").toAbsolutePath(), out -> {
            for (Path file : files) {
                Files.copy(file, out);
            }
        });
    }

    /** Of the promoted students the one with most right greedy answers on the problems that students train on; the first of equals. */
    private static Llama best(Ground ground, List<Teachers.Weights> promoted) throws IOException {
        Llama best = null;
        double most = -1;
        for (Teachers.Weights weights : promoted) {
            Llama student = weights.load();
            Policy policy = ground.training().policy(ground.backend(), student, ground.task());
            double right = Evaluation.greedy(policy, ground.train(), ground.task().judge()).accuracy();
            if (right > most) {
                most = right;
                best = student;
            }
        }
        return best;
    }
}
