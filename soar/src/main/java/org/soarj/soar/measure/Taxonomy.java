package org.soarj.soar.measure;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.soarj.soar.world.DocumentClass;

/**
 * What a pool of questions consists of (SOAR sec. 5, Table 7).
 *
 * @param questions how many were judged
 * @param wellPosed share whose question has a right answer
 * @param correct share whose answer is that
 * @param errors share of each label; they sum to 1
 */
public record Taxonomy(int questions, double wellPosed, double correct, Map<DocumentClass.Error, Double> errors) {

    /** @throws IllegalArgumentException for no questions */
    public static Taxonomy of(Collection<DocumentClass> classes) {
        if (classes.isEmpty()) {
            throw new IllegalArgumentException("taxonomy: asked of no questions; give at least one");
        }
        Map<DocumentClass.Error, Double> errors = new LinkedHashMap<>();
        for (DocumentClass.Error error : DocumentClass.Error.values()) {
            errors.put(error, share(classes.stream().filter(kind -> kind.error() == error).count(), classes));
        }
        return new Taxonomy(classes.size(), share(classes.stream().filter(DocumentClass::wellPosed).count(), classes),
                share(classes.stream().filter(DocumentClass::correct).count(), classes), errors);
    }

    /** The shares by the names of metrics.jsonl: {@code well_posed}, {@code correct}, {@code error/arithmetic}, … */
    public Map<String, Object> metrics() {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("well_posed", wellPosed);
        line.put("correct", correct);
        List.of(DocumentClass.Error.values()).stream().filter(error -> error != DocumentClass.Error.NONE)
                .forEach(error -> line.put("error/" + error.name().toLowerCase(Locale.ROOT), errors.get(error)));
        return line;
    }

    private static double share(long count, Collection<?> all) {
        return (double) count / all.size();
    }
}
