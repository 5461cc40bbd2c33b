package org.soarj.soar;

import java.util.List;
import org.soarj.rl.Problem;

/**
 * One change of the baseline, and the questions that earned it.
 *
 * @param step the outer step t
 * @param dataSet k*, the data set with the highest mean gain
 * @param repeat j*, its student with the median gain
 * @param movingAverage the average that passed the threshold
 * @param questions X_k*, as the student was trained on them
 */
public record Promotion(int step, int dataSet, int repeat, double movingAverage, List<Problem> questions) {
    public Promotion {
        questions = List.copyOf(questions);
    }
}
