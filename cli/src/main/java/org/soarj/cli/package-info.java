/**
 * The command line, one class for each command.
 *
 * <p>{@link org.soarj.cli.Main} wires picocli: results go to standard output, progress and warnings to standard error, a
 * failure is one line and exit 1, wrong usage one line and exit 2. {@code Compute} holds the options that choose a backend,
 * which is passed down and never looked up below, {@code ModelFolder} those that name a checkpoint or an adapter,
 * {@code DecodingOptions} those that choose tokens; {@code SftFolder} is what a fine-tuning run was asked for; {@code JsonPipe} answers JSON objects line by line, {@code Interruption} lets Ctrl-C end a text.
 *
 * <pre>{@code
 * bin/soar demo --quick
 * bin/soar generate --model DIR --prompt "Once upon a time"
 * bin/soar gradcheck --json
 * bin/soar inspect models/Llama-3.2-1B
 * bin/soar sft --model models/Llama-3.2-1B --data mine.jsonl --lora-rank 8 --out mine
 * bin/soar verify 1/2 0.5
 * }</pre>
 *
 * <p>Deliberately absent: any arithmetic.
 */
package org.soarj.cli;
