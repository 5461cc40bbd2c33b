package org.soarj.soar;

import java.util.List;
import java.util.stream.Stream;
import org.soarj.rl.Problem;

/**
 * D_best, the questions of all promotions in the order they happened: what SOAR-PQ trains a fresh student on.
 *
 * <p>A question that two promoted data sets share is kept twice, so every promotion adds exactly n.
 */
public record PromotionQuestions(List<Promotion> promotions) {
    public static final PromotionQuestions NONE = new PromotionQuestions(List.of());

    public PromotionQuestions {
        promotions = List.copyOf(promotions);
    }

    /** These and the questions of one more promotion. */
    public PromotionQuestions plus(Promotion promotion) {
        return new PromotionQuestions(Stream.concat(promotions.stream(), Stream.of(promotion)).toList());
    }

    /** All questions, oldest promotion first. */
    public List<Problem> problems() {
        return promotions.stream().flatMap(promotion -> promotion.questions().stream()).toList();
    }
}
