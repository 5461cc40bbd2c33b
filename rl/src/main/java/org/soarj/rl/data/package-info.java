/**
 * Data sets of problems on disk: one JSON object a line, plain or gzipped.
 *
 * <p>The problem: MATH, OlympiadBench and HARP name the same things differently, and a line that is silently skipped is a
 * number that nobody can reproduce. {@link org.soarj.rl.data.ProblemFile} reads them all, and refuses what it does not
 * understand with the file and the line; {@link org.soarj.rl.data.Split} halves a set by a seed.
 *
 * <pre>{@code
 * List<Problem> math = ProblemFile.read(Path.of("math_test.jsonl.gz"));
 * List<Problem> hard = math.stream().filter(problem -> problem.tags().get("level").equals("Level 5")).toList();
 * Split split = Split.halves(hard, Rng.of(1).split("split"));
 * ProblemFile.write(Path.of("train.jsonl"), split.train());
 * ProblemFile.write(Path.of("test.jsonl.gz"), split.test());
 * }</pre>
 *
 * <p>Deliberately absent: downloading, streaming (the largest of these sets is a few megabytes), prompts.
 */
package org.soarj.rl.data;
