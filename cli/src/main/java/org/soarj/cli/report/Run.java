package org.soarj.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One run on the page.
 *
 * @param name what the page calls it; different for every run
 * @param files what it wrote
 * @param metrics its lines of metrics.jsonl
 * @param alone whether it is the only one on the page, so that its parts need not say whose they are
 */
record Run(String name, RunFiles files, Metrics metrics, boolean alone) {
    /** Any of these makes a folder one that the page can tell about. */
    private static final List<String> TRACES = List.of("run.json", "metrics.jsonl", "results.csv");

    /**
     * Reads the metrics of runs; the rest is read when it is shown.
     *
     * @throws java.nio.file.NotDirectoryException when one is no folder
     * @throws IOException when metrics.jsonl is damaged
     */
    static List<Run> open(List<Path> folders) throws IOException {
        List<Path> whole = folders.stream().map(folder -> folder.toAbsolutePath().normalize()).toList();
        List<Run> runs = new ArrayList<>();
        for (Path folder : whole) {
            RunFiles files = RunFiles.in(folder);
            runs.add(new Run(name(folder, whole), files, Metrics.read(files), whole.size() == 1));
        }
        return List.copyOf(runs);
    }

    /** Whether the folder holds any file of a run. */
    static boolean isRun(Path folder) throws IOException {
        return TRACES.stream().anyMatch(RunFiles.in(folder)::has);
    }

    /**
     * Hands on the objects of a file, then those of the SOAR runs that an experiment keeps below its folder, each of them with
     * the name of its run: of every kind of teacher the first.
     */
    void each(String file, Consumer<JsonNode> consumer) throws IOException {
        files.each(file, consumer);
        for (Path folder : soarRuns()) {
            String name = folder.getFileName().toString();
            RunFiles.in(folder).each(file, line -> {
                if (line instanceof ObjectNode object) {
                    consumer.accept(object.put("run", name));
                }
            });
        }
    }

    /** Folders of SOAR runs of an experiment, the first of every kind; none of another run. */
    List<Path> soarRuns() throws IOException {
        Path below = files.folder().resolve("soar");
        if (!Files.isDirectory(below)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(below)) {
            return folders.filter(folder -> folder.getFileName().toString().endsWith("-1") && Files.isDirectory(folder)).sorted().toList();
        }
    }

    /** Whether RLOO on a data set is all that the run was. */
    boolean isRloo() {
        return metrics.lines().stream().anyMatch(line -> line.path("stage").asString("").equals("rloo"));
    }

    /** A name for a part of the run; an empty part is the whole. */
    String label(String part) {
        if (part.isEmpty()) {
            return name;
        }
        return alone ? part : name + ": " + part;
    }

    /** The run's name above a picture, or nothing when there is no other. */
    String caption() {
        return alone ? "" : name;
    }

    /** The folder's own name, with as many folders above it as make it different from the others. */
    private static String name(Path folder, List<Path> all) {
        int count = 1;
        while (count < folder.getNameCount() && sharing(folder, all, count).count() > 1) {
            count++;
        }
        return folder.getNameCount() == 0 ? folder.toString() : last(folder, count);
    }

    private static Stream<Path> sharing(Path folder, List<Path> all, int count) {
        return all.stream().filter(other -> last(other, count).equals(last(folder, count)));
    }

    private static String last(Path folder, int count) {
        int names = folder.getNameCount();
        return names == 0 ? folder.toString() : folder.subpath(Math.max(0, names - count), names).toString().replace('\\', '/');
    }
}
