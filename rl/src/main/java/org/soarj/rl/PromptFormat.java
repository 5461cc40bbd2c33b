package org.soarj.rl;

/** How a problem becomes the tokens that the policy continues, and sampled tokens become the text that is judged. */
public interface PromptFormat {

    /** Token ids of the prompt, special tokens included. */
    int[] prompt(Problem problem);

    /** The text of a completion, without special tokens. */
    String completion(int[] ids);

    /** The question as token ids without the words that all prompts share, for measures of how different questions are. */
    default int[] question(Problem problem) {
        return prompt(problem);
    }
}
