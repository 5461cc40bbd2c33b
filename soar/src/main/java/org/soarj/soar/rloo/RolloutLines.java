package org.soarj.soar.rloo;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.soarj.rl.Experience;
import org.soarj.rl.Rollout;
import org.soarj.rl.Score;
import org.soarj.soar.run.JsonLines;
import org.soarj.soar.run.Lines;

/** Every rollout of a step as a line of rollouts.jsonl.gz. */
public final class RolloutLines {
    private RolloutLines() {}

    /**
     * Appends the rollouts of {@code experience} and hands them to the operating system.
     *
     * @param head what every line begins with, such as the step
     */
    public static void write(JsonLines log, Map<String, ?> head, Experience experience) {
        append(log, head, experience);
        log.flush();
    }

    /** The same without handing them on. */
    public static void append(Lines log, Map<String, ?> head, Experience experience) {
        for (int g = 0; g < experience.groups().size(); g++) {
            for (int s = 0; s < experience.groups().get(g).size(); s++) {
                Rollout rollout = experience.groups().get(g).rollouts().get(s);
                Score score = experience.scores().get(g).get(s);
                Map<String, Object> line = new LinkedHashMap<>(head);
                line.put("problem_id", experience.groups().get(g).problem().id());
                line.put("sample", s);
                line.put("prompt_ids", rollout.promptIds());
                line.put("completion_ids", rollout.completionIds());
                line.put("logprobs", rollout.logProbs());
                line.put("reward", score.value());
                line.put("reward_parts", score instanceof Score.Scored scored ? scored.parts() : Map.of());
                line.put("outcome", score.outcome());
                line.put("advantage", experience.advantages()[g][s]);
                line.put("finish_reason", rollout.finishReason().name().toLowerCase(Locale.ROOT));
                line.put("text", rollout.text());
                log.append(line);
            }
        }
    }
}
