"""PyTorch's speed on the work of `bin/soar bench train` and `bench generate`, on one NVIDIA card.

    python3 pytorch_peer.py step large autocast     # sizes tiny, small, large; modes f32, tf32, autocast
    python3 pytorch_peer.py generate 64 512 128     # sequences, tokens before, tokens to generate

Needs torch and transformers (2.11 and 5.17 were used). Weights are random.
"""
import statistics
import sys
import time

import torch
from transformers import LlamaConfig, LlamaForCausalLM

# hidden size, layers, heads, key-value heads, intermediate size, vocabulary, tied, batch, length: as in TrainBench.Size
SIZES = {
    "tiny": (128, 4, 4, 4, 344, 64, False, 64, 64),
    "small": (512, 8, 8, 8, 1376, 4096, False, 8, 256),
    "large": (2048, 16, 32, 8, 8192, 128256, True, 8, 512),
}


def seconds(work, runs=7, warm=3):
    """Median seconds of one run."""
    for _ in range(warm):
        work()
    times = []
    for _ in range(runs):
        torch.cuda.synchronize()
        start = time.perf_counter()
        work()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def llama(size, dtype):
    hidden, layers, heads, kv_heads, intermediate, vocabulary, tied, _, _ = SIZES[size]
    config = LlamaConfig(vocab_size=vocabulary, hidden_size=hidden, intermediate_size=intermediate, num_hidden_layers=layers,
                         num_attention_heads=heads, num_key_value_heads=kv_heads, max_position_embeddings=2048,
                         tie_word_embeddings=tied, attn_implementation="sdpa")
    return LlamaForCausalLM(config).to("cuda", dtype)


def step(size, mode):
    torch.backends.cuda.matmul.allow_tf32 = mode == "tf32"
    model = llama(size, torch.float32).train()
    model.config.use_cache = False
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)
    batch, length = SIZES[size][-2:]
    ids = torch.randint(0, model.config.vocab_size, (batch, length), device="cuda")

    def work():
        with torch.autocast("cuda", torch.bfloat16, enabled=mode == "autocast"):
            loss = model(input_ids=ids, labels=ids).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        return loss.item()

    taken = seconds(work)
    print(f"step {size} {mode}: {1e3 * taken:.2f} ms, {batch * length / taken:,.0f} tokens/s, "
          f"{torch.cuda.max_memory_allocated() / 1e9:.1f} GB")


def generate(sequences, context, tokens):
    model = llama("large", torch.bfloat16).eval()
    model.generation_config.eos_token_id = None
    model.generation_config.pad_token_id = 0
    ids = torch.randint(0, model.config.vocab_size, (sequences, context), device="cuda")

    def run(count):
        with torch.no_grad():
            model.generate(ids, max_new_tokens=count, min_new_tokens=count, do_sample=False)

    first = seconds(lambda: run(1), runs=1, warm=1)
    rest = seconds(lambda: run(tokens + 1), runs=1, warm=0) - first
    print(f"generate {sequences} x {tokens} after {context}: {sequences * tokens / rest:,.0f} tokens/s")


if __name__ == "__main__":
    if sys.argv[1] == "step":
        step(*sys.argv[2:4])
    else:
        generate(*map(int, sys.argv[2:5]))
